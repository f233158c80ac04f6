"""When too many begin at once: a place in line, and never in the way of who answers already."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from quiz import admission, services
from quiz.models import Attempt
from tests.factories.quiz import CompetitionFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory

RATE, BURST = 2, 3
OTHERS = count(1)


@pytest.fixture(autouse=True)
def line(settings, monkeypatch):
    """Two starts a second, three at once; a line of its own."""
    settings.QUIZ_STARTS = {"PER_SECOND": RATE, "BURST": BURST}
    monkeypatch.setattr(admission, "_local", admission.LocalLine())


class Clock:
    """Both clocks that a line reads."""

    def __init__(self, monkeypatch):
        self.now = 1_800_000_000.0
        monkeypatch.setattr(admission, "monotonic", lambda: self.now)
        monkeypatch.setattr(admission, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def others_begin(many):
    """So many others take a slot, each one of their own."""
    for _number in range(many):
        admission.take_slot(f"another {next(OTHERS)}")


@pytest.fixture(params=[admission.LocalLine, admission.SharedLine])
def either_line(request):
    return request.param()


def test_a_burst_goes_through_and_the_next_ones_wait_in_turn(either_line, clock):
    waits = [either_line.take(RATE, BURST, next(OTHERS)) for _number in range(7)]
    assert waits == [0, 0, 0, 0.5, 1, 1.5, 2]


def test_a_slot_that_has_passed_is_free_again(either_line, clock):
    for _number in range(5):
        either_line.take(RATE, BURST, next(OTHERS))
    clock.now += 10
    assert [either_line.take(RATE, BURST, next(OTHERS)) for _number in range(4)] == [0, 0, 0, 0.5]


def test_while_the_line_is_full_a_later_one_waits_longer(either_line, clock):
    for _number in range(9):
        either_line.take(RATE, BURST, next(OTHERS))
    clock.now += 1
    assert either_line.take(RATE, BURST, next(OTHERS)) == pytest.approx((9 - BURST + 1) / RATE - 1)


def test_a_holder_has_one_slot_however_often_it_is_asked_for(either_line, clock):
    for _number in range(BURST):
        either_line.take(RATE, BURST, next(OTHERS))
    assert [either_line.take(RATE, BURST, "one") for _number in range(50)] == [0.5] * 50
    assert either_line.peek(RATE, BURST) == 1
    assert either_line.take(RATE, BURST, next(OTHERS)) == 1
    clock.now += 2
    assert either_line.take(RATE, BURST, "one") == 0
    clock.now += admission.KEPT_AFTER
    assert either_line.peek(RATE, BURST) == 0


def test_two_requests_of_one_holder_at_once_take_one_slot(monkeypatch, clock):
    line = admission.SharedLine()
    for _number in range(BURST):
        line.take(RATE, BURST, next(OTHERS))
    take_next, meanwhile = line._next, []

    def while_another_asks(rate, burst):
        if not meanwhile:
            meanwhile.append(None)
            meanwhile[0] = line.take(rate, burst, "one")
        return take_next(rate, burst)

    monkeypatch.setattr(line, "_next", while_another_asks)
    assert line.take(RATE, BURST, "one") == meanwhile[0] == 0.5
    assert line.peek(RATE, BURST) == 1


def test_a_slot_is_forgotten_a_while_after_it_came(clock):
    line = admission.LocalLine()
    for number in range(10):
        line.take(RATE, BURST, number)
    clock.now += admission.KEPT_AFTER + 60
    line.take(RATE, BURST, "late")
    assert list(line._kept) == ["late"]


@rules(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(st.lists(st.floats(0, 2), min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 9))
def test_however_they_come_no_second_begins_more_than_the_rate_and_a_burst(pauses, rate, burst):
    with pytest.MonkeyPatch.context() as monkeypatch:
        line, clock, begun = admission.LocalLine(), Clock(monkeypatch), []
        for pause in pauses:
            clock.now += pause
            begun.append(clock.now + line.take(rate, burst, next(OTHERS)))
    assert begun == sorted(begun)
    for start in begun:
        within = [moment for moment in begun if start <= moment < start + 1 - 1e-6]
        assert len(within) <= rate + burst


@pytest.mark.parametrize(("wait", "again"), [(0.2, 1), (7, 7), (30, 30), (50, 30), (600, 300)])
def test_a_page_asks_rarely_while_its_turn_is_far_off(wait, again):
    assert admission.ask_again_in(wait) == again


@pytest.mark.usefixtures("clock")
def test_without_the_shared_cache_each_process_counts_for_itself(settings, monkeypatch, caplog):
    settings.REDIS_URL = "redis://nowhere"

    def broken(*_args):
        raise ConnectionError("no cache")

    monkeypatch.setattr(cache, "incr", broken)
    assert [admission.take_slot(f"{number}") > 0 for number in range(4)] == [
        False,
        False,
        False,
        True,
    ]
    assert "can't be counted" in caplog.text


def test_a_rate_of_nothing_admits_everyone(settings):
    settings.QUIZ_STARTS = {"PER_SECOND": 0, "BURST": 0}
    assert not any(admission.take_slot(f"{number}") for number in range(1000))


# The page


@pytest.fixture
def competition(db):
    return CompetitionFactory()


@pytest.fixture
def busy(competition, clock):
    """So many have begun that the next one waits for five seconds and a half."""
    others_begin(BURST + 10)
    return clock


def address(competition):
    return reverse("quiz:start", args=[competition.slug])


def text(response):
    return response.content.decode()


@pytest.mark.usefixtures("busy")
def test_who_comes_to_a_full_start_gets_a_place_and_no_attempt(signed_in, competition, caplog):
    response = signed_in(MemberFactory()).post(address(competition))
    assert response.status_code == 503
    assert not caplog.records
    page = text(response)
    assert "正在排队进场" in page
    assert "<b>11</b>" in page
    assert f'http-equiv="refresh" content="{response["Retry-After"]}"' in page
    assert response["Retry-After"] == "6"
    assert response["Cache-Control"] == "private, no-store"
    assert "<script" not in page
    assert not Attempt.objects.exists()


def test_when_the_turn_comes_the_page_goes_on_by_itself(signed_in, competition, busy):
    client = signed_in(MemberFactory())
    client.post(address(competition))
    busy.now += 5.4
    assert client.get(address(competition)).status_code == 503
    busy.now += 0.2
    client.head(address(competition))
    assert not Attempt.objects.exists()
    response = client.get(address(competition))
    assert response.status_code == 302
    assert "/q/1/" in response.url
    assert Attempt.objects.count() == 1
    assert client.cookies["queue"].value == ""


def test_who_waited_begins_the_round_that_was_chosen(signed_in, competition, busy):
    today, other = RoundFactory(competition=competition), RoundFactory(competition=competition)
    client = signed_in(MemberFactory())
    page = text(client.post(address(competition), {"round": other.number}))
    waiting = f"{address(competition)}?round={other.number}"
    assert f"url={waiting}" in page
    assert f'name="round" value="{other.number}"' in page
    busy.now += 6
    client.get(waiting)
    assert Attempt.objects.get().round == other
    assert today != other


def test_asking_again_keeps_the_place(signed_in, competition, busy):
    client = signed_in(MemberFactory())
    client.post(address(competition))
    others_begin(20)
    busy.now += 1
    assert "<b>9</b>" in text(client.post(address(competition)))


def test_a_place_that_nobody_takes_up_passes(signed_in, competition, busy):
    client = signed_in(MemberFactory())
    client.post(address(competition))
    busy.now += 10 * 60
    assert client.get(address(competition)).url == competition.get_absolute_url()
    assert not Attempt.objects.exists()


def test_a_place_is_of_one_member_and_one_competition(signed_in, competition, busy):
    client = signed_in(MemberFactory())
    client.post(address(competition))
    kept = client.cookies["queue"].value
    stranger = Client()
    stranger.force_login(MemberFactory(), backend="unions.auth.PhoneOrUsernameBackend")
    busy.now += 60
    for value in (kept, kept[:-3] + "abc", "1.0", "x"):
        stranger.cookies["queue"] = value
        assert stranger.get(address(competition)).url == competition.get_absolute_url()
    assert not Attempt.objects.exists()


def test_asking_fifty_times_without_the_place_moves_nobody_else(signed_in, competition, busy):
    client = signed_in(MemberFactory())
    pages = set()
    for _number in range(50):
        pages.add(client.post(address(competition))["Retry-After"])
        client.cookies.pop("queue")
    assert pages == {"6"}
    assert "<b>12</b>" in text(signed_in(MemberFactory()).post(address(competition)))


def test_who_may_not_begin_takes_no_slot_of_a_busy_line(signed_in, competition, clock):
    answering = MemberFactory()
    services.start_attempt(competition=competition, member=answering)
    over = CompetitionFactory(closes_at=timezone.now() - timedelta(hours=1))
    others_begin(BURST + 10)
    for member, asked in ((answering, competition), (MemberFactory(), over)):
        assert signed_in(member).post(address(asked)).status_code == 302
    assert "<b>11</b>" in text(signed_in(MemberFactory()).post(address(competition)))


def test_asking_again_in_a_calm_moment_uses_up_no_burst(signed_in, competition, clock):
    client = signed_in(MemberFactory())
    for _number in range(BURST + 10):
        assert client.post(address(competition)).status_code == 302
    assert signed_in(MemberFactory()).post(address(competition)).status_code == 302
    assert Attempt.objects.count() == 2


@pytest.mark.usefixtures("busy")
def test_a_visit_without_a_place_begins_nothing(signed_in, competition):
    response = signed_in(MemberFactory()).get(address(competition))
    assert response.url == competition.get_absolute_url()
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("clock")
def test_who_has_an_attempt_open_never_waits(signed_in, competition):
    member = MemberFactory()
    attempt = services.start_attempt(competition=competition, member=member)
    others_begin(BURST + 10)
    response = signed_in(member).post(address(competition))
    assert response.status_code == 302
    assert str(attempt.uuid) in response.url


@pytest.mark.usefixtures("clock")
def test_saving_and_handing_in_never_wait(signed_in, competition):
    member = MemberFactory()
    client = signed_in(member)
    attempt = services.start_attempt(competition=competition, member=member)
    others_begin(BURST + 1000)
    answer_all(attempt, right=1)
    option = attempt.drawn().items[0].options[0][0]
    assert client.post(attempt.question_url(1), {"option": option}).status_code == 302
    submit = reverse("quiz:submit", args=[competition.slug, attempt.uuid])
    assert client.post(submit).status_code == 302
    attempt.refresh_from_db()
    assert attempt.submitted_at is not None


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_who_may_not_begin_reads_why_instead_of_waiting(signed_in):
    competition = CompetitionFactory(closes_at=timezone.now() - timedelta(hours=1))
    others_begin(BURST + 10)
    response = signed_in(MemberFactory()).post(address(competition))
    assert response.url == competition.get_absolute_url()


def test_while_nobody_waits_the_queue_asks_the_database_nothing(
    signed_in, competition, count_queries, settings
):
    client = signed_in(MemberFactory())
    client.post(address(competition))
    settings.QUIZ_STARTS = {"PER_SECOND": 1000, "BURST": BURST}
    calm = count_queries(lambda: client.post(address(competition)))
    settings.QUIZ_STARTS = {"PER_SECOND": 0, "BURST": BURST}
    assert count_queries(lambda: client.post(address(competition))) == calm
