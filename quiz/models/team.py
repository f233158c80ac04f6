"""Teams (参赛队) of a competition, and who plays for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quiz.models.competition import Competition
from unions.models import Member, Union
from unions.names import GraphemeLimit, no_phone_inside


class TeamQuerySet(models.QuerySet):
    def of(self, competition: Competition) -> "TeamQuerySet":
        """The teams of `competition` in order of name, with their unions and members."""
        found = self.filter(competition=competition).select_related("union")
        return found.prefetch_related("members__member").order_by("name")


class Team(models.Model):
    """A team that stands for `union` in the team round of `competition`."""

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="teams")
    union = models.ForeignKey(
        Union, models.PROTECT, related_name="teams", verbose_name=_("代表的工会")
    )
    name = models.CharField(
        _("队名"), max_length=80, validators=[GraphemeLimit(70), no_phone_inside]
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("参赛队")
        verbose_name_plural = _("参赛队")
        constraints = [
            models.UniqueConstraint(fields=["competition", "name"], name="one_team_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
        ]

    def __str__(self):
        return self.name


class TeamMemberQuerySet(models.QuerySet):
    def of(self, competition: Competition, member: Member | None) -> "TeamMemberQuerySet":
        """What `member` (None or not signed in: nothing) plays for in `competition`."""
        if member is None or not member.is_authenticated:
            return self.none()
        return self.filter(competition=competition, member=member)


class TeamMember(models.Model):
    """`member` plays for `team`. `competition` is the team's: nobody plays for two teams of it."""

    wagtail_reference_index_ignore = True

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="team_members")
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="team_places", verbose_name=_("会员")
    )
    is_captain = models.BooleanField(_("队长"), default=False)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("队员")
        verbose_name_plural = _("队员")
        ordering = ["-is_captain", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "member"], name="one_team_each"),
            models.UniqueConstraint(
                fields=["team"], condition=Q(is_captain=True), name="one_captain_per_team"
            ),
        ]

    def __str__(self):
        return f"{self.team_id}/{self.member_id}"
