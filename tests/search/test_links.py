"""Filters as links: one parameter changes, the others stay, the list starts again."""

from types import SimpleNamespace

import pytest
from django.http import QueryDict

from search.templatetags.links import filters

YEARS = [(2026, "2026 年"), (2025, "2025 年")]


def links(query: str, chosen):
    request = SimpleNamespace(GET=QueryDict(query))
    return filters({"request": request}, "year", YEARS, chosen, "各年")


def test_each_link_changes_its_own_parameter_and_goes_back_to_the_first_page():
    found = links("state=open&year=2025&page=3", 2025)
    assert [link["title"] for link in found] == ["各年", "2026 年", "2025 年"]
    assert [link["url"] for link in found] == [
        "?state=open",
        "?state=open&year=2026",
        "?state=open&year=2025",
    ]


@pytest.mark.parametrize(
    ("chosen", "current"), [(None, ["各年"]), ("", ["各年"]), (2026, ["2026 年"]), (1999, [])]
)
def test_exactly_what_is_chosen_is_current(chosen, current):
    assert [link["title"] for link in links("", chosen) if link["current"]] == current


def test_words_in_the_address_stay_escaped():
    assert links("q=a%26b%3D%22", None)[0]["url"] == "?q=a%26b%3D%22"
