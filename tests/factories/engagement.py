"""Factories of what was counted, and measures over tables of the tests' own."""

from datetime import date

import factory
from django.utils import timezone

from engagement.declaration import Measure
from engagement.models import PageViews, RollUp, Tally
from tests.factories.unions import UnionFactory


class PageViewsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PageViews

    day = factory.LazyFunction(timezone.localdate)
    page_id = factory.Sequence(lambda n: n + 1)
    views = 1


class TallyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tally

    measure = "page_views"
    day = factory.LazyFunction(timezone.localdate)
    union = factory.SubFactory(UnionFactory)
    value = 1


class RollUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RollUp

    day = factory.LazyFunction(timezone.localdate)
    at = factory.LazyFunction(timezone.now)


def measure_of(name: str, label: str, rows: list[tuple[date, int, int]]) -> type[Measure]:
    """A measure that derives (day, union id, value) from `rows`, which a test may change."""

    class Found(Measure):
        unit = "次"
        definition = f"{label}怎样算"

        @classmethod
        def per_day(cls, first, last):
            return [row for row in rows if first <= row[0] <= last]

    Found.name, Found.label = name, label
    return Found


def people_measure(events: list[tuple[date, int, int]]) -> type[Measure]:
    """Distinct persons out of `events` (day, union id, person): not additive over days."""

    def within(first, last):
        return [event for event in events if first <= event[0] <= last]

    class People(Measure):
        name = "quiz_participants"
        label = "竞赛参与"
        unit = "人"
        definition = "至少交卷一次的会员，一人计一次。"
        additive = False

        @classmethod
        def per_day(cls, first, last):
            found = {}
            for day, union, person in within(first, last):
                found.setdefault((day, union), set()).add(person)
            return [(day, union, len(people)) for (day, union), people in found.items()]

        @classmethod
        def total(cls, unions, first, last):
            inside = set(unions.values_list("pk", flat=True))
            return len({person for _d, union, person in within(first, last) if union in inside})

        @classmethod
        def by_union(cls, unions, first, last):
            found = {}
            for _day, union, person in within(first, last):
                found.setdefault(union, set()).add(person)
            return {union: len(people) for union, people in found.items()}

    return People
