"""Which rows of a table of units are too small to be shown on their own."""

from dataclasses import dataclass, field

LEAST = 10


@dataclass(frozen=True)
class Row:
    """One unit: its registered members and what was counted, by name of the measure."""

    key: str
    members: int
    values: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)


def rate(people: int | None, members: int) -> float | None:
    """Participation in percent with one decimal; None where there is nobody to take part."""
    if people is None or members <= 0:
        return None
    return round(100 * people / members, 1)


def together(rows: list[Row], key: str = "") -> Row:
    """The sum of `rows`. Units share no members, so people add up as well."""

    def add(dicts: list[dict[str, int]]) -> dict[str, int]:
        names = {name for found in dicts for name in found}
        return {name: sum(found.get(name, 0) for found in dicts) for name in names}

    return Row(
        key=key,
        members=sum(row.members for row in rows),
        values=add([row.values for row in rows]),
        before=add([row.before for row in rows]),
    )


def fold(rows: list[Row], least: int = LEAST) -> tuple[list[Row], list[Row]]:
    """Split `rows` into those shown (order kept) and those folded into one row.

    A unit with fewer than `least` members is folded. So are the next smallest, until the folded
    ones have `least` members together: else the total minus the shown rows would reveal them.
    """
    folded = [row for row in rows if row.members < least]
    shown = sorted((row for row in rows if row.members >= least), key=lambda row: row.members)
    while folded and shown and sum(row.members for row in folded) < least:
        folded.append(shown.pop(0))
    hidden = {row.key for row in folded}
    return [row for row in rows if row.key not in hidden], folded
