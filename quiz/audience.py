"""Whom a competition admits, counted in the register: what participation is a share of."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet, prefetch_related_objects

from quiz.eligibility import Place, obstacle
from quiz.models import Competition


class Registered(NamedTuple):
    """A union's place, and how many members of its own level may take part."""

    path: str
    industry: str
    members: int


def admitted_only(
    competition: Competition, register: QuerySet, *fields: str
) -> Iterator[tuple[Registered, tuple]]:
    """The unions of `register` with the members whom `competition` admits, and their `fields`.

    One pass over the register in one query: where there are conditions, a union that meets none
    has no members here.
    """
    prefetch_related_objects([competition], "union", "admissions__union")
    conditions = competition.conditions()
    rows = register.values_list("path", "industry", "member_count", *fields)
    for path, industry, members, *rest in rows:
        shut_out = conditions.asks_for_union and obstacle(Place(path, industry), conditions)
        yield Registered(path, industry, 0 if shut_out else members), tuple(rest)
