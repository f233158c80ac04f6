"""A union is picked by searching, and no form grows with the number of unions."""

import pytest
from django.urls import reverse

from tests.factories.quiz import CompetitionFactory, TeamRoundFactory
from tests.factories.unions import UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db
RESULTS = "competition_union_chooser:choose_results"


@pytest.fixture
def unions():
    return [
        UnionFactory(name="东湾区总工会", short_name="东湾", level=Union.Level.COUNTY),
        UnionFactory(name="东湾港务公司工会", short_name="", level=Union.Level.ENTERPRISE),
        UnionFactory(name="青岚市总工会", short_name="青岚", code="qinglan"),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "东湾"}, [0, 1]),
        ({"q": "qinglan"}, [2]),
        ({"q": "东湾", "level": "county"}, [0]),
        ({"q": "没有这样的工会"}, []),
        ({}, [0, 1, 2]),
    ],
)
def test_unions_are_found_by_name_code_and_level(admin_client, unions, asked, found):
    page = admin_client.get(reverse(RESULTS), asked).content.decode()
    assert [union for union in unions if union.name in page] == [unions[n] for n in found]


@pytest.mark.parametrize("name", ["competition:add", "competition:edit", "quiz_team_new"])
def test_no_form_grows_with_the_unions(admin_client, name):
    own = {"competition:edit": CompetitionFactory, "quiz_team_new": TeamRoundFactory}.get(name)
    address = reverse(name, args=[own().pk] if own else [])
    UnionFactory.create_batch(2)
    before = admin_client.get(address).content
    more = UnionFactory.create_batch(30)
    after = admin_client.get(address).content
    assert abs(len(after) - len(before)) < 200
    assert more[-1].name not in after.decode()
