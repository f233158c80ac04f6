"""The spans of days that the desk compares."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

PERIODS = {"today": 1, "7": 7, "30": 30}
USUAL = "7"


@dataclass(frozen=True)
class Period:
    """`length` days up to `last`, against as many days before."""

    key: str
    length: int
    last: date

    @classmethod
    def asked(cls, key: str, last: date) -> "Period":
        """The period of `key` up to `last`; an unknown key gives the usual one."""
        known = key if key in PERIODS else USUAL
        return cls(known, PERIODS[known], last)

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.length - 1)

    @property
    def before(self) -> "Period":
        return Period(self.key, self.length, self.first - timedelta(days=1))

    @property
    def label(self) -> str:
        return {"today": _("今天"), "7": _("近 7 天"), "30": _("近 30 天")}[self.key]

    @property
    def against(self) -> str:
        return {"today": _("比昨天"), "7": _("比前 7 天"), "30": _("比前 30 天")}[self.key]

    @property
    def against_text(self) -> str:
        return {
            "today": _("今天零点起，对比昨天全天"),
            "7": _("含今天，对比再前 7 天"),
            "30": _("含今天，对比再前 30 天"),
        }[self.key]
