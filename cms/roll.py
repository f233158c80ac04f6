"""The honour roll's groups."""

from collections.abc import Iterable
from itertools import groupby

from cms.models import HonourAward


def grouped(awards: Iterable[HonourAward]) -> list[tuple[str, list[HonourAward]]]:
    """Return (union's name or "", its awards) in the given order, which must be by union."""
    return [
        (name, list(rows))
        for name, rows in groupby(
            awards, key=lambda award: award.person.union.label if award.person.union else ""
        )
    ]
