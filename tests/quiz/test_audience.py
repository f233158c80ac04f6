"""Participation is a share of those who may take part."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import boards
from quiz.audience import admitted_only
from quiz.eligibility import Conditions, Group, Place, obstacle
from quiz.models import Admission, Competition
from quiz.postmortem import PostMortem
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_board_pages import counted
from unions.models import Union

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """甲市 with a plant in energy and a hospital, 乙市 with a plant in energy; 100 members each."""
    province = UnionFactory(name="省总", level=Union.Level.PROVINCE, member_count=0)
    found = {"省总": province}
    for city in ("甲市", "乙市"):
        found[city] = UnionFactory(
            name=city, parent=province, level=Union.Level.CITY, member_count=100
        )
    for name, city, industry in (
        ("甲电厂", "甲市", "energy"),
        ("甲医院", "甲市", "health"),
        ("乙电厂", "乙市", "energy"),
    ):
        found[name] = UnionFactory(
            name=name, parent=found[city], industry=industry, member_count=100
        )
    return found


def admitting(tree, *lines, **fields):
    competition = CompetitionFactory(**fields)
    for union, industry in lines:
        Admission.objects.create(competition=competition, union=tree.get(union), industry=industry)
    return competition


def members(competition):
    """Registered members who may take part, by union."""
    names = dict(Union.objects.values_list("path", "name"))
    found = admitted_only(competition, Union.objects.order_by("path"))
    return {names[place.path]: place.members for place in found if place.members}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], {"甲市", "乙市", "甲电厂", "甲医院", "乙电厂"}),
        ([("甲市", "")], {"甲市", "甲电厂", "甲医院"}),
        ([("", "energy")], {"甲电厂", "乙电厂"}),
        ([("甲市", "energy")], {"甲电厂"}),
        ([("甲市", "energy"), ("乙市", "")], {"甲电厂", "乙市", "乙电厂"}),
    ],
)
def test_only_admitted_unions_have_members_to_take_part(tree, lines, expected):
    assert members(admitting(tree, *lines)) == dict.fromkeys(expected, 100)


def test_the_frame_of_the_competition_counts_as_well(tree):
    found = members(admitting(tree, ("", "energy"), union=tree["甲市"]))
    assert found == {"甲电厂": 100}


def test_it_is_a_union_s_own_members_who_are_admitted_or_not(tree):
    """What is counted is what the start of an attempt asks."""
    competition = admitting(tree, ("甲市", "energy"), ("乙市", ""))
    may = {
        name
        for name, union in tree.items()
        if Competition.objects.get().admits(MemberFactory(union=union)) and union.member_count
    }
    assert set(members(competition)) == may


@given(st.lists(st.sampled_from(["energy", "health", ""]), max_size=4))
def test_without_conditions_everyone_is_admitted(industries):
    for industry in industries:
        assert not obstacle(Place("0001", industry), Conditions())
    assert obstacle(Place("0001", "energy"), Conditions(groups=[Group(industry="health")]))


def test_the_boards_divide_by_those_who_may_take_part(tree):
    competition = admitting(tree, ("", "energy"))
    counted(competition, tree["甲电厂"], participants=20, completions=20, points=200)
    counted(competition, tree["乙电厂"], participants=50, completions=50, points=500)
    cache.clear()
    rows = boards.union_board(competition, Union.Level.CITY, None)
    assert [(row.name, row.members, row.rate) for row in rows] == [
        ("乙市", 100, 50.0),
        ("甲市", 100, 20.0),
    ]
    (energy,) = boards.industry_board(competition, None)
    assert (energy.members, energy.rate) == (200, 35.0)


def test_the_report_divides_by_those_who_may_take_part(tree):
    competition = admitting(tree, ("", "energy"), closes_at=timezone.now() - timedelta(hours=1))
    now = timezone.now()
    assert PostMortem(competition, None, now=now).members == 200
    assert PostMortem(competition, tree["甲市"], now=now).members == 100
    narrow = admitting(tree, union=tree["甲市"], closes_at=timezone.now() - timedelta(hours=1))
    assert PostMortem(narrow, tree["省总"], now=now).members == 300


def test_the_register_is_read_once_however_many_lines_there_are(tree, count_queries):
    few = admitting(tree, ("甲市", ""))
    many = admitting(tree, ("甲市", ""), ("乙市", ""), ("乙电厂", ""), ("", "health"))
    register = Union.objects.order_by("path")

    def read(competition):
        found = Competition.objects.get(pk=competition.pk)
        return count_queries(lambda: list(admitted_only(found, register)))

    assert read(few) == read(many)
