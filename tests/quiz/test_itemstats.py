"""Properties of the figures of a question, and of the report that the keepers read."""

import json
from datetime import timedelta
from io import BytesIO
from statistics import median_low

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import itemstats, services, tasks
from quiz.itemstats import Tally
from quiz.models import Question, QuestionStatistic, StatisticRun
from quiz.models.statistic import LEASE
from quiz.services.statistics import go_on_with
from quiz.twins import LONGEST_WAIT
from tests.factories.quiz import CompetitionFactory, answer_all, ids_of
from tests.factories.unions import MemberFactory

replies = st.lists(
    st.tuples(st.booleans(), st.integers(0, 19).map(lambda n: n / 19)), min_size=1, max_size=80
)
waits = st.floats(0, LONGEST_WAIT)


def tally_of(found, tally=None):
    tally = tally or Tally()
    for right, rest in found:
        tally.add(right=right, chosen=[0] if right else [1], rest=rest, seconds=rest * 100)
    return tally


def timed(seconds):
    tally = Tally()
    for wait in seconds:
        tally.add(right=True, chosen=[0], rest=0.5, seconds=wait)
    return tally


def correlation(found):
    """Pearson's, written out another way."""
    n = len(found)
    xs, ys = [float(right) for right, _rest in found], [rest for _right, rest in found]
    mx, my = sum(xs) / n, sum(ys) / n
    sxy = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    sxx = sum((x - mx) ** 2 for x in xs)
    syy = sum((y - my) ** 2 for y in ys)
    return sxy / (sxx * syy) ** 0.5 if sxx * syy > 1e-9 else None


@given(replies)
def test_discrimination_is_the_correlation_of_right_here_and_elsewhere(found):
    expected, got = correlation(found), itemstats.discrimination(tally_of(found))
    if expected is not None:
        assert got == pytest.approx(expected, abs=1e-6)
        assert -1 <= got <= 1


@given(replies)
def test_facility_is_the_share_of_right(found):
    got = itemstats.facility(tally_of(found))
    assert got == sum(right for right, _rest in found) / len(found)


@given(replies)
def test_turning_every_verdict_turns_the_sign(found):
    there = itemstats.discrimination(tally_of(found))
    back = itemstats.discrimination(tally_of([(not right, rest) for right, rest in found]))
    assert (there is None) == (back is None)
    if there is not None:
        assert there == pytest.approx(-back, abs=1e-6)


@given(replies, st.randoms())
def test_the_order_of_replies_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    one, other = tally_of(found), tally_of(shuffled)
    assert one.picks == other.picks
    assert one.rest == pytest.approx(other.rest)


@given(replies, replies)
def test_sums_that_were_put_away_are_gone_on_with(before, after):
    whole, put_away = tally_of([*before, *after]), tally_of(before).as_json()
    assert tally_of(after, Tally.from_json(json.loads(json.dumps(put_away)))) == whole


@given(st.lists(waits, min_size=1, max_size=99))
def test_the_typical_time_is_the_median_to_the_second_or_to_a_twentieth(seconds):
    got, exact = itemstats.typical_seconds(timed(seconds)), median_low(seconds)
    assert abs(got - exact) <= max(0.5, 0.051 * exact)


@given(st.lists(waits, min_size=3, max_size=60), st.lists(waits, max_size=1))
def test_one_who_leaves_a_question_open_for_long_changes_little(seconds, more):
    got = itemstats.typical_seconds(timed([*seconds, *more]))
    low, high = min(seconds), max(seconds)
    assert low * 0.95 - 0.5 <= got <= high * 1.05 + 0.5


@given(st.lists(waits, max_size=500))
def test_the_times_of_many_replies_stay_few_numbers(seconds):
    assert len(timed(seconds).waits) <= 63


def test_without_a_time_there_is_none():
    tally = Tally()
    tally.add(right=True, chosen=[0], rest=0.5)
    assert itemstats.typical_seconds(tally) is None


@given(st.lists(st.sets(st.integers(0, 3)), max_size=40))
def test_picks_and_omissions_count_everyone(chosen):
    tally = Tally()
    for places in chosen:
        tally.add(right=False, chosen=places, rest=0.5)
    assert sum(tally.picked(4)) == sum(map(len, chosen))
    assert tally.omitted == sum(not places for places in chosen)


@pytest.mark.parametrize(
    ("given_", "raised"),
    [
        ({}, []),
        ({"share": 0.19}, ["hard"]),
        ({"share": 0.2}, []),
        ({"share": 0.96}, ["easy"]),
        ({"share": 0.95}, []),
        ({"power": 0.09}, ["flat"]),
        ({"power": None}, []),
        ({"picks": [60, 40, 0, 0]}, ["unused"]),
        ({"picks": [30, 40, 20, 10]}, ["miskeyed"]),
        (
            {"share": 0.1, "power": -0.2, "picks": [10, 90, 0, 0]},
            ["hard", "flat", "unused", "miskeyed"],
        ),
        ({"asked": 29, "share": 0.1, "power": -0.2, "picks": [1, 28, 0, 0]}, []),
    ],
)
def test_a_flag_says_what_to_look_at(given_, raised):
    figures = {"asked": 100, "share": 0.6, "power": 0.3, "picks": [60, 20, 15, 5], "key": [0]}
    assert itemstats.flags(**figures | given_) == raised


def test_a_wrong_option_may_be_chosen_as_often_as_the_key_but_not_more():
    figures = {"asked": 100, "share": 0.5, "power": 0.3, "key": [0]}
    assert itemstats.flags(**figures, picks=[50, 50]) == []
    assert itemstats.flags(**figures, picks=[49, 51]) == ["miskeyed"]


@pytest.fixture
def competition(db):
    """Six attempts at the same four questions: right 0, 1, 2, 3, 4, 4 of them; one left out."""
    found = CompetitionFactory(bank__questions=4, draw=4)
    for right in (0, 1, 2, 3, 4, 4):
        attempt = services.start_attempt(competition=found, member=MemberFactory())
        answer_all(attempt, right=right)
        services.submit_attempt(attempt=attempt)
    return found


@pytest.mark.django_db
def test_the_figures_agree_with_the_attempts(competition, monkeypatch):
    monkeypatch.setattr("quiz.services.statistics.CHUNK", 2)
    left_out = services.start_attempt(competition=competition, member=MemberFactory())
    services.submit_attempt(attempt=left_out)
    services.start_attempt(competition=competition, member=MemberFactory())  # open: not counted
    assert services.compute_statistics(bank=competition.bank) == 4
    rows = list(QuestionStatistic.objects.all())
    assert {row.asked for row in rows} == {7}
    assert {row.omitted for row in rows} == {1}
    assert sum(row.right for row in rows) == 14
    for row in rows:
        assert row.picks[0] == row.right
        assert sum(row.picks) == 6
        assert row.facility == row.right / 7


@pytest.mark.django_db
def test_the_time_of_a_question_is_that_between_two_replies():
    found = CompetitionFactory(bank__questions=2, draw=2)
    for first, second in ((10, 12), (20, 60), (12, 14)):
        attempt = services.start_attempt(competition=found, member=MemberFactory())
        versions = attempt.drawn().versions
        by_version = sorted((1, 2), key=lambda number: versions[number - 1])
        for number, after in zip(by_version, (first, second), strict=True):
            reply = services.Answer(number, tuple(ids_of(attempt, number, right=True)), 1)
            now = attempt.started_at + timedelta(seconds=after)
            services.save_answers(attempt=attempt, answers=[reply], now=now)
        services.submit_attempt(attempt=attempt)
    services.compute_all_statistics()
    rows = QuestionStatistic.objects.order_by("version")
    assert [row.pace for row in rows] == [12, 2]


@pytest.mark.django_db
def test_answers_that_came_in_together_tell_no_time(competition):
    services.compute_all_statistics()
    assert set(QuestionStatistic.objects.values_list("seconds", flat=True)) == {None}


def figures():
    return list(
        QuestionStatistic.objects.order_by("version").values_list(
            "version", "asked", "right", "omitted", "picks", "discrimination", "seconds"
        )
    )


@pytest.fixture
def by_twos(competition, monkeypatch):
    """The same competition, and a task counts two attempts."""
    services.compute_all_statistics()
    monkeypatch.setattr("quiz.services.statistics.CHUNK", 2)
    return competition


def two(run):
    """Count two more attempts: the clock says that the time is over after one chunk."""
    ticks = iter([0, 0, 2])
    return go_on_with(run=run, seconds=1, clock=lambda: next(ticks))


@pytest.mark.django_db
def test_tasks_that_end_early_come_to_the_same_figures(by_twos):
    expected = figures()
    QuestionStatistic.objects.update(asked=99)
    run, ran = services.begin_statistics(bank=by_twos.bank), 0
    while run is not None:
        assert set(QuestionStatistic.objects.values_list("asked", flat=True)) == {99}
        run, ran = two(StatisticRun.objects.select_related("bank").get(pk=run.pk)), ran + 1
    assert ran == 4  # six attempts by twos, and one to see that there is no more
    assert figures() == expected
    assert not StatisticRun.objects.exists()


@pytest.mark.django_db
def test_a_task_that_ran_twice_counts_once(by_twos):
    expected = figures()
    run = services.begin_statistics(bank=by_twos.bank)
    same = StatisticRun.objects.select_related("bank").get(pk=run.pk)
    assert two(run).reached
    assert two(same) is None
    while run is not None:
        run = two(StatisticRun.objects.select_related("bank").get(pk=run.pk))
    assert figures() == expected


@pytest.mark.django_db
def test_a_bank_that_changes_on_the_way_is_counted_anew(by_twos):
    run = two(services.begin_statistics(bank=by_twos.bank))
    services.touch_bank(bank=by_twos.bank)
    run = two(StatisticRun.objects.select_related("bank").get(pk=run.pk))
    assert (run.reached, run.tallies) == (0, {})


@pytest.mark.django_db
def test_what_was_ordered_and_lost_is_taken_up_by_the_clock(competition):
    services.compute_all_statistics()
    expected = figures()
    QuestionStatistic.objects.all().delete()
    services.begin_statistics(bank=competition.bank)
    assert services.resume_statistics() == 0  # a task may be at it
    later = timezone.now() + LEASE + timedelta(seconds=1)
    assert services.resume_statistics(now=later) == 1
    assert figures() == expected
    tasks.compute_statistics()
    assert figures() == expected
    assert not StatisticRun.objects.exists()


@pytest.mark.django_db
def test_computing_again_changes_nothing(competition):
    now = timezone.now()
    services.compute_all_statistics(now=now)
    before = list(QuestionStatistic.objects.order_by("version").values("version", "right", "picks"))
    services.compute_all_statistics(now=now + timedelta(hours=1))
    after = QuestionStatistic.objects.order_by("version").values("version", "right", "picks")
    assert list(after) == before


@pytest.mark.django_db
class TestTheReport:
    @pytest.fixture
    def keeper(self, competition, signed_in):
        services.compute_all_statistics()
        return signed_in(MemberFactory(is_superuser=True, is_staff=True))

    def test_it_lists_every_question_with_its_figures(self, keeper):
        page = keeper.get(reverse("quiz_question_report")).content.decode()
        for question in Question.objects.all():
            assert question.stem in page
        assert "区分度" in page
        assert "A✓" in page
        assert "用时（秒）" in page

    def test_it_can_be_narrowed_to_what_to_look_at(self, keeper):
        first = QuestionStatistic.objects.first()
        QuestionStatistic.objects.filter(pk=first.pk).update(flags="hard flat", flag_count=2)
        address = reverse("quiz_question_report")
        for value, count in (("any", 1), ("hard", 1), ("flat", 1), ("unused", 0)):
            shown = keeper.get(address, {"flagged": value}).context["object_list"]
            assert len(shown) == count, value
        bank = first.version.question.bank_id
        assert len(keeper.get(address, {"bank": bank}).context["object_list"]) == 4
        assert "太难、区分度低" in keeper.get(address).content.decode()

    def test_it_can_be_exported_and_holds_no_formula(self, keeper):
        Question.objects.filter(pk=Question.objects.first().pk).update(stem="=1+1")
        response = keeper.get(reverse("quiz_question_report"), {"export": "xlsx"})
        content = b"".join(response.streaming_content) if response.streaming else response.content
        lines = list(openpyxl.load_workbook(BytesIO(content)).active.values)
        assert len(lines) == 5
        stems = {line[lines[0].index("题干")] for line in lines[1:]}
        assert "'=1+1" in stems

    def test_it_tells_how_long_a_question_takes(self, keeper):
        QuestionStatistic.objects.update(seconds=47.4)
        page = BeautifulSoup(keeper.get(reverse("quiz_question_report")).content, "html.parser")
        heads = [head.get_text(strip=True) for head in page.select("thead th")]
        place = heads.index("用时（秒）")
        shown = {row("td")[place].get_text(strip=True) for row in page.select("tbody tr")}
        assert shown == {"47"}
        response = keeper.get(reverse("quiz_question_report"), {"export": "xlsx"})
        content = b"".join(response.streaming_content) if response.streaming else response.content
        lines = list(openpyxl.load_workbook(BytesIO(content)).active.values)
        assert {line[lines[0].index("用时（秒，中位数）")] for line in lines[1:]} == {47}

    def test_it_is_for_those_who_keep_questions(self, keeper, signed_in):
        client = signed_in(MemberFactory())
        assert client.get(reverse("quiz_question_report")).status_code in {302, 403, 404}

    def test_it_asks_no_more_queries_with_more_questions(self, keeper, count_queries):
        address = reverse("quiz_question_report")
        few = count_queries(lambda: keeper.get(address))
        more = CompetitionFactory(bank__questions=4, draw=4)
        attempt = services.start_attempt(competition=more, member=MemberFactory())
        services.submit_attempt(attempt=attempt)
        services.compute_all_statistics()
        assert count_queries(lambda: keeper.get(address)) == few
