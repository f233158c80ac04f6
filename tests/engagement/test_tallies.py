"""Tallies are what the measures say, can be rebuilt, and add up along the tree."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from engagement import services
from engagement.declaration import Measure, register, registry
from engagement.models import RollUp, Tally
from engagement.tasks import roll_up_today, roll_up_yesterday
from tests.factories.engagement import PageViewsFactory, TallyFactory, measure_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("measures")]
DAY = date(2026, 4, 22)
NEXT = date(2026, 4, 23)


def stored() -> set:
    return set(Tally.objects.values_list("measure", "day", "union", "value"))


def test_views_are_rolled_up_per_day_and_union(tree):
    PageViewsFactory(day=DAY, union_id=tree.plant.pk, views=3)
    PageViewsFactory(day=DAY, union_id=tree.plant.pk, views=4)
    PageViewsFactory(day=NEXT, union_id=tree.plant.pk, views=5)
    PageViewsFactory(day=NEXT, union_id=0, views=6)
    services.roll_up(first=DAY, last=NEXT)
    assert stored() == {
        ("page_views", DAY, tree.plant.pk, 7),
        ("page_views", NEXT, tree.plant.pk, 5),
    }


def test_a_second_run_changes_nothing(tree, count_queries):
    PageViewsFactory(day=DAY, union_id=tree.plant.pk, views=3)
    assert services.roll_up(first=DAY, last=NEXT) == 1
    before = set(Tally.objects.values_list("pk", "value"))
    assert services.roll_up(first=DAY, last=NEXT) == 0
    assert set(Tally.objects.values_list("pk", "value")) == before


def test_what_no_longer_holds_is_corrected_or_removed(tree, measures):
    rows = [(DAY, tree.plant.pk, 3), (DAY, tree.mill.pk, 2)]
    measures(measure_of("reading_loans", "借阅", rows))
    services.roll_up(first=DAY, last=DAY)
    rows[:] = [(DAY, tree.plant.pk, 1)]
    services.roll_up(first=DAY, last=DAY)
    assert stored() == {("reading_loans", DAY, tree.plant.pk, 1)}


def test_other_days_stay_as_they_are(tree):
    TallyFactory(day=DAY, union=tree.plant, value=9)
    services.roll_up(first=NEXT, last=NEXT)
    assert stored() == {("page_views", DAY, tree.plant.pk, 9)}


def test_a_union_that_is_gone_is_left_out(tree, measures):
    measures(measure_of("reading_loans", "借阅", [(DAY, 999_999, 3)]))
    services.roll_up(first=DAY, last=DAY)
    assert stored() == set()


def test_the_first_day_must_not_be_after_the_last():
    with pytest.raises(ValueError, match="after"):
        services.roll_up(first=NEXT, last=DAY)


def test_a_subtree_adds_up_by_child_with_the_own_level_apart(tree):
    for union, value in [(tree.city, 1), (tree.county, 2), (tree.plant, 4), (tree.other_plant, 8)]:
        TallyFactory(day=DAY, union=union, value=value)
    tallies = Tally.objects.of("page_views").during(DAY, DAY)
    assert tallies.under(tree.city.path).sum() == 7
    assert tallies.by_child(tree.city) == {tree.city.path: 1, tree.county.path: 6}
    assert tallies.by_child(tree.province) == {tree.city.path: 7, tree.other_city.path: 8}
    assert tallies.under(tree.city.path).by_day() == {DAY: 7}


def test_the_time_of_the_roll_up_is_kept_per_day():
    with time_machine.travel("2026-04-23 09:40+08:00", tick=False):
        roll_up_today.delay()
        roll_up_yesterday.delay()
        assert dict(RollUp.objects.filter(day__gte=DAY).values_list("day", "at")) == {
            NEXT: timezone.now(),
            DAY: timezone.now(),
        }
    with time_machine.travel("2026-04-23 09:45+08:00", tick=False):
        roll_up_today.delay()
        assert RollUp.objects.get(day=NEXT).at == timezone.now()


def test_the_check_reports_each_difference_and_changes_nothing(tree):
    PageViewsFactory(day=DAY, union_id=tree.plant.pk, views=3)
    TallyFactory(day=DAY, union=tree.plant, value=2)
    TallyFactory(day=DAY, union=tree.mill, value=9)
    before, out = stored(), StringIO()
    with pytest.raises(CommandError, match="2 处差异"):
        call_command("rebuild_tallies", "--check", first=DAY, last=DAY, stdout=out)
    assert f"工会 {tree.plant.pk}：汇总为 2，应为 3" in out.getvalue()
    assert f"工会 {tree.mill.pk}：汇总为 9，应为 0" in out.getvalue()
    assert stored() == before


def test_rebuilding_makes_the_check_pass(tree):
    PageViewsFactory(day=DAY, union_id=tree.plant.pk, views=3)
    TallyFactory(day=DAY, union=tree.mill, value=9)
    call_command("rebuild_tallies", first=DAY, last=NEXT, stdout=StringIO())
    out = StringIO()
    call_command("rebuild_tallies", "--check", first=DAY, last=NEXT, stdout=out)
    assert "没有差异" in out.getvalue()


def test_the_command_refuses_days_in_the_wrong_order():
    with pytest.raises(CommandError):
        call_command("rebuild_tallies", first=NEXT, last=NEXT - timedelta(days=1))


def test_two_measures_can_not_share_a_name():
    class Other(Measure):
        name = "page_views"

    with pytest.raises(ValueError, match="two measures"):
        register(Other)
    assert registry["page_views"] is not Other


def test_every_measure_says_what_it_counts():
    for measure in registry.values():
        assert measure.label
        assert measure.unit
        assert len(str(measure.definition)) > 10


def test_days_that_an_outage_left_open_are_closed_too(tree):
    with time_machine.travel(datetime(2026, 4, 20, 12, 0, tzinfo=UTC), tick=False):
        services.roll_up(first=date(2026, 4, 20), last=date(2026, 4, 20))
    for day in (20, 21, 22):
        PageViewsFactory(day=date(2026, 4, day), union_id=tree.plant.pk, views=day)
    with time_machine.travel(datetime(2026, 4, 23, 1, 0, tzinfo=UTC), tick=False):
        roll_up_yesterday()
    assert {(day, value) for _name, day, _union, value in stored()} == {
        (date(2026, 4, day), day) for day in (20, 21, 22)
    }


def test_a_day_that_is_closed_is_not_rolled_up_again():
    services.close_days(today=NEXT)
    assert RollUp.objects.count() == services.CLOSE_DAYS
    before = dict(RollUp.objects.values_list("day", "at"))
    services.close_days(today=NEXT)
    after = dict(RollUp.objects.values_list("day", "at"))
    assert {day for day in after if after[day] != before[day]} == {DAY}
