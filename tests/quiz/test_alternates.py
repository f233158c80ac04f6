"""A prize that is forfeited goes to the next alternate, once, and everyone can read it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services, tasks
from quiz.errors import QuizError
from quiz.models import Attempt, Draw, Win
from quiz.rules import dated
from tests.factories.quiz import CompetitionFactory, answer_all, value_comes
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
LONG = timedelta(days=31)


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def draw(staff):
    """Drawn: a first and a second prize, three alternates, thirty days to claim."""
    competition = CompetitionFactory()
    for member in MemberFactory.create_batch(5):
        attempt = services.start_attempt(competition=competition, member=member)
        answer_all(attempt, right=2)
        services.submit_attempt(attempt=attempt)
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()
    found = services.announce_draw(
        competition=competition,
        title="参与奖",
        prizes=[services.PrizeLine("一等奖", 1), services.PrizeLine("二等奖", 1)],
        named_value="某彩票第 2026001 期",
        value_due_at=timezone.now() + timedelta(days=1),
        claim_place="工人文化宫一楼服务台",
        alternates=3,
        by=staff,
    )
    services.freeze_tickets(draw=found, by=staff)
    return services.reveal_winners(draw=value_comes(found), public_value="1", by=staff)


def win(place):
    return Win.objects.select_related("ticket__member", "prize").get(place=place)


def voided(place, staff):
    """Take away the result behind the ticket drawn at `place`."""
    attempt = Attempt.objects.get(member=win(place).ticket.member_id)
    return services.void_attempt(attempt=attempt, reason="代答", by=staff)


def moved():
    """(place of the alternate, place of whom it replaces, prize), in order."""
    found = Win.objects.filter(replaces__isnull=False).order_by("place")
    return list(found.values_list("place", "replaces__place", "prize__name"))


def page(client, draw):
    return client.get(draw.get_absolute_url()).content.decode()


def test_what_is_not_claimed_goes_to_the_next_in_order_with_a_period_of_its_own(draw):
    services.claim_win(win=win(1))
    now = timezone.now() + LONG
    assert services.promote_alternates(draw=draw, now=now) == 1
    assert moved() == [(3, 2, "二等奖")]
    assert win(3).claim_until == now + timedelta(days=30)
    assert win(2).forfeited_at == now
    assert services.claim_win(win=win(3), now=now).claimed_at == now
    with pytest.raises(QuizError, match="claim_over"):
        services.claim_win(win=win(2), now=timezone.now())


def test_a_run_again_promotes_nobody_and_who_moved_up_may_lose_it_too(draw):
    now = timezone.now() + LONG
    assert services.promote_due_alternates(now=now) == 2
    assert services.promote_due_alternates(now=now) == 0
    assert moved() == [(3, 1, "一等奖"), (4, 2, "二等奖")]
    assert services.promote_due_alternates(now=now + LONG) == 1
    assert moved() == [(3, 1, "一等奖"), (4, 2, "二等奖"), (5, 3, "一等奖")]
    assert win(4).forfeited_at is None  # nobody is left for it
    assert services.promote_due_alternates(now=now + LONG) == 0
    entries = ModelLogEntry.objects.filter(action="quiz.draw.promote").order_by("pk")
    assert [entry.data["places"] for entry in entries] == [[[1, 3], [2, 4]], [[3, 5]]]


def test_before_the_deadline_nobody_moves_up(draw):
    tasks.promote_alternates.delay()
    assert moved() == []
    Win.objects.filter(place=1).update(claim_until=timezone.now() - timedelta(seconds=1))
    tasks.promote_alternates.delay()
    assert moved() == [(3, 1, "一等奖")]


def test_a_void_result_forfeits_after_the_days_for_an_appeal(draw, staff):
    voided(1, staff)
    with pytest.raises(QuizError, match="claim_void"):
        services.claim_win(win=win(1))
    assert services.promote_due_alternates(now=timezone.now() + timedelta(days=2)) == 0
    assert services.promote_due_alternates(now=timezone.now() + timedelta(days=4)) == 1
    assert moved() == [(3, 1, "一等奖")]


def test_a_prize_waits_for_the_answer_to_an_appeal(draw, staff, other):
    appeal = services.appeal(attempt=voided(1, staff), text="是我答的")
    later = timezone.now() + timedelta(days=4)
    assert services.promote_due_alternates(now=later) == 0
    services.decide_appeal(appeal=appeal, accepted=True, answer="属实", by=other)
    assert services.promote_due_alternates(now=later) == 0
    assert services.claim_win(win=win(1)).claimed_at


def test_an_appeal_that_was_turned_down_keeps_nothing(draw, staff, other):
    appeal = services.appeal(attempt=voided(1, staff), text="是我答的")
    services.decide_appeal(appeal=appeal, accepted=False, answer="不属实", by=other)
    assert services.promote_due_alternates(now=timezone.now() + timedelta(days=4)) == 1


def test_who_has_another_valid_attempt_keeps_the_prize(draw, staff):
    again = Attempt.objects.get(member=win(1).ticket.member_id)
    again.pk, again.uuid, again.number = None, uuid4(), again.number + 1
    again.save()
    first = Attempt.objects.filter(member=again.member_id).earliest("pk")
    services.void_attempt(attempt=first, reason="代答", by=staff)
    assert services.promote_due_alternates(now=timezone.now() + timedelta(days=4)) == 0


def test_an_alternate_whose_result_is_void_is_passed_over(draw, staff):
    voided(3, staff)
    services.promote_due_alternates(now=timezone.now() + LONG)
    assert moved() == [(4, 1, "一等奖"), (5, 2, "二等奖")]


def test_the_record_that_anyone_can_check_stays_as_it_was_drawn(draw):
    before = draw.record()
    services.promote_due_alternates(now=timezone.now() + LONG)
    assert Draw.objects.get().record() == before


def test_the_page_says_who_moved_up_and_the_promoted_one_claims(draw, client, signed_in):
    Win.objects.filter(place=1).update(claim_until=timezone.now() - timedelta(seconds=1))
    services.promote_due_alternates()
    body = page(client, draw)
    assert f"递补 {win(1).ticket.number} 号，得一等奖" in body
    assert "放弃，由候补递补" in body
    signed_in(win(3).ticket.member)
    assert "你已递补，得一等奖" in page(client, draw)
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 3])
    assert "已登记领取" in client.post(claim, follow=True).content.decode()
    assert "你已递补，得一等奖，" in page(client, draw)
    assert "抽中了" not in page(client, draw)
    signed_in(win(1).ticket.member)
    assert "已由候补递补" in page(client, draw)
    own = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert "已过领取期" in client.post(own, follow=True).content.decode()
    signed_in(win(4).ticket.member)
    assert "你是候补" in page(client, draw)
    waiting = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 4])
    assert client.post(waiting).status_code == 404


def test_who_let_a_prize_lapse_reads_since_when_and_who_may_still_claim_does_not(
    draw, client, signed_in
):
    until = timezone.now() - timedelta(days=2)
    Win.objects.filter(place=1).update(claim_until=until)
    signed_in(win(1).ticket.member)
    lapsed = f"抽中了一等奖，到 {dated(until)} 没有登记领取"
    for promoted in (False, True):
        if promoted:
            services.promote_alternates(draw=draw)
        body = page(client, draw)
        assert lapsed in body
        assert "前领取" not in body
        assert "登记领取</button>" not in body
        assert "。领取地点：" not in body
    assert f"{dated(win(1).forfeited_at)} 已由候补递补，不能再领" in body
    signed_in(win(2).ticket.member)
    assert "抽中了二等奖，请在" in page(client, draw)


def test_whose_result_is_void_reads_that_the_prize_waits_and_then_that_it_is_gone(
    draw, staff, client, signed_in
):
    attempt = voided(1, staff)
    signed_in(win(1).ticket.member)
    body = page(client, draw)
    assert "你的成绩已取消，现在不能领取" in body
    assert "登记领取</button>" not in body
    services.restore_attempt(attempt=attempt, by=staff)
    assert "登记领取</button>" in page(client, draw)
    voided(1, staff)
    services.promote_due_alternates(now=timezone.now() + timedelta(days=4))
    assert f"因成绩被取消，{dated(win(1).forfeited_at)} 已由候补递补" in page(client, draw)


def test_staff_let_them_move_up_at_once(draw, staff, client, signed_in):
    signed_in(staff)
    desk = reverse("draw:edit", args=[draw.pk])
    assert "现在递补" not in client.get(desk).content.decode()
    Win.objects.filter(place=2).update(claim_until=timezone.now() - timedelta(seconds=1))
    assert "现在递补" in client.get(desk).content.decode()
    assert client.post(f"{desk}promote/").url == desk
    assert moved() == [(3, 2, "二等奖")]
    assert "递补" in client.get(desk).content.decode()
    assert ModelLogEntry.objects.get(action="quiz.draw.promote").user == staff
    assert client.get(f"{desk}winners.xlsx").status_code == 200
    signed_in(MemberFactory())
    Win.objects.filter(place=1).update(claim_until=timezone.now() - timedelta(seconds=1))
    client.post(f"{desk}promote/")
    assert len(moved()) == 1


def test_the_database_lets_one_be_replaced_once(draw):
    now = timezone.now()
    services.promote_due_alternates(now=now + LONG)
    for change in ({"replaces": win(1)}, {"replaces": None}, {"promoted_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Win.objects.filter(place=4).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Win.objects.filter(place=1).update(claimed_at=now)


def test_the_page_asks_no_more_queries_with_more_who_moved_up(draw, client, count_queries):
    none = count_queries(lambda: page(client, draw))
    services.promote_due_alternates(now=timezone.now() + LONG)
    assert count_queries(lambda: page(client, draw)) == none
