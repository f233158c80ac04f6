"""Rounds: how a member stands with each, which one is played, and what adds up."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Admission, Attempt, Competition
from quiz.situation import situation_of
from search.models import PendingSync
from tests.factories.quiz import (
    CompetitionFactory,
    RoundFactory,
    answer_all,
    total_standings,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def competition():
    """Of four rounds, yesterday's, today's, tomorrow's and next week's."""
    now = timezone.now()
    found = CompetitionFactory(
        opens_at=now - 3 * DAY, closes_at=now + 9 * DAY, daily_tries=2, counting="rounds"
    )
    for days in (-2, 0, 1, 8):
        RoundFactory(competition=found, days=days)
    return found


def play(competition, member, *, right=2, **kwargs):
    attempt = services.start_attempt(competition=competition, member=member, **kwargs)
    answer_all(attempt, right=right, now=attempt.started_at)
    return services.submit_attempt(attempt=attempt, now=attempt.started_at + timedelta(seconds=30))


def codes(competition, member, now=None):
    found = Competition.objects.get(pk=competition.pk)
    return [level.code for level in situation_of(found, member, now or timezone.now()).levels]


def refused(code, **kwargs):
    with pytest.raises(QuizError) as caught:
        services.start_attempt(**kwargs)
    assert caught.value.code == code


def test_each_level_is_missed_open_or_to_come(competition):
    assert codes(competition, MemberFactory()) == ["missed", "open", "coming", "coming"]


def test_a_level_that_an_early_close_overtook_is_not_held(signed_in, client, competition):
    Competition.objects.filter(pk=competition.pk).update(closes_at=timezone.now() - DAY / 24)
    competition.rounds.filter(number=4).update(
        title="决赛", for_teams=True, team_least=1, team_most=2
    )
    assert codes(competition, MemberFactory()) == ["missed", "missed", "dropped", "dropped"]
    page = client.get(competition.get_absolute_url()).content.decode()
    assert "决赛，竞赛提前截止，没有举行" in page
    assert "决赛，到" not in page  # among the dates


def test_a_visitor_sees_the_levels_too(competition):
    assert codes(competition, None) == ["missed", "open", "coming", "coming"]


def test_with_the_catch_up_rule_a_missed_level_may_be_answered_later(competition):
    member = MemberFactory()
    first = competition.rounds.get(number=1)
    refused("round_over", competition=competition, member=member, round=first)
    competition.catch_up = True
    competition.save()
    assert codes(competition, member) == ["catch_up", "open", "coming", "coming"]
    first = competition.rounds.get(number=1)
    assert play(competition, member, round=first).round == first
    assert codes(competition, member) == ["done", "open", "coming", "coming"]


def test_a_level_that_decides_who_goes_on_is_never_caught_up(competition):
    competition.catch_up = True
    competition.save()
    competition.rounds.filter(number=1).update(promotes=3)
    assert codes(competition, MemberFactory())[0] == "missed"


def test_without_a_choice_today_s_level_is_played_then_the_missed_ones(competition):
    member = MemberFactory()
    competition.catch_up = True
    competition.save()
    assert [play(competition, member).round.number for _try in range(4)] == [2, 1, 2, 1]
    refused("tries_used", competition=competition, member=member)


def test_tries_count_in_each_level_apart(competition):
    member = MemberFactory()
    competition.catch_up = True
    competition.save()
    one, two = competition.rounds.filter(number__lte=2)
    numbers = [play(competition, member, round=found).number for found in (two, two, one, one)]
    assert numbers == [1, 2, 1, 2]
    refused("tries_used", competition=competition, member=member, round=two)


def test_a_void_attempt_brings_nothing_but_is_a_try(competition):
    member = MemberFactory()
    attempt = play(competition, member)
    services.void_attempt(attempt=attempt, reason="两人同时作答。", by=MemberFactory(is_staff=True))
    now = timezone.now()
    level = situation_of(Competition.objects.get(pk=competition.pk), member, now).levels[1]
    assert (level.code, level.points, level.used_today, level.tries_left) == ("open", None, 1, 1)


def test_a_level_that_is_not_open_is_refused(competition):
    member = MemberFactory()
    first, _second, third, _fourth = competition.rounds.all()
    refused("round_over", competition=competition, member=member, round=first)
    refused("round_coming", competition=competition, member=member, round=third)


def test_between_two_levels_nothing_can_be_begun(competition):
    competition.rounds.filter(number=2).delete()
    refused("between_rounds", competition=competition, member=MemberFactory())


def test_an_open_attempt_of_another_level_is_gone_on_with(competition):
    member = MemberFactory()
    competition.catch_up = True
    competition.save()
    one, two = competition.rounds.filter(number__lte=2)
    begun = services.start_attempt(competition=competition, member=member, round=two)
    assert services.start_attempt(competition=competition, member=member, round=one) == begun


def test_an_attempt_ends_with_its_level(competition):
    level = competition.rounds.get(number=2)
    attempt = services.start_attempt(
        competition=competition,
        member=MemberFactory(),
        now=level.closes_at - timedelta(seconds=60),
    )
    assert attempt.deadline == level.closes_at


def test_a_level_s_own_paper_rules_replace_those_of_the_competition(competition):
    RoundFactory(competition=competition, days=0, draw=7)
    member = MemberFactory()
    two, own = competition.rounds.get(number=2), competition.rounds.get(number=5)
    assert len(play(competition, member, round=two).paper) == 4
    assert len(play(competition, member, round=own).paper) == 7


def test_the_best_of_each_level_adds_up(competition):
    member = MemberFactory()
    competition.catch_up = True
    competition.save()
    one, two = competition.rounds.filter(number__lte=2)
    for found, right in ((two, 1), (two, 3), (one, 2)):
        play(competition, member, round=found, right=right)
    assert total_standings().get().points == 50
    services.rebuild_standings(competition=competition)
    assert total_standings().get().points == 50


def test_the_database_keeps_tries_apart_with_and_without_a_level(competition):
    attempt = play(competition, MemberFactory())
    plain = play(CompetitionFactory(), MemberFactory())
    for stored in (attempt, plain):
        twin = Attempt.objects.get(pk=stored.pk)
        twin.pk, twin.uuid = None, None
        twin.uuid = Attempt._meta.get_field("uuid").get_default()
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.bulk_create([twin])


def test_the_home_shows_every_level_and_starts_today_s(signed_in, client, competition):
    member = MemberFactory()
    signed_in(member)
    page = BeautifulSoup(client.get(competition.get_absolute_url()).content, "html.parser")
    marked = [item.get("class") for item in page.select(".levels li")]
    assert [bool(names and "is-today" in names) for names in marked] == [False, True, False, False]
    assert "第 2 关" in page.select_one(".patch").text
    assert page.select_one("#start [name=round]")["value"] == "2"
    begin = [button.text for button in page.select("button.button--primary")]
    assert set(begin) == {"开始答题：第 2 关"}
    others = [option["value"] for option in page.select("#round option")]
    assert "2" not in others
    answer = client.post(reverse("quiz:start", args=[competition.slug]), {"round": "2"})
    assert answer.url == Attempt.objects.get().question_url(1)
    assert Attempt.objects.get().round.number == 2


@pytest.mark.parametrize("number", ["9", "0", "x", "9" * 30])
def test_a_level_that_is_not_there_cannot_be_started(signed_in, client, competition, number):
    signed_in(MemberFactory())
    answer = client.post(reverse("quiz:start", args=[competition.slug]), {"round": number})
    assert answer.status_code == 404


def test_a_done_level_shows_its_points(signed_in, client, competition):
    member = MemberFactory()
    play(competition, member, right=3)
    signed_in(member)
    page = BeautifulSoup(client.get(competition.get_absolute_url()).content, "html.parser")
    assert page.select(".levels .is-done")[0].select("span")[1].text == "230"
    assert "看得分最高的一份答卷：第 2 关，" in page.text
    assert "已答 1 关" in page.text


def test_the_result_names_its_level_and_offers_the_same_again(signed_in, client, competition):
    member = MemberFactory()
    attempt = play(competition, member)
    signed_in(member)
    page = BeautifulSoup(client.get(attempt.get_absolute_url()).content, "html.parser")
    assert "第 2 关" in page.select_one(".stamp").text
    assert page.select_one("form [name=round]")["value"] == "2"


def test_more_levels_ask_no_more_queries(signed_in, client, count_queries, competition):
    member = MemberFactory()
    play(competition, member)
    signed_in(member)
    few = count_queries(lambda: client.get(competition.get_absolute_url()))
    for _each in range(5):
        RoundFactory(competition=competition, days=4, draw=3)
    assert count_queries(lambda: client.get(competition.get_absolute_url())) == few


def test_the_rules_tell_the_levels(client, competition):
    competition.catch_up = True
    competition.save()
    RoundFactory(competition=competition, days=8, title="决赛", promoted_only=True, draw=7)
    competition.rounds.filter(number=1).update(title="初赛", promotes=100)
    page = client.get(reverse("quiz:rules", args=[competition.slug])).content.decode()
    for words in (
        "初赛：",
        "取前 100 名晋级",
        "只限初赛晋级的人",
        "漏答的关，竞赛截止前可以补答",
        "每关每天可以答两次",
        "决赛另定：不限类别，不限难度：7 题",
    ):
        assert words in page


def test_a_changed_round_or_condition_reaches_what_can_be_found(competition):
    own = RoundFactory(competition=competition, days=3, draw=3)
    for change in (
        lambda: own.save(),
        lambda: own.rules.get().save(),
        lambda: Admission.objects.create(competition=competition, industry="energy"),
        lambda: own.delete(),
    ):
        PendingSync.objects.all().delete()
        change()
        found = PendingSync.objects.values_list("kind", "key")
        assert set(found) == {("competition", str(competition.pk))}


def test_the_list_says_nothing_of_tries_that_depend_on_the_level(signed_in, client, competition):
    signed_in(MemberFactory())
    assert "今天还可答" not in client.get(reverse("quiz:list")).content.decode()
