"""A result taken away: out of every count, with a reason, and with an appeal."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import boards, services
from quiz.errors import QuizError
from quiz.models import Appeal, Attempt, Standing, UnionStanding
from tests.factories.quiz import (
    CompetitionFactory,
    answer_all,
    total_standings,
)
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_board_migration import migrate

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


def handed_in(competition, member=None, *, right=2, now=None):
    now = now or timezone.now()
    member = member or MemberFactory()
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    answer_all(attempt, right=right, now=now)
    return services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=60))


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code


def table():
    persons = (
        total_standings()
        .order_by("member")
        .values_list("member", "union", "points", "elapsed", "cost", "completions")
    )
    unions = UnionStanding.objects.filter(participants__gt=0).order_by("union")
    return list(persons), list(unions.values_list("union", "participants", "completions", "points"))


def test_the_next_best_attempt_counts_and_the_others_move_up(staff):
    competition = CompetitionFactory()
    best = handed_in(competition, member := MemberFactory(), right=4)
    handed_in(competition, member, right=1)
    handed_in(competition, right=3)
    services.void_attempt(attempt=best, reason="代答", by=staff)
    boards.forget_totals()
    assert [(row.rank, row.points) for row in boards.top(competition, None)] == [(1, 30), (2, 10)]
    services.restore_attempt(attempt=best, by=staff)
    boards.forget_totals()
    assert [row.points for row in boards.top(competition, None)] == [40, 30]


def test_with_nothing_left_the_standing_disappears_and_comes_back(staff):
    competition = CompetitionFactory()
    handed_in(competition)
    before = table()
    attempt = handed_in(competition)
    both = table()
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    assert table() == before
    services.restore_attempt(attempt=attempt, by=staff)
    assert table() == both


@pytest.mark.parametrize("place", [0, 1, 2])
def test_counting_again_gives_what_a_rebuild_gives(staff, place):
    """Also when the first attempt goes, whose union counted."""
    first, second = UnionFactory(), UnionFactory()
    competition, member = CompetitionFactory(), MemberFactory(union=first)
    attempts = [handed_in(competition, member, right=4)]
    member.union = second
    member.save()
    attempts += [handed_in(competition, member, right=right) for right in (2, 3)]
    handed_in(competition, MemberFactory(union=second))
    services.void_attempt(attempt=attempts[place], reason="代答", by=staff)
    counted = table()
    services.rebuild_standings(competition=competition)
    assert table() == counted


def test_a_frozen_board_loses_the_voided_and_shows_nothing_new(staff):
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=2), freeze_at=now - timedelta(hours=1)
    )
    early = handed_in(competition, member := MemberFactory(), now=now - timedelta(hours=2))
    handed_in(competition, member, right=4, now=now - timedelta(minutes=5))
    services.void_attempt(attempt=early, reason="代答", by=staff)
    assert not Standing.objects.exists()
    services.restore_attempt(attempt=early, by=staff)
    assert total_standings().get().points == 20


def test_taking_away_twice_keeps_the_first_reason_and_one_entry(staff):
    attempt = handed_in(CompetitionFactory())
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    again = services.void_attempt(attempt=attempt, reason="别的", by=staff)
    assert again.void_reason == "代答"
    services.restore_attempt(attempt=attempt, by=staff)
    services.restore_attempt(attempt=attempt, by=staff)
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["quiz.attempt.void", "quiz.attempt.restore"]


def test_without_a_reason_or_before_the_end_nothing_is_taken_away(staff):
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    refused("no_reason", services.void_attempt, attempt=attempt, reason=" ", by=staff)
    refused("not_finished", services.void_attempt, attempt=attempt, reason="代答", by=staff)
    done = handed_in(competition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=done.pk).update(void_at=timezone.now())


def test_the_member_reads_the_reason_and_appeals_once(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    services.void_attempt(attempt=attempt, reason="多个账号同时作答", by=staff)
    signed_in(member)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "成绩已取消：多个账号同时作答" in page
    assert "提交申诉" in page
    address = reverse("quiz:appeal", args=[attempt.competition.slug, attempt.uuid])
    response = client.post(address, {"text": "  "})
    assert response.status_code == 422
    assert "请写明理由" in response.content.decode()
    client.post(address, {"text": "是我一个人答的"})
    response = client.post(address, {"text": "再说一次"})
    assert "已经申诉过" in response.content.decode()
    assert Appeal.objects.get().text == "是我一个人答的"
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "还在处理" in page
    assert "提交申诉" not in page
    assert "成绩已取消" in client.get(reverse("quiz:own_attempts")).content.decode()


def test_the_member_is_told_of_it_until_the_appeal_is_answered(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    services.void_attempt(attempt=attempt, reason="换了人", by=staff)
    signed_in(member)
    pages = ("/me/", attempt.competition.get_absolute_url())

    def told(step):
        texts = [client.get(address).content.decode() for address in pages]
        return all("成绩已取消" in text and "换了人" in text and step in text for text in texts)

    assert told("可以申诉")
    appeal = services.appeal(attempt=attempt, text="没有换人")
    assert told("申诉在处理")
    services.decide_appeal(appeal=appeal, accepted=True, answer="核实了", by=MemberFactory())
    assert not any("换了人" in client.get(address).content.decode() for address in pages)


def test_what_went_with_the_person_is_not_told_twice(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    services.disqualify(competition=attempt.competition, member=member, reason="代人作答", by=staff)
    page = signed_in(member).get("/me/").content.decode()
    assert page.count("代人作答") == 1
    assert "成绩已取消" not in page


def test_nobody_appeals_for_somebody_else(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory())
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    signed_in(MemberFactory())
    address = reverse("quiz:appeal", args=[attempt.competition.slug, attempt.uuid])
    assert client.post(address, {"text": "替他说"}).status_code == 404


def test_the_address_of_an_appeal_leads_to_where_it_is_made(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    address = reverse("quiz:appeal", args=[attempt.competition.slug, attempt.uuid])
    assert client.get(address).url.startswith(reverse("account_login"))
    signed_in(member)
    assert "提交申诉" in client.get(address, follow=True).content.decode()
    assert not Appeal.objects.exists()


def test_an_appeal_hands_nothing_in_and_needs_something_to_appeal(client, signed_in):
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=(member := MemberFactory()))
    signed_in(member)
    client.post(reverse("quiz:appeal", args=[competition.slug, attempt.uuid]), {"text": "为什么"})
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    refused("not_void", services.appeal, attempt=handed_in(competition), text="为什么")


def test_another_person_decides_and_the_result_comes_back(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    appeal = services.appeal(attempt=attempt, text="是我自己答的")
    signed_in(staff)
    desk = reverse("appeal:edit", args=[appeal.pk])
    page = client.get(desk).content.decode()
    assert "这份成绩是你取消的，申诉要由另一个人答复" in page
    assert 'name="answer"' not in page
    response = client.post(desk, {"accepted": "yes", "answer": "查明属实"})
    assert "不能是同一个人" in response.content.decode()
    other = MemberFactory(is_superuser=True, is_staff=True)
    signed_in(other)
    page = client.get(desk).content.decode()
    assert "是我自己答的" in page
    assert 'name="answer"' in page
    assert client.post(desk, {"accepted": "yes"}).status_code == 422
    assert client.post(desk, {"accepted": "yes", "answer": "查明属实"}).status_code == 302
    attempt.refresh_from_db()
    assert attempt.void_at is None
    assert total_standings().filter(member=member).exists()
    refused("decided", services.decide_appeal, appeal=appeal, accepted=False, answer="不", by=other)
    signed_in(member)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "查明属实" in page
    assert "成绩已取消" not in page


def test_a_result_taken_away_again_is_appealed_again(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), member := MemberFactory())
    other = MemberFactory(is_superuser=True, is_staff=True)
    services.void_attempt(attempt=attempt, reason="用时不符", by=staff)
    first = services.appeal(attempt=attempt, text="换了手机")
    services.decide_appeal(appeal=first, accepted=True, answer="属实", by=other)
    services.void_attempt(attempt=attempt, reason="两人同时作答", by=staff)
    signed_in(member)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "成绩已取消：两人同时作答" in page
    assert "以前的申诉" in page
    assert "用时不符" in page
    assert "属实" in page
    address = reverse("quiz:appeal", args=[attempt.competition.slug, attempt.uuid])
    page = client.post(address, {"text": "只有我一个人"}, follow=True).content.decode()
    assert "还在处理" in page
    assert "提交申诉</button>" not in page
    refused("appealed", services.appeal, attempt=attempt, text="再说一次")
    second = Appeal.objects.get(decided_at=None)
    signed_in(other)
    desk = client.get(reverse("appeal:edit", args=[second.pk])).content.decode()
    assert "两人同时作答" in desk
    assert reverse("appeal:edit", args=[first.pk]) in desk
    page = client.get(reverse("attempt:edit", args=[attempt.pk])).content.decode()
    for appeal in (first, second):
        assert reverse("appeal:edit", args=[appeal.pk]) in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(
            attempt=attempt, void_at=second.void_at, void_reason="x", text="x",
            created_at=timezone.now(),
        )  # fmt: skip


def test_an_appeal_against_what_was_given_back_gives_nothing_back_that_was_taken_since(staff):
    attempt = handed_in(CompetitionFactory())
    other = MemberFactory()
    services.void_attempt(attempt=attempt, reason="用时不符", by=staff)
    late = services.appeal(attempt=attempt, text="换了手机")
    services.restore_attempt(attempt=attempt, by=staff)
    services.void_attempt(attempt=attempt, reason="两人同时作答", by=other)
    refused(
        "same_person", services.decide_appeal, appeal=late, accepted=True, answer="是", by=staff
    )
    services.decide_appeal(appeal=late, accepted=True, answer="属实", by=other)
    attempt.refresh_from_db()
    assert attempt.void_reason == "两人同时作答"


@pytest.mark.django_db(transaction=True)
def test_appeals_from_before_keep_the_void_that_they_are_against(staff):
    standing, given_back = handed_in(CompetitionFactory()), handed_in(CompetitionFactory())
    for attempt in (standing, given_back):
        services.void_attempt(attempt=attempt, reason="代答", by=staff)
        services.appeal(attempt=attempt, text="是我自己答的")
    services.restore_attempt(attempt=given_back, by=staff)
    try:
        migrate([("quiz", "0072_disqualifications")])
    finally:
        migrate()
    found = standing.appeals.get()
    standing.refresh_from_db()
    assert (found.void_at, found.void_reason, found.voided_by) == (standing.void_at, "代答", staff)
    found = given_back.appeals.get()
    assert (found.void_at, found.void_reason) == (found.created_at, "")


def test_staff_look_at_each_reply_and_decide_on_screens(staff, client, signed_in):
    attempt = handed_in(CompetitionFactory(), MemberFactory(display_name="欧阳小雪"))
    signed_in(staff)
    assert attempt.reference in client.get(reverse("attempt:index")).content.decode()
    desk = reverse("attempt:edit", args=[attempt.pk])
    page = client.get(desk).content.decode()
    assert "欧阳小雪" in page
    assert "截止后可见" in page  # the competition still runs
    response = client.post(f"{desk}void/", {"reason": ""})
    assert response.status_code == 422
    client.post(f"{desk}void/", {"reason": "代答"})
    attempt.refresh_from_db()
    assert (attempt.void_reason, attempt.voided_by) == ("代答", staff)
    assert "恢复成绩" in client.get(desk).content.decode()
    client.post(f"{desk}restore/")
    attempt.refresh_from_db()
    assert attempt.void_at is None
    assert (
        "恢复了成绩" in client.get(reverse("attempt:history", args=[attempt.pk])).content.decode()
    )
    assert "申诉" in client.get(reverse("appeal:index")).content.decode()


def test_staff_find_an_attempt_by_the_number_that_its_owner_reads(staff, client, signed_in):
    competition = CompetitionFactory()
    attempt = handed_in(competition, member := MemberFactory(display_name="欧阳小雪"))
    handed_in(competition)
    signed_in(member)
    page = client.get(attempt.get_absolute_url()).content.decode()
    printed = BeautifulSoup(page, "html.parser").select_one(".stamp").text.split("编号 ")[1].strip()
    assert printed == attempt.reference
    signed_in(staff)

    def found(text):
        page = client.get(reverse("attempt:index"), {"q": text}).content
        rows = BeautifulSoup(page, "html.parser").select("table.listing tbody tr")
        return [row.select_one("a").text.strip() for row in rows]

    day, letters = printed.split("-")
    for typed in (
        printed,
        printed.lower(),
        f" {day} - {letters} ",
        f"{day}{letters}",
        f"{day}－{letters}",
    ):
        assert found(typed) == [printed], typed
    assert found("欧阳小雪") == [printed]
    assert found(f"{day}-00000000") == []
    assert found(f"991399-{letters}") == []


def test_without_permission_no_result_is_taken_away(client, signed_in):
    attempt = handed_in(CompetitionFactory())
    signed_in(MemberFactory())
    client.post(reverse("attempt:void", args=[attempt.pk]), {"reason": "代答"})
    attempt.refresh_from_db()
    assert attempt.void_at is None
