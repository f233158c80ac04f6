"""Who goes on from one round to the next, and who is told why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Competition, Promotion
from quiz.ordering import going_on
from quiz.services import attempts
from tests.factories.quiz import CompetitionFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory

DAY = timedelta(days=1)


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 12))
def test_as_many_go_on_as_there_are_places_and_who_ties_with_the_last(costs, places):
    costs.sort()
    count = going_on(costs, places)
    assert count >= min(places, len(costs))
    assert all(cost > costs[places - 1] for cost in costs[count:])
    assert all(cost == costs[places - 1] for cost in costs[places:count])


@pytest.fixture
def final(db):
    """A final from tomorrow on, for the best two of a first round that closed two hours ago."""
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - 3 * DAY, closes_at=now + 9 * DAY)
    RoundFactory(
        competition=competition,
        title="初赛",
        promotes=2,
        opens_at=now - 2 * DAY,
        closes_at=now - timedelta(hours=2),
    )
    return RoundFactory(competition=competition, title="决赛", days=1, promoted_only=True)


@pytest.fixture
def first(final):
    return final.competition.rounds.get(number=1)


def play(round_, member, right, *, seconds=30, now=None):
    now = now or round_.opens_at + timedelta(hours=1)
    attempt = services.start_attempt(competition=round_.competition, member=member, now=now)
    answer_all(attempt, right=right, now=now)
    return services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=seconds))


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code


def went_on(round_):
    return set(Promotion.objects.filter(round=round_).values_list("member_id", flat=True))


def test_the_best_go_on_and_who_ties_with_the_last(first):
    one, two, tied, slow, last = MemberFactory.create_batch(5)
    for member, right, seconds in (
        (one, 4, 90), (two, 3, 30), (tied, 3, 30), (slow, 3, 31), (last, 1, 5),
    ):  # fmt: skip
        play(first, member, right, seconds=seconds)
    services.promote(round=first)
    assert went_on(first) == {one.pk, two.pk, tied.pk}


def test_the_best_attempt_of_each_counts(first):
    one, two, three = MemberFactory.create_batch(3)
    for member, rights in ((one, (1, 4)), (two, (3, 0)), (three, (2, 2))):
        for place, right in enumerate(rights):
            play(first, member, right, now=first.opens_at + timedelta(hours=1 + place))
    services.promote(round=first)
    assert went_on(first) == {one.pk, two.pk}


def test_a_void_attempt_takes_nobody_on(first):
    staff = MemberFactory(is_staff=True)
    one, two, three = MemberFactory.create_batch(3)
    for member, right in ((one, 3), (two, 2), (three, 4)):
        attempt = play(first, member, right)
    services.void_attempt(attempt=attempt, reason="两人同时作答。", by=staff)
    services.promote(round=first)
    assert went_on(first) == {one.pk, two.pk}


def test_promoting_twice_gives_the_same_list(first):
    for right in (1, 2, 3):
        play(first, MemberFactory(), right)
    services.promote(round=first)
    before = went_on(first)
    services.promote(round=first)
    assert went_on(first) == before
    assert len(before) == 2


def test_nobody_is_promoted_before_the_round_and_its_grace_are_over(first):
    refused("round_running", services.promote, round=first, now=first.closes_at)
    grace = timedelta(seconds=first.competition.grace)
    refused("round_running", services.promote, round=first, now=first.closes_at + grace)
    services.promote(round=first, now=first.closes_at + grace + timedelta(seconds=1))


def test_an_attempt_that_nobody_handed_in_counts_too(first):
    member = MemberFactory()
    now = first.opens_at + timedelta(hours=1)
    attempt = services.start_attempt(competition=first.competition, member=member, now=now)
    answer_all(attempt, right=4, now=now)
    services.promote(round=first)
    assert went_on(first) == {member.pk}


def test_once_the_next_round_has_opened_the_list_stands(first, final):
    play(first, MemberFactory(), 3)
    services.promote(round=first)
    refused("next_round_open", services.promote, round=first, now=final.opens_at)


def test_a_list_that_is_late_can_still_be_made_once(first, final):
    play(first, MemberFactory(), 3)
    services.promote(round=first, now=final.opens_at + timedelta(minutes=5))
    assert len(went_on(first)) == 1


def test_a_round_without_places_promotes_nobody(final):
    refused("promotes_nobody", services.promote, round=final, now=final.closes_at + DAY)


def test_only_those_who_went_on_may_play_the_next_round(first, final):
    best, other, absent = MemberFactory.create_batch(3)
    play(first, MemberFactory(), 3)
    play(first, best, 4)
    play(first, other, 1)
    inside = final.opens_at + timedelta(hours=1)
    competition = Competition.objects.get(pk=final.competition.pk)
    start = services.start_attempt
    refused("waiting", start, competition=competition, member=best, round=final, now=inside)
    services.promote(round=first)
    competition = Competition.objects.get(pk=final.competition.pk)
    assert start(competition=competition, member=best, round=final, now=inside).round == final
    for member in (other, absent):
        refused(
            "not_promoted", start, competition=competition, member=member, round=final, now=inside
        )
        refused("between_rounds", start, competition=competition, member=member, now=inside)


def test_members_read_whether_they_went_on_and_why_not(signed_in, client, first):
    best, other = MemberFactory.create_batch(2)
    play(first, MemberFactory(), 3)
    play(first, best, 4)
    play(first, other, 1)
    services.promote(round=first)
    address = first.competition.get_absolute_url()
    signed_in(best)
    assert "你在初赛的前 2 名之内，已经晋级" in client.get(address).content.decode()
    signed_in(other)
    page = client.get(address).content.decode()
    assert "末位是 30 分、用时 30 秒；你最好的一次 10 分、用时 30 秒，没有晋级" in page


def test_attempts_after_the_freeze_count_for_promotion(first):
    Competition.objects.filter(pk=first.competition.pk).update(freeze_at=first.opens_at)
    competition = Competition.objects.get(pk=first.competition.pk)
    member = MemberFactory()
    now = first.opens_at + timedelta(hours=1)
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    services.submit_attempt(attempt=attempt, now=now)
    services.promote(round=first)
    assert went_on(first) == {member.pk}


def test_what_can_t_be_handed_in_stops_the_list_and_nothing_else(first):
    opened = first.closes_at - timedelta(minutes=5)
    broken, fine = (
        services.start_attempt(competition=first.competition, member=MemberFactory(), now=opened)
        for _each in range(2)
    )
    Attempt.objects.filter(pk=broken.pk).update(paper=[{"version": 0}])
    refused("round_unfinished", services.promote, round=first)
    fine.refresh_from_db()
    assert fine.submitted_at is not None
    assert not went_on(first)
    first.refresh_from_db()
    assert first.promoted_at is None


def test_what_is_open_is_handed_in_by_few_and_not_in_one_transaction(first, monkeypatch):
    monkeypatch.setattr(attempts, "HAND_IN_CHUNK", 2)
    chunks, hand_in, depth = [], attempts._hand_in, len(connection.savepoint_ids)

    def seen(keys, now):
        chunks.append((len(keys), len(connection.savepoint_ids) - depth))
        return hand_in(keys, now)

    monkeypatch.setattr(attempts, "_hand_in", seen)
    opened = first.closes_at - timedelta(minutes=5)
    for member in MemberFactory.create_batch(5):
        services.start_attempt(competition=first.competition, member=member, now=opened)
    services.promote(round=first)
    assert chunks == [(2, 0), (2, 0), (1, 0)]
    assert len(went_on(first)) == 5
