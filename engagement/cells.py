"""Numbers as the desk writes them: `value` for a spreadsheet, `text` for the screen."""

from dataclasses import dataclass
from typing import Any


def signed(value: float, digits: int = 0) -> str:
    """`value` with its sign, a true minus sign and thousands parted."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):,.{digits}f}"


@dataclass(frozen=True)
class Cell:
    """One place of a table; `wide_only`: a phone leaves it out."""

    value: Any
    text: str
    wide_only: bool = False

    @classmethod
    def number(cls, value: int | None) -> "Cell":
        return cls(value, "—" if value is None else f"{value:,}")

    @classmethod
    def percent(cls, value: float | None) -> "Cell":
        return cls(value, "—" if value is None else f"{value:.1f}%")

    @classmethod
    def points(cls, value: float | None) -> "Cell":
        """Percentage points with their sign; the unit stands in the column's head."""
        return cls(value, "—" if value is None else signed(value, 1))
