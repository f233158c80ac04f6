"""How a union is looked for in the dialogue of every form of the admin."""

import pytest
from django.urls import reverse

from tests.factories.unions import UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db
RESULTS = "union_chooser:choose_results"


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
