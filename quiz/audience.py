"""Whom a competition admits, counted in the register: what participation is a share of."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db.models import QuerySet, prefetch_related_objects

from quiz.eligibility import Place, obstacle
from quiz.models import Competition


class Registered(NamedTuple):
    """A union's place, and how many members of its own level may take part."""

    path: str
    industry: str
    members: int


def admission(competition: Competition) -> Callable[[str, str], bool]:
    """Whether members of a union, by its path and industry, may take part in `competition`."""
    prefetch_related_objects([competition], "union", "admissions__union")
    conditions = competition.conditions()
    if not conditions.asks_for_union:
        return lambda path, industry: True
    return lambda path, industry: not obstacle(Place(path, industry), conditions)


def admitted_only(competition: Competition, register: QuerySet) -> Iterator[Registered]:
    """The unions of `register` with the members whom `competition` admits, in one query.

    A union that meets no condition has no members here.
    """
    admits = admission(competition)
    for path, industry, members in register.values_list("path", "industry", "member_count"):
        yield Registered(path, industry, members if admits(path, industry) else 0)
