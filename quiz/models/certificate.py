"""Certificates: what was reached in a competition, as it stood when it was issued."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quiz.models.competition import Competition
from unions.masking import mask_name
from unions.models import Member

# Sixteen consonants for the sixteen digits: no words, nothing to mistake for something else, and
# no long number, which the site refuses in an address.
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")


def new_code() -> str:
    """128 random bits as 32 letters."""
    return secrets.token_hex(16).translate(LETTERS)


class CertificateQuerySet(models.QuerySet):
    def of(self, member: Member) -> "CertificateQuerySet":
        """One member's certificates, the latest first."""
        return self.filter(member=member).select_related("competition").order_by("-issued_at", "pk")

    def for_lists(self) -> "CertificateQuerySet":
        """The latest first, each with whose it is."""
        return self.select_related("competition", "member__union").order_by("-issued_at", "rank")

    def valid(self) -> "CertificateQuerySet":
        return self.filter(voided_at__isnull=True)


class Certificate(models.Model):
    """One certificate. Name, competition, points and rank stay as they were when it was issued.

    `lapsed`: void because the result no longer reaches the level; it comes back when it does, and
    then tells the points and the rank of that day.
    """

    wagtail_reference_index_ignore = True

    code = models.CharField(_("核验码"), max_length=32, unique=True, default=new_code)
    competition = models.ForeignKey(
        Competition, models.PROTECT, related_name="certificates", verbose_name=_("竞赛")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="certificates", verbose_name=_("会员")
    )
    name = models.CharField(_("姓名"), max_length=100)
    title = models.CharField(_("证书名称"), max_length=40)
    competition_title = models.CharField(_("竞赛名称"), max_length=60)
    issuer = models.CharField(_("颁发单位"), max_length=60, blank=True)
    points = models.PositiveIntegerField(_("得分"))
    rank = models.PositiveIntegerField(_("名次"))
    issued_at = models.DateTimeField(_("颁发时间"))
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    lapsed = models.BooleanField(_("成绩变动而作废"), default=False, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        constraints = [
            models.UniqueConstraint(fields=["competition", "member"], name="one_certificate_each"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="certificate_void_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(lapsed=False) | Q(voided_at__isnull=False),
                name="certificate_lapsed_is_void",
            ),
        ]
        indexes = [models.Index(fields=["member", "-issued_at"], name="certificate_by_member")]

    def __str__(self):
        return f"{self.title} {self.number}"

    def get_absolute_url(self) -> str:
        """The owner's own page."""
        return reverse("quiz:certificate", args=[self.code])

    def check_url(self) -> str:
        """The public page where anyone checks it."""
        return reverse("certificate_check", args=[self.code])

    @property
    def number(self) -> str:
        """The code as one reads it aloud: in groups of four."""
        return "-".join(self.code[place : place + 4] for place in range(0, 32, 4)).upper()

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def state(self) -> str:
        """In words."""
        return _("已作废") if self.is_void else _("有效")

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


class ChangedResultQuerySet(models.QuerySet):
    def certified(self) -> "ChangedResultQuerySet":
        """Of competitions whose certificates were issued; before that the issuing sees to it."""
        return self.filter(competition__certified_at__isnull=False)


class ChangedResult(models.Model):
    """A result that was ranked anew after the close, until its certificate has been looked at.

    Written in the transaction that ranks it.
    """

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")

    objects = ChangedResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("成绩变动")
        verbose_name_plural = _("成绩变动")

    def __str__(self):
        return f"{self.competition_id}/{self.member_id}"
