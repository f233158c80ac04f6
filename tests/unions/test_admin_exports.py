"""Every list that the admin exports: what people typed becomes no formula."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from search.models import QueryLog
from tests.factories.cms import PersonFactory
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db
FORMULA = '=hyperlink("//e.cn","劳模")'


@pytest.fixture
def exported(client, signed_in):
    """`exported(name)` returns both files that the list called `name` gives, as one text."""
    signed_in(MemberFactory(is_superuser=True, is_staff=True))

    def export(name):
        table = client.get(reverse(name), {"export": "csv"}).getvalue().decode("utf-8-sig")
        book = client.get(reverse(name), {"export": "xlsx"}).getvalue()
        rows = load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
        return [*table.splitlines(), *(str(cell) for row in rows for cell in row)]

    return export


def cells_with(lines, text):
    return [line.lstrip('"') for line in lines if text in line]


def test_what_a_visitor_searched_is_no_formula(exported):
    QueryLog.objects.create(day=timezone.localdate(), query=FORMULA, count=1, zero_count=1)
    found = cells_with(exported("search_queries"), "hyperlink")
    assert len(found) == 2
    assert all(cell.startswith("'=") for cell in found)


def test_names_of_people_and_of_rows_they_point_to_are_no_formulas(exported):
    PersonFactory(name="=甲", trade="@乙", union=UnionFactory(name="+丙", short_name=""))
    lines = exported("wagtailsnippets_cms_person:list")
    assert any("'=甲" in line for line in lines)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))
    assert any("'+丙" in line for line in lines)
