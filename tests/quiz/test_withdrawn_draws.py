"""A draw that was announced wrongly is taken back, in public, and only until it is frozen."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.models import Draw, FreezeOrder, Ticket
from quiz.services import make_organisers
from quiz.viewsets.todo import lines_for
from tests.factories.quiz import CompetitionFactory, DrawFactory, drawn_draw, value_comes
from tests.factories.unions import MemberFactory
from tests.quiz.test_draws import announced, closed, finished, page, refused

pytestmark = pytest.mark.django_db
WHY = "公开数值的日期写错了，改期另行公布。"


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def draw():
    """An announced draw of a closed competition of four entrants."""
    competition = CompetitionFactory()
    finished(competition, 4)
    return DrawFactory(competition=closed(competition))


def withdrawn(draw, by, **kwargs):
    return services.withdraw_draw(draw=draw, reason=WHY, by=by, **kwargs)


def record_of(client, draw):
    address = reverse("quiz:draw_record", args=[draw.competition.slug, draw.pk])
    return client.get(address)


def verify(tmp_path, record):
    """What the command says of `record`, and its exit code."""
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("verify_draw", str(tmp_path / "record.json"))
    return str(caught.value), caught.value.returncode


def test_the_page_stays_and_says_that_it_was_withdrawn_why_and_when(draw, staff, client):
    assert draw.secret not in page(client, draw)
    draw = withdrawn(draw, staff)
    body = page(client, draw)
    day = timezone.localtime(draw.withdrawn_at)
    assert f"已撤回，{day.year}年{day.month}月{day.day}日" in body
    assert WHY in body
    assert draw.secret in body
    assert draw.secret_hash in body
    assert draw.salt not in body
    assert "撤回前公布的规则" in body
    assert draw.named_value in body
    assert "奖券还没有封存" not in body
    assert "产生，以后开奖" not in body
    home = client.get(draw.competition.get_absolute_url()).content.decode()
    assert f"{draw.title}<span>已撤回</span>" in home


def test_a_withdrawal_after_the_value_came_does_not_hide_that_the_list_was_late(
    draw, staff, client
):
    early = withdrawn(DrawFactory(competition=draw.competition), staff)
    late = withdrawn(draw, staff, now=draw.value_due_at)
    assert "没有赶在它前面封存" not in page(client, early)
    assert "没有赶在它前面封存" in page(client, late)


def test_it_is_neither_frozen_nor_drawn_nor_withdrawn_again(draw, staff):
    draw = withdrawn(draw, staff)
    refused("draw_withdrawn", services.freeze_tickets, draw=draw, by=staff)
    refused("draw_withdrawn", services.reveal_winners, draw=draw, public_value="1", by=staff)
    refused("draw_withdrawn", services.withdraw_draw, draw=draw, reason="再来", by=staff)
    draw.refresh_from_db()
    assert (draw.state, draw.withdrawn_reason) == (Draw.State.WITHDRAWN, WHY)
    assert not Ticket.objects.exists()
    assert not FreezeOrder.objects.exists()


def test_it_waits_for_nobody_any_more(draw, staff):
    other = DrawFactory(competition=draw.competition)
    withdrawn(draw, staff)
    now = timezone.now()
    assert list(Draw.objects.waiting(now)) == [other]
    assert not Draw.objects.get(pk=draw.pk).is_missed(draw.value_due_at + timedelta(days=1))
    assert ("还没有开奖的抽奖", 1) in [(line.label, line.count) for line in lines_for(staff)]
    assert services.resume_freezes(now=now + timedelta(days=1)) == 0


def test_without_a_reason_nothing_is_withdrawn(draw, staff):
    refused("reason_needed", services.withdraw_draw, draw=draw, reason=" \n ", by=staff)
    assert Draw.objects.get().state == Draw.State.ANNOUNCED


def test_once_a_freeze_is_ordered_it_is_too_late_until_the_freeze_was_given_up(draw, staff):
    order = services.order_freeze(draw=draw, by=staff, send=False)
    refused("withdraw_freezing", withdrawn, draw=draw, by=staff)
    for attempt in draw.competition.attempts.all():
        services.void_attempt(attempt=attempt, reason="代答", by=staff)
    assert "没有人符合条件" in services.run_freeze(order=order).problem
    assert withdrawn(draw, staff).is_withdrawn


def test_a_list_that_is_public_stays(draw, staff):
    services.freeze_tickets(draw=draw, by=staff)
    refused("withdraw_frozen", withdrawn, draw=draw, by=staff)
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    refused("withdraw_drawn", withdrawn, draw=draw, by=staff)
    assert Draw.objects.get().is_drawn


def test_another_draw_may_be_announced_and_held_afterwards(draw, staff):
    withdrawn(draw, staff)
    again = announced(draw.competition, staff)
    assert again.secret != draw.secret
    again = services.freeze_tickets(draw=again, by=staff)
    assert services.reveal_winners(draw=value_comes(again), public_value="1", by=staff).is_drawn


def test_the_log_says_who_withdrew_it_and_why_and_not_the_secret(draw, staff):
    withdrawn(draw, staff)
    entry = ModelLogEntry.objects.get(action="quiz.draw.withdraw")
    assert (entry.user, entry.data) == (staff, {"reason": WHY})


def test_the_states_can_not_contradict_each_other(draw, staff):
    for change in (
        {"state": "withdrawn"},
        {"state": "withdrawn", "withdrawn_at": timezone.now()},
        {"state": "withdrawn", "withdrawn_reason": WHY},
        {"withdrawn_at": timezone.now(), "withdrawn_reason": WHY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(pk=draw.pk).update(**change)
    services.freeze_tickets(draw=draw, by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(state="withdrawn", withdrawn_at=timezone.now(), withdrawn_reason=WHY)


def test_anybody_can_check_that_the_secret_is_the_one_of_the_announcement(
    draw, staff, client, tmp_path
):
    assert record_of(client, draw).status_code == 404
    withdrawn(draw, staff)
    record = record_of(client, draw).json()
    assert hashlib.sha256(record["secret"].encode()).hexdigest() == draw.secret_hash
    assert record["reason"] == WHY
    told, code = verify(tmp_path, record)
    assert code == 3
    assert "已撤回" in told
    assert "公开数值产生以前" in told
    assert WHY in told
    (tmp_path / "check.py").write_text(render_to_string("quiz/check_withdrawn_draw.py.txt"))
    run = subprocess.run(
        [sys.executable, "check.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "True\n"


def test_a_draw_that_never_told_when_its_value_comes_is_withdrawn_as_well(
    staff, client, signed_in, tmp_path
):
    draw = DrawFactory(value_due_at=None)
    signed_in(staff)
    assert client.get(reverse("draw:withdraw", args=[draw.pk])).status_code == 200
    draw = withdrawn(draw, staff)
    for name in ("draw", "draw_verify"):
        body = page(client, draw, name)
        assert "已撤回" in body
        assert "没有赶在它前面封存" not in body
    told, code = verify(tmp_path, record_of(client, draw).json())
    assert code == 3
    assert "产生" not in told


def test_a_secret_that_was_changed_is_told_as_a_disagreement(draw, staff, client, tmp_path):
    withdrawn(draw, staff, now=draw.value_due_at)
    record = record_of(client, draw).json()
    assert "公开数值产生以后" in verify(tmp_path, record)[0]
    told, code = verify(tmp_path, record | {"secret": "0" * 64})
    assert code == 1
    assert "不一致：密数" in told
    told, code = verify(tmp_path, {"draw": 1, "withdrawn_at": ""})
    assert code == 1
    assert "读不了" in told


def test_the_record_of_a_draw_is_not_checked_without_its_list(client, tmp_path):
    draw = drawn_draw(CompetitionFactory(), MemberFactory())
    told, code = verify(tmp_path, record_of(client, draw).json())
    assert code == 1
    assert "还要给奖券名单" in told


def test_the_page_of_the_check_offers_what_there_is_to_check(draw, staff, client):
    draw = withdrawn(draw, staff)
    body = page(client, draw, "draw_verify")
    assert draw.secret in body
    assert "撤回记录" in body
    assert "还没有开奖" not in body
    assert "下载名单并核对" not in body
    address = reverse("quiz:draw_tickets", args=[draw.competition.slug, draw.pk])
    assert client.get(address).status_code == 404


def test_a_withdrawn_draw_of_a_hidden_competition_does_not_exist(staff, client):
    draw = withdrawn(DrawFactory(competition__published=False), staff)
    assert record_of(client, draw).status_code == 404


def test_staff_confirm_with_a_reason_and_lose_nothing_they_wrote(draw, staff, client, signed_in):
    signed_in(staff)
    desk = reverse("draw:edit", args=[draw.pk])
    address = reverse("draw:withdraw", args=[draw.pk])
    assert address in client.get(desk).content.decode()
    assert "撤回以后不能恢复" in client.get(address).content.decode()
    answer = client.post(address, {"reason": "", "sure": "on"})
    assert answer.status_code == 422
    assert "请写明撤回的原因" in answer.content.decode()
    answer = client.post(address, {"reason": WHY})
    assert answer.status_code == 422
    assert WHY in answer.content.decode()
    assert "请先核对，再勾选" in answer.content.decode()
    assert Draw.objects.get().state == Draw.State.ANNOUNCED
    assert client.post(address, {"reason": WHY, "sure": "on"}).url == desk
    assert Draw.objects.get().withdrawn_reason == WHY
    body = client.get(desk).content.decode()
    assert "这次抽奖已撤回" in body
    assert WHY in body
    assert address not in body
    for gone in ("freeze", "reveal", "winners.xlsx"):
        assert f"{desk}{gone}" not in body
    assert client.get(address).url == desk
    answer = client.post(f"{desk}freeze/")
    assert answer.status_code == 422
    assert "已经撤回" in answer.content.decode()
    assert client.get(f"{desk}winners.xlsx").status_code == 404
    assert "已撤回" in client.get(reverse("draw:index")).content.decode()
    assert "撤回了抽奖" in client.get(reverse("draw:history", args=[draw.pk])).content.decode()


def test_who_is_late_reads_why_and_keeps_the_reason(draw, staff, client, signed_in):
    signed_in(staff)
    address = reverse("draw:withdraw", args=[draw.pk])
    services.order_freeze(draw=draw, by=staff, send=False)
    assert address not in client.get(reverse("draw:edit", args=[draw.pk])).content.decode()
    answer = client.post(address, {"reason": WHY, "sure": "on"})
    assert answer.status_code == 422
    assert "奖券正在封存，现在不能撤回" in answer.content.decode()
    assert WHY in answer.content.decode()


def test_who_may_announce_may_withdraw_and_nobody_else(draw, client, signed_in):
    address = reverse("draw:withdraw", args=[draw.pk])
    data = {"reason": WHY, "sure": "on"}
    signed_in(MemberFactory())
    assert client.post(address, data).status_code in {302, 403}
    assert Draw.objects.get().state == Draw.State.ANNOUNCED
    organiser = MemberFactory()
    organiser.groups.add(make_organisers())
    signed_in(organiser)
    assert client.post(address, data).url == reverse("draw:edit", args=[draw.pk])
    assert Draw.objects.get().is_withdrawn
    assert client.post(reverse("draw:withdraw", args=[draw.pk + 1]), data).status_code == 404
