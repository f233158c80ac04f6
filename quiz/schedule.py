"""Whether the rounds of a competition fit together; a pure function of what editors typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Planned:
    """One round as it is to be; times are aware."""

    number: int
    title: str
    opens_at: datetime
    closes_at: datetime
    promotes: int | None = None
    promoted_only: bool = False
    for_teams: bool = False

    @property
    def label(self) -> str:
        return self.title or _("第 %(number)d 关") % {"number": self.number}


def problems(
    rounds: Sequence[Planned], opens_at: datetime | None, closes_at: datetime | None
) -> list[str]:
    """What is wrong with `rounds` in a competition from `opens_at` to `closes_at`, in sentences."""
    found = []
    ordered = sorted(rounds, key=lambda planned: planned.number)
    numbers = [planned.number for planned in ordered]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        found.append(_("第 %(number)d 关写了两遍。") % {"number": number})
    if sum(planned.for_teams for planned in ordered) > 1:
        found.append(_("一场竞赛最多一关团队赛。"))
    for place, planned in enumerate(ordered):
        names = {"round": planned.label}
        if (opens_at and planned.opens_at < opens_at) or (
            closes_at and planned.closes_at > closes_at
        ):
            found.append(_("“%(round)s”要在竞赛开始之后、截止之前。") % names)
        if not planned.promoted_only:
            continue
        sources = [earlier for earlier in ordered[:place] if earlier.promotes]
        if not sources:
            found.append(_("“%(round)s”只限晋级者，但前面没有设晋级人数的关。") % names)
        elif planned.opens_at <= sources[-1].closes_at:
            names["source"] = sources[-1].label
            found.append(_("“%(round)s”要在“%(source)s”截止之后才开始，好定晋级名单。") % names)
    return found
