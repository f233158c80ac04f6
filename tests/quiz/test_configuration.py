"""A competition read by statements that are kept is the one that the query of the screens reads."""

import pytest

from quiz.models import Admission, Competition, PaperRule, configuration
from tests.factories.quiz import CompetitionFactory, RoundFactory
from tests.factories.unions import UnionFactory

pytestmark = pytest.mark.django_db


def shown(competition):
    """All that a screen reads of the configuration, as plain values."""
    return {
        "own": {name: value for name, value in vars(competition).items() if name[0] != "_"},
        "bank": competition.bank.version,
        "union": competition.union,
        "rules": [(rule.pk, str(rule)) for rule in competition.rules.all()],
        "rounds": [
            (found.pk, found.label, found.competition.pk, [rule.pk for rule in found.rules.all()])
            for found in competition.rounds.all()
        ],
        "admissions": [(line.pk, str(line)) for line in competition.admissions.all()],
        "conditions": competition.conditions(),
    }


@pytest.fixture
def competition():
    found = CompetitionFactory(union=UnionFactory())
    Admission.objects.create(competition=found, union=UnionFactory(), sort_order=1)
    Admission.objects.create(competition=found, industry="railway", sort_order=0)
    for number in (2, 1):
        round = RoundFactory(competition=found, number=number)
        PaperRule.objects.create(round=round, category="安全", count=number)
    return found


@pytest.mark.parametrize("kind", ["plain", "whole"])
def test_both_ways_read_the_same_and_ask_for_nothing_later(
    kind, competition, django_assert_num_queries
):
    found = competition if kind == "whole" else CompetitionFactory()
    kept = configuration.published(found.slug)
    with django_assert_num_queries(0):
        seen = shown(kept)
    assert seen == shown(Competition.objects.for_screens().get(pk=found.pk))


def test_what_is_not_published_is_not_there():
    assert configuration.published(CompetitionFactory(published=False).slug) is None
