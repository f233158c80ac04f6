"""Lines of a roster against the register and the teams that are there; nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from quiz.models import Round, Team
from quiz.transfer.teams import Line
from unions.models import Member, Union
from unions.names import clean_name, clean_phone, is_phone


@dataclass(frozen=True)
class TeamProblem:
    """What is wrong with one line, or with the team that begins there (`about_team`).

    `team` is the name that the line gives.
    """

    number: int
    team: str
    message: str
    about_team: bool = False


@dataclass
class Roster:
    """One team as it is to be; `stored` is what there is of it, None for a new one."""

    stored: Team | None
    name: str
    union: Union
    members: list[Member] = field(default_factory=list)
    captain: Member | None = None

    @property
    def is_stored(self) -> bool:
        """Whether saving it would change nothing."""
        if self.stored is None:
            return False
        members = {found.member_id for found in self.stored.members.all()}
        captains = [found.member for found in self.stored.members.all() if found.is_captain]
        return (
            (self.stored.name, self.stored.union_id) == (self.name, self.union.pk)
            and members == {member.pk for member in self.members}
            and captains == [self.captain] * (self.captain is not None)
        )


@dataclass
class TeamPlan:
    """What saving does: teams to add, to change, how many stay, and what is wrong."""

    new: list[Roster] = field(default_factory=list)
    changed: list[Roster] = field(default_factory=list)
    same: int = 0
    errors: list[TeamProblem] = field(default_factory=list)


def plan_teams(*, round: Round, lines: Sequence[Line]) -> TeamPlan:
    """What saving does where `lines` name their teams: those of that name become as they say."""
    return _Planning(round, lines).plan()


def plan_team(*, round: Round, lines: Sequence[Line], team: Team | None) -> TeamPlan:
    """What saving does where `lines` are of `team`, whatever its name, or of a new one (None)."""
    return _Planning(round, lines, one=True, team=team).plan()


class _Planning:
    """Lines against the register and the teams that are there; reads a fixed number of times."""

    def __init__(
        self, round: Round, lines: Sequence[Line], *, one: bool = False, team: Team | None = None
    ):
        self.round, self.lines, self.one = round, lines, one
        self.found = TeamPlan()
        self.rosters: dict[str, Roster] = {}
        self.first: dict[str, Line] = {}
        self.seen: dict[int, int] = {}
        stored = list(Team.objects.of(round.competition))
        self.by_name = {found.name: found for found in stored}
        self.team = next((found for found in stored if found == team), None)
        codes = {line.code for line in lines}
        self.unions = {union.code: union for union in Union.objects.filter(code__in=codes)}
        self.people = _people(line.login for line in lines)
        self.playing = {place.member_id: found for found in stored for place in found.members.all()}

    def plan(self) -> TeamPlan:
        for line in self.lines:
            if problem := self._team_problem(line):
                self._refuse(line.number, line.team, problem, about_team=True)
            elif problem := self._member_problem(line):
                self._refuse(line.number, line.team, problem)
        self._look_at_whole_teams()
        for roster in self.rosters.values():
            if roster.stored is None:
                self.found.new.append(roster)
            elif roster.is_stored:
                self.found.same += 1
            else:
                self.found.changed.append(roster)
        self.found.errors.sort(key=lambda error: error.number)
        return self.found

    def _refuse(self, number: int, team: str, message: str, *, about_team: bool = False) -> None:
        self.found.errors.append(TeamProblem(number, team, message, about_team))

    def _team_problem(self, line: Line) -> str:
        """What is wrong with the team of a line; the first line of a team makes its roster."""
        if not line.team:
            return _("没有队名。")
        if line.code not in self.unions:
            if not line.code:
                return _("没有工会代码。")
            return _("没有这个工会代码：%(code)s") % {"code": line.code[:40]}
        first = self.first.setdefault(line.team, line)
        if first is not line:
            if first.code == line.code:
                return ""
            return _("同一队的工会代码和第 %(number)d 行的不一样。") % {"number": first.number}
        named = self.by_name.get(line.team)
        if self.one and named not in (None, self.team):
            return _("这场竞赛里已经有叫这个名字的队。")
        try:
            Team._meta.get_field("name").run_validators(line.team)
        except ValidationError as error:
            return f"{_('队名')}：{error.messages[0]}"
        stored = self.team if self.one else named
        self.rosters[line.team] = Roster(stored, line.team, self.unions[line.code])
        return ""

    def _member_problem(self, line: Line) -> str:
        """What is wrong with the member of a line; a right one goes on the roster."""
        if not line.login:
            return _("写了队长，没有写手机号或用户名。") if line.captain else ""
        member = _owner(self.people, line.login)
        if member is None:
            return _("没有这个会员，或账号已停用：%(login)s") % {"login": line.login[:40]}
        before = self.seen.setdefault(member.pk, line.number)
        if before != line.number:
            return _("和第 %(number)d 行是同一个人。") % {"number": before}
        roster = self.rosters.get(line.team)
        if roster is None:  # told of the line that names the team
            return ""
        if member.union is None or not roster.union.contains(member.union):
            return _("%(name)s不是%(union)s或其下级的会员。") % {
                "name": member.get_full_name(),
                "union": roster.union.name,
            }
        if not self.round.competition.admits(member):
            return _("%(name)s不在竞赛的参赛范围里。") % {"name": member.get_full_name()}
        if line.captain and roster.captain is not None:
            return _("这一队写了两名队长。")
        roster.members.append(member)
        roster.captain = member if line.captain else roster.captain
        return ""

    def _look_at_whole_teams(self) -> None:
        least, most = self.round.team_least, self.round.team_most
        wrong = {error.team for error in self.found.errors}
        given = {roster.stored.pk for roster in self.rosters.values() if roster.stored}
        for name, roster in self.rosters.items():
            count, line = len(roster.members), self.first[name]
            if count and name not in wrong and not least <= count <= most:
                message = _("这一队有 %(count)d 人，要 %(least)d 至 %(most)d 人。") % {
                    "count": count,
                    "least": least,
                    "most": most,
                }
                self._refuse(line.number, name, message, about_team=True)
            for member in roster.members:
                other = self.playing.get(member.pk)
                if other is not None and other.pk not in given:
                    message = _("%(member)s已经在%(team)s，一人只能进一个队。") % {
                        "member": member.get_full_name(),
                        "team": other.name,
                    }
                    self._refuse(self.seen[member.pk], name, message)


def _people(logins: Iterable[str]) -> dict[str, Member]:
    """Active members by phone number and by user name, as far as `logins` name them."""
    texts = {text for login in logins for text in (clean_name(login), clean_phone(login)) if text}
    wanted = Q(phone__in=texts) | Q(username__in=texts)
    found = Member.objects.filter(wanted, is_active=True).select_related("union")
    people = {member.username: member for member in found}
    return people | {member.phone: member for member in found if member.phone}


def _owner(people: dict[str, Member], login: str) -> Member | None:
    """Who signs in with `login`."""
    phone = clean_phone(login)
    return people.get(phone if is_phone(phone) else clean_name(login))
