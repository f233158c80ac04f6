"""Who won what in a draw, and the alternates; see `quiz.services.alternates` for who moves up."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from quiz.models.draw import Draw, DrawPrize, DrawQuerySet, Ticket
from unions.models import Member


class WinQuerySet(models.QuerySet):
    def for_lists(self, draw: Draw) -> "WinQuerySet":
        """In the order of the draw, with whom and what."""
        found = self.filter(draw=draw).order_by("place")
        return found.select_related("prize", "ticket__member", "replaces__ticket", "replaced_by")

    def unclaimed(self) -> "WinQuerySet":
        """Prizes that somebody may still claim, or let lapse."""
        return self.filter(prize__isnull=False, claimed_at__isnull=True, forfeited_at__isnull=True)

    def waiting(self) -> "WinQuerySet":
        """Alternates who have not moved up."""
        return self.filter(alternate=True, prize__isnull=True)

    def draws_with_alternates(self) -> DrawQuerySet:
        """Those drawn, with a prize that nobody has claimed and an alternate who still waits."""
        here = self.filter(draw=OuterRef("pk"))
        waits = Exists(here.unclaimed()), Exists(here.waiting())
        return Draw.objects.filter(*waits, state=Draw.State.DRAWN)

    def own(self, member: Member) -> "WinQuerySet":
        return self.filter(ticket__member=member).select_related("prize", "draw")


class Win(models.Model):
    """A drawn ticket: a prize, or the place of an alternate, who has none until one moves up.

    `alternate` says how the ticket was drawn and stays. Who moved up `replaces` whoever forfeited
    the prize.
    """

    wagtail_reference_index_ignore = True

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="wins", verbose_name=_("抽奖"))
    place = models.PositiveIntegerField(_("抽出次序"))
    ticket = models.OneToOneField(
        Ticket, models.PROTECT, related_name="win", verbose_name=_("奖券")
    )
    prize = models.ForeignKey(
        DrawPrize,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="wins",
        verbose_name=_("奖项"),
    )
    alternate = models.BooleanField(_("候补"), default=False)
    claim_until = models.DateTimeField(_("领取截止"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("领取时间"), null=True, blank=True)
    forfeited_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("递补"),
    )
    promoted_at = models.DateTimeField(_("递补时间"), null=True, blank=True)

    objects = WinQuerySet.as_manager()

    class Meta:
        verbose_name = _("中奖")
        verbose_name_plural = _("中奖")
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="one_win_per_place"),
            models.CheckConstraint(
                condition=Q(
                    alternate=True,
                    prize__isnull=True,
                    claim_until__isnull=True,
                    claimed_at__isnull=True,
                    forfeited_at__isnull=True,
                    replaces__isnull=True,
                    promoted_at__isnull=True,
                )
                | Q(
                    alternate=True,
                    prize__isnull=False,
                    claim_until__isnull=False,
                    replaces__isnull=False,
                    promoted_at__isnull=False,
                )
                | Q(
                    alternate=False,
                    prize__isnull=False,
                    claim_until__isnull=False,
                    replaces__isnull=True,
                    promoted_at__isnull=True,
                ),
                name="win_is_a_prize_or_an_alternate",
            ),
            models.CheckConstraint(
                condition=Q(forfeited_at__isnull=True) | Q(claimed_at__isnull=True),
                name="win_is_claimed_or_forfeited",
            ),
        ]

    def __str__(self):
        return f"{self.draw_id}/{self.place}"

    def is_over(self, now: datetime) -> bool:
        """Whether the prize can't be claimed any more."""
        return self.forfeited_at is not None or self.claim_until is None or now > self.claim_until

    def is_claimable(self, now: datetime) -> bool:
        """Whether there is a prize still to be claimed."""
        return self.claimed_at is None and not self.is_over(now)
