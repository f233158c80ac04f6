"""What a closed competition was, as a whole and for one union with everything below it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from engagement.folding import LEAST, Row, fold, rate, together
from quiz.audience import Registered, admitted_only
from quiz.maximum import most_points
from quiz.models import (
    Attempt,
    Certificate,
    Competition,
    PaperRule,
    QuestionStatistic,
    Standing,
)
from quiz.pools import pool_of
from quiz.secrecy import banks_in_use
from unions.models import Union

CLASSES = 10
HARDEST = 10


@dataclass(frozen=True)
class Line:
    """One row of a table: a day, a union or an industry. `people` None: too few to be shown."""

    name: str
    people: int | None
    attempts: int
    members: int = 0
    points: int = 0

    @property
    def rate(self) -> float | None:
        """Participation in per cent."""
        return rate(self.people, self.members)

    @property
    def mean(self) -> float | None:
        """Points per participant."""
        return round(self.points / self.people, 1) if self.people else None


@dataclass(frozen=True)
class PointsClass:
    """How many people reached `low` to `high` points; `share` in per cent of the largest class."""

    low: int
    high: int
    people: int
    share: float


def classes_of(counts: Iterable[tuple[int, int]], most: int = 0) -> list[PointsClass]:
    """At most CLASSES classes over (points, people), from 0; none goes above `most`.

    `most` are the points that can be reached at all. The classes begin at multiples of a round
    number, and the topmost holds `most` too; neighbours are one class where one of them alone would
    hold fewer than LEAST people. None at all where all together are fewer.
    """
    counts = list(counts)
    if sum(people for _points, people in counts) < LEAST:
        return []
    reached = max(points for points, _people in counts)
    most = max(most, reached)  # the bank may have changed since
    step = step_for(reached, most)
    topmost = place_of(most, step, most)
    sums: dict[int, int] = defaultdict(int)
    for points, people in counts:
        sums[place_of(points, step, most)] += people
    bounds = _bounds([sums[n] for n in range(max(sums) + 1)])
    found = [(low, high, sum(sums[n] for n in range(low, high))) for low, high in bounds]
    largest = max(people for _low, _high, people in found)
    return [
        PointsClass(
            low * step,
            most if high > topmost else high * step - 1,
            people,
            round(100 * people / largest, 1),
        )
        for low, high, people in found
    ]


def place_of(points: int, step: int, most: int) -> int:
    """The place, from 0, of the class of `points`; `most` opens none of its own."""
    return min(points, max(most - 1, 0)) // step


def step_for(reached: int, most: int) -> int:
    """The least of 1, 2, 5, 10, 20, … by which CLASSES classes hold all up to `reached`."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    return next(step for step in steps if place_of(reached, step, most) < CLASSES)


def _bounds(sums: list[int]) -> list[tuple[int, int]]:
    """(first, after the last) place of each group of neighbours that has LEAST; all have it."""
    found, low, people = [], 0, 0
    for place, each in enumerate(sums, start=1):
        people += each
        if people >= LEAST:
            found.append((low, place))
            low, people = place, 0
    if low < len(sums):  # too few are left over
        found[-1] = (found[-1][0], len(sums))
    return found


def unless_few(count: int, whole: int) -> int | None:
    """`count` out of `whole` people; None where it, or who is not counted, is one to LEAST - 1."""
    few = range(1, LEAST)
    return None if count in few or whole - count in few else count


class PostMortem:
    """The figures of `competition` for `unit` and below; `unit` None is everyone.

    Only for a competition whose key may be shown. Nothing is told of fewer than LEAST people:
    see `too_small`, and `fold` for rows.
    """

    def __init__(self, competition: Competition, unit: Union | None, *, now: datetime):
        self.competition = competition
        self.unit = unit
        self.at = now

    @property
    def standings(self) -> QuerySet:
        """The final standings that count here."""
        return self._within(Standing.objects.in_total(self.competition).order_by())

    @property
    def attempts(self) -> QuerySet:
        """The finished attempts that count here."""
        return self._within(Attempt.objects.counting(self.competition, self.at).order_by())

    def _within(self, rows: QuerySet) -> QuerySet:
        return rows.filter(union__path__startswith=self.unit.path) if self.unit else rows

    @cached_property
    def participants(self) -> int:
        """People with a finished attempt."""
        return self.standings.count()

    @property
    def too_small(self) -> bool:
        """Whether figures would point to single persons."""
        return self.participants < LEAST

    @cached_property
    def members(self) -> int:
        """Registered members of those whom the competition was for."""
        return sum(place.members for place in self._register)

    @cached_property
    def _register(self) -> list[Registered]:
        """The unions here, each with the members who could take part."""
        top = self._top
        register = Union.objects.subtree_of(top) if top else Union.objects.all()
        return list(admitted_only(self.competition, register))

    @property
    def _top(self) -> Union | None:
        return self.unit or self.competition.union

    @property
    def rate(self) -> float | None:
        return rate(self.participants, self.members)

    @cached_property
    def handed_in(self) -> int:
        return self.attempts.count()

    @cached_property
    def timed_out(self) -> int:
        """Attempts that were handed in by the clock."""
        return self.attempts.filter(timed_out=True).count()

    @property
    def completion(self) -> float | None:
        """Attempts that were handed in by the people themselves, in per cent."""
        return rate(self.handed_in - self.timed_out, self.handed_in)

    @cached_property
    def certificates(self) -> int | None:
        """Valid certificates of the people who count here; None: too few have one, or have none."""
        found = Certificate.objects.valid().filter(competition=self.competition)
        if self.unit is not None:
            found = found.filter(member__in=self.standings.values("member"))
        return unless_few(found.count(), self.participants)

    @cached_property
    def mean(self) -> float | None:
        """Points per participant, with one decimal."""
        total = self.standings.aggregate(total=Sum("points"))["total"]
        return round((total or 0) / self.participants, 1) if self.participants else None

    @cached_property
    def days(self) -> list[Line]:
        """Each day with its people and attempts; days with few people are one line at the end."""
        rows = (
            self.attempts.annotate(on=TruncDate("submitted_at"))
            .values("on")
            .annotate(people=Count("member", distinct=True), number=Count("pk"))
            .order_by("on")
        )
        found = [
            Row(row["on"].isoformat(), row["people"], {"attempts": row["number"]}) for row in rows
        ]
        shown, folded = fold(found)
        lines = [
            Line(date.fromisoformat(row.key).isoformat(), row.members, row.values["attempts"])
            for row in shown
        ]
        if folded:
            attempts = together(folded).values["attempts"]
            lines.append(Line(_("人少的日子合计"), None, attempts))
        return lines

    @cached_property
    def unions(self) -> list[Line]:
        """The unions directly below, each with its subtree, by participation; small ones as one."""
        top = self._top
        length = len(top.path) + Union.steplen if top else Union.steplen
        names = dict(
            Union.objects.filter(depth=length // Union.steplen).values_list("path", "name")
        )
        members: dict[str, int] = defaultdict(int)
        for place in self._register:
            members[place.path[:length]] += place.members
        rows = self._rows("union__path", lambda path: path[:length], members)
        own = _("%(name)s（本级）") % {"name": top.name} if top else ""
        return self._lines(rows, lambda key: names.get(key, own))

    @cached_property
    def industries(self) -> list[Line]:
        """Participation by the industry that the register gives a union."""
        members: dict[str, int] = defaultdict(int)
        for place in self._register:
            members[place.industry] += place.members
        rows = self._rows("union__industry", str, members)
        labels = dict(Union.Industry.choices)
        return self._lines(rows, lambda key: str(labels.get(key, _("未注明行业"))))

    def _rows(self, field: str, box, members: dict[str, int]) -> list[Row]:
        """Sums over standings, boxed by `box(value of field)`; participants are a row's size."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for value, *figures in (
            self.standings.filter(union__isnull=False)
            .values_list(field)
            .annotate(Count("pk"), Sum("completions"), Sum("points"))
        ):
            for place, figure in enumerate(figures):
                sums[box(value)][place] += figure
        return [
            Row(
                key,
                people,
                {"attempts": attempts, "points": points, "registered": members.get(key, 0)},
            )
            for key, (people, attempts, points) in sums.items()
        ]

    def _lines(self, rows: list[Row], name) -> list[Line]:
        shown, folded = fold(rows)
        lines = [_line(name(row.key), row) for row in shown]
        lines.sort(key=lambda line: (-(line.rate or 0), line.name))
        if folded:
            whole = together(folded)
            label = _("人少的合计（%(n)d 个）") % {"n": len(folded)}
            enough = whole.members >= LEAST
            lines.append(_line(label, whole) if enough else Line(label, None, 0))
        return lines

    @property
    def groups(self) -> list[tuple[str, str, list[Line]]]:
        """(id, heading, lines) of the tables of groups that have a line."""
        found = [("by-union", _("单位"), self.unions), ("by-industry", _("行业"), self.industries)]
        return [group for group in found if group[2]]

    @cached_property
    def points(self) -> list[PointsClass]:
        """How the points are spread."""
        counts = self.standings.values_list("points").annotate(Count("pk"))
        return classes_of(counts, self._most_points())

    def _most_points(self) -> int:
        found = self.competition
        own = found.draw_rules()
        papers = [round.draw_rules() for round in found.rounds.all()] or [own]
        dates = found.opens_at, found.closes_at
        return most_points(pool_of(found.bank), papers, found.counting, *dates)

    @cached_property
    def hardest(self) -> list[QuestionStatistic]:
        """Of the bank's questions with enough replies those that fewest got right.

        None while another competition draws from the bank: officers may take part in it.
        """
        if self.competition.bank_id in banks_in_use(self.at):
            return []
        own, of_rounds = Q(competition=self.competition), Q(round__competition=self.competition)
        rules = PaperRule.objects.filter(own | of_rounds)
        found = (
            QuestionStatistic.objects.for_report()
            .filter(version__question__bank=self.competition.bank_id, asked__gte=LEAST)
            .order_by("facility", "pk")
        )
        categories = {rule.category for rule in rules}
        if "" not in categories:
            found = found.filter(version__question__category__in=categories)
        return list(found[:HARDEST])


def _line(name: str, row: Row) -> Line:
    return Line(
        name, row.members, row.values["attempts"], row.values["registered"], row.values["points"]
    )


def sheets_of(report: PostMortem) -> dict[str, list[list[object]]]:
    """The report as the sheets of a workbook."""
    whole = report.unit.name if report.unit else _("全部")
    at = f"{timezone.localtime(report.at):%Y-%m-%d %H:%M}"
    overview: list[list[object]] = [
        [_("竞赛"), report.competition.title],
        [_("单位"), whole],
        [_("截至"), at],
    ]
    if report.too_small:
        return {_("概况"): [*overview, [_("说明"), _("参与不足 10 人，不显示数字")]]}
    overview += [
        [_("参与人数"), report.participants],
        [_("在册会员"), report.members],
        [_("参与率（%）"), report.rate],
        [_("交卷次数"), report.handed_in],
        [_("自己交卷（%）"), report.completion],
        [_("人均得分"), report.mean],
        [_("证书"), _("人少，不显示") if report.certificates is None else report.certificates],
    ]
    few = _("不足 10")
    by_group = [_("参与人数"), _("在册会员"), _("参与率（%）"), _("交卷次数"), _("人均得分")]

    def grouped(head: str, lines: list[Line]) -> list[list[object]]:
        return [
            [head, *by_group],
            *(
                [line.name, few]
                if line.people is None
                else [line.name, line.people, line.members, line.rate, line.attempts, line.mean]
                for line in lines
            ),
        ]

    return {
        _("概况"): overview,
        _("逐日"): [
            [_("日期"), _("参与人数"), _("交卷次数")],
            *(
                [line.name, few if line.people is None else line.people, line.attempts]
                for line in report.days
            ),
        ],
        _("单位"): grouped(_("单位"), report.unions),
        _("行业"): grouped(_("行业"), report.industries),
        _("得分分布"): [
            [_("从"), _("到"), _("人数")],
            *([found.low, found.high, found.people] for found in report.points),
        ],
        _("最难的题"): [
            [_("题干"), _("类别"), _("出现次数"), _("答对率")],
            *(
                [
                    found.version.content["stem"],
                    found.version.content["category"],
                    found.asked,
                    found.facility,
                ]
                for found in report.hardest
            ),
        ],
    }
