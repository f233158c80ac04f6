"""People, the honours they hold, and the lists in which honours are announced."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin
from wagtail.search import index

from cms.blocks import PARAGRAPH_FEATURES
from cms.listings import renditions_of
from cms.slugs import spaced_pinyin
from media.models import SiteImage
from unions.models import Union
from unions.names import GraphemeLimit, clean_name


class Level(models.TextChoices):
    """How high an honour stands."""

    NATIONAL = "national", _("全国")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县（区）级")


LEVEL_ORDER = {level.value: place for place, level in enumerate(Level)}


def by_level(field: str) -> Case:
    """An expression that sorts the level in `field` from national to county."""
    return Case(
        *(When(**{field: level}, then=Value(place)) for level, place in LEVEL_ORDER.items()),
        default=Value(len(LEVEL_ORDER)),
    )


class PersonQuerySet(models.QuerySet):
    def published(self) -> "PersonQuerySet":
        """People with a public profile: live, and they agree to it."""
        return self.filter(live=True, consent=True)

    def for_cards(self) -> "PersonQuerySet":
        """With portrait, union and the honours that stand."""
        return self.select_related("union", "portrait").prefetch_related(
            renditions_of("portrait", "portrait"),
            Prefetch(
                "awards", queryset=HonourAward.objects.public().highest_first(), to_attr="standing"
            ),
        )

    def matching(self, words: str) -> "PersonQuerySet":
        """People whose name, trade or employer contains `words`, or whose pinyin does, with
        or without its spaces (ou yang, ouyang)."""
        unspaced = Replace("pinyin", Value(" "), Value(""))
        return self.alias(typed_pinyin=unspaced).filter(
            Q(name__icontains=words)
            | Q(typed_pinyin__icontains="".join(words.split()))
            | Q(trade__icontains=words)
            | Q(employer__icontains=words)
        )

    def with_revoked_awards(self) -> "PersonQuerySet":
        """People of whom at least one award was revoked."""
        return self.filter(Exists(HonourAward.objects.filter(person=OuterRef("pk"), revoked=True)))


class Person(
    index.Indexed, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model
):
    """A model worker or craftsman. Nothing of them is public without `consent`."""

    name = models.CharField(_("姓名"), max_length=100, validators=[GraphemeLimit(30)])
    pinyin = models.CharField(
        _("姓名拼音"),
        max_length=120,
        blank=True,
        help_text=_("音节之间空格，如 shan li。多音的姓请核对；留空则自动生成。"),
    )
    trade = models.CharField(_("工种"), max_length=60, blank=True)
    employer = models.CharField(_("单位"), max_length=100, blank=True)
    union = models.ForeignKey(
        Union,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("推荐工会"),
    )
    portrait = models.ForeignKey(
        SiteImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("肖像"),
    )
    intro = models.CharField(_("一句话介绍"), max_length=120, blank=True)
    bio = RichTextField(_("生平"), blank=True, features=PARAGRAPH_FEATURES)
    own_words = models.CharField(_("本人的话"), max_length=200, blank=True)
    own_words_source = models.CharField(
        _("出处"), max_length=100, blank=True, help_text=_("何时何地说的。")
    )
    sample = models.BooleanField(_("示例人物"), default=False)
    consent = models.BooleanField(
        _("本人书面同意公开"),
        default=False,
        help_text=_("没有同意，个人页和荣誉榜都不显示此人。"),
    )
    consent_on = models.DateField(_("同意日期"), null=True, blank=True)
    consent_withdrawn_on = models.DateField(_("撤回同意日期"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    search_fields = [
        index.AutocompleteField("name"),
        index.AutocompleteField("pinyin"),
        index.AutocompleteField("pinyin_in_one"),
        index.AutocompleteField("trade"),
        index.AutocompleteField("employer"),
    ]

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("pinyin")]),
        FieldRowPanel([FieldPanel("trade"), FieldPanel("employer")]),
        FieldPanel("union"),
        FieldPanel("portrait"),
        FieldPanel("intro"),
        FieldPanel("bio"),
        MultiFieldPanel(
            [FieldPanel("own_words"), FieldPanel("own_words_source")], heading=_("本人的话")
        ),
        MultiFieldPanel(
            [
                FieldPanel("consent"),
                FieldRowPanel([FieldPanel("consent_on"), FieldPanel("consent_withdrawn_on")]),
            ],
            heading=_("公开与同意"),
        ),
        FieldPanel("sample"),
    ]

    class Meta:
        verbose_name = _("人物")
        verbose_name_plural = _("人物")
        ordering = ["pinyin", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent=False) | Q(consent_withdrawn_on__isnull=True),
                name="person_consent_not_both_given_and_withdrawn",
                violation_error_message=_("同意已撤回，请取消勾选“本人书面同意公开”。"),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.pinyin:
            self.pinyin = spaced_pinyin(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self.address

    @property
    def pinyin_in_one(self) -> str:
        """The reading as many type it: without spaces."""
        return self.pinyin.replace(" ", "")

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The path to the profile as (title, address)."""
        return [(gettext("首页"), "/"), (gettext("人物"), reverse("cms:people"))]

    @property
    def address(self) -> str:
        """The public path of the profile."""
        return reverse("cms:person", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """Whether the profile may be shown now."""
        return self.live and self.consent

    @property
    def monogram(self) -> str:
        """The family part of the name, shown where there is no portrait."""
        return self.name[:1]

    @cached_property
    def standing(self) -> "list[HonourAward]":
        """The public awards, highest first (`for_cards` has them loaded for many people)."""
        return list(self.awards.public().highest_first()) if self.pk else []

    @property
    def card_lines(self) -> list[str]:
        """What the person does and where, and the highest standing award, a line each."""
        lines = ["，".join(filter(None, [self.employer, self.trade]))]
        if award := self.top_award:
            lines.append(
                gettext("%(honour)s（%(year)d 年）")
                % {"honour": award.honour.name, "year": award.year}
            )
        return [line for line in lines if line]

    @property
    def top_award(self) -> "HonourAward | None":
        """The highest award that stands."""
        return self.standing[0] if self.standing else None

    @property
    def by_year(self) -> "list[HonourAward]":
        """The awards that stand, latest first."""
        return sorted(self.standing, key=lambda award: -award.year)

    def clean(self):
        super().clean()
        self.name = clean_name(self.name)
        self.pinyin = " ".join(self.pinyin.lower().split())

    def get_preview_template(self, request, mode_name):
        return "cms/person.html"

    def get_preview_context(self, request, mode_name):
        return {"person": self, "preview": True}


class Honour(index.Indexed, models.Model):
    """A title, such as 省劳动模范, with its level."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    authority = models.CharField(_("颁授单位"), max_length=100, blank=True)
    blurb = models.CharField(_("说明"), max_length=300, blank=True)

    search_fields = [index.AutocompleteField("name"), index.AutocompleteField("authority")]

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("level"), FieldPanel("authority")]),
        FieldPanel("blurb"),
    ]

    class Meta:
        verbose_name = _("荣誉称号")
        verbose_name_plural = _("荣誉称号")
        ordering = ["name"]

    def __str__(self):
        return self.name


class HonourListQuerySet(models.QuerySet):
    def announced_between(self, since: datetime, until: datetime) -> "HonourListQuerySet":
        """Lists whose day of announcement began after `since` and up to `until`."""
        return self.filter(
            announced_on__gt=timezone.localdate(since), announced_on__lte=timezone.localdate(until)
        )


class HonourList(models.Model):
    """When the awards of one honour in one year become public, and who hears objections."""

    honour = models.ForeignKey(
        Honour, models.CASCADE, related_name="lists", verbose_name=_("荣誉称号")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    announced_on = models.DateField(
        _("公布日期"), help_text=_("到这一天才公布名单；此前只显示公布日期。")
    )
    objection_until = models.DateField(
        _("公示截止"), null=True, blank=True, help_text=_("当天仍在公示期内。无需公示则留空。")
    )
    objection_contact = models.CharField(
        _("异议受理"), max_length=200, blank=True, help_text=_("部门、电话、办法。")
    )

    objects = HonourListQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("honour"), FieldPanel("year")]),
        FieldRowPanel([FieldPanel("announced_on"), FieldPanel("objection_until")]),
        FieldPanel("objection_contact"),
    ]

    class Meta:
        verbose_name = _("荣誉名单")
        verbose_name_plural = _("荣誉名单")
        ordering = ["-year", "honour__name"]
        constraints = [
            models.UniqueConstraint(fields=["honour", "year"], name="one_list_per_honour_and_year"),
            models.CheckConstraint(
                condition=Q(objection_until__isnull=True)
                | Q(objection_until__gte=F("announced_on")),
                name="objection_ends_after_announcement",
                violation_error_message=_("公示截止不能早于公布日期。"),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.honour}"

    @property
    def is_announced(self) -> bool:
        return self.announced_on <= timezone.localdate()

    @property
    def is_open_to_objection(self) -> bool:
        """Whether today lies in the objection period (local dates, both ends in)."""
        return bool(
            self.is_announced
            and self.objection_until
            and timezone.localdate() <= self.objection_until
        )


class HonourAwardQuerySet(models.QuerySet):
    def public(self) -> "HonourAwardQuerySet":
        """Awards that stand, of people who agree, in no list that is still to be announced."""
        waiting = HonourList.objects.filter(
            honour=OuterRef("honour"),
            year=OuterRef("year"),
            announced_on__gt=timezone.localdate(),
        )
        return self.filter(~Exists(waiting), revoked=False, person__consent=True)

    def highest_first(self) -> "HonourAwardQuerySet":
        """By level, then latest year, with their honour."""
        return self.select_related("honour").order_by(by_level("honour__level"), "-year", "pk")

    def on_the_roll(self) -> "HonourAwardQuerySet":
        """Public awards in the order of the roll: union, then name; joined for display."""
        return (
            self.public()
            .select_related("person__union", "honour")
            .order_by("person__union__path", "person__pinyin", "pk")
        )

    def matching(self, words: str) -> "HonourAwardQuerySet":
        """Awards of a person whose name, employer or union contains `words`."""
        return self.filter(
            Q(person__name__icontains=words)
            | Q(person__employer__icontains=words)
            | Q(person__union__name__icontains=words)
        )


class HonourAward(models.Model):
    """Who got which honour when. A revoked award stays on record and is shown nowhere public."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="awards", verbose_name=_("人物")
    )
    honour = models.ForeignKey(
        Honour, models.PROTECT, related_name="awards", verbose_name=_("荣誉称号")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    authority = models.CharField(
        _("颁授单位"), max_length=100, blank=True, help_text=_("留空则用称号的颁授单位。")
    )
    citation = models.CharField(_("授予理由"), max_length=300, blank=True)
    revoked = models.BooleanField(_("已撤销"), default=False)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    revoked_reason = models.CharField(_("撤销原因"), max_length=300, blank=True)

    objects = HonourAwardQuerySet.as_manager()

    panels = [
        FieldPanel("person"),
        FieldRowPanel([FieldPanel("honour"), FieldPanel("year")]),
        FieldPanel("authority"),
        FieldPanel("citation"),
        MultiFieldPanel(
            [FieldPanel("revoked"), FieldPanel("revoked_on"), FieldPanel("revoked_reason")],
            heading=_("撤销"),
            classname="collapsed",
        ),
    ]

    class Meta:
        verbose_name = _("荣誉授予")
        verbose_name_plural = _("荣誉授予")
        ordering = ["-year", "pk"]
        indexes = [models.Index(fields=["year", "honour"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "honour", "year"],
                name="one_award_per_person_honour_and_year",
                violation_error_message=_("此人这一年度已有这项荣誉。"),
            ),
            models.CheckConstraint(
                condition=Q(revoked=False) | Q(revoked_on__isnull=False),
                name="revoked_award_has_a_date",
                violation_error_message=_("撤销荣誉请填写撤销日期。"),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.year} {self.honour}"

    @property
    def given_by(self) -> str:
        """The authority of this award, else the honour's usual one."""
        return self.authority or self.honour.authority

    def clean(self):
        super().clean()
        if self.year and not 1900 <= self.year <= timezone.localdate().year + 1:
            raise ValidationError({"year": _("请填写四位年度。")})
