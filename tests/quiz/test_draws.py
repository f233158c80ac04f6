"""A prize draw from the announcement to the claim, and everything that must not be possible."""

import itertools
import json
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import lottery, services
from quiz.errors import QuizError
from quiz.models import Attempt, Draw, Ticket, Win
from tests.factories.quiz import (
    CompetitionFactory,
    DrawFactory,
    answer_all,
    drawn_draw,
    value_comes,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


def finished(competition, members=3, *, right=2):
    """`members` who each handed in one attempt before the close."""
    found = MemberFactory.create_batch(members)
    for member in found:
        attempt = services.start_attempt(competition=competition, member=member)
        answer_all(attempt, right=right)
        services.submit_attempt(attempt=attempt)
    return found


def closed(competition):
    """The same competition, over."""
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()
    return competition


@pytest.fixture
def over():
    """A closed competition of four entrants, and they."""
    competition = CompetitionFactory()
    members = finished(competition, 4)
    return closed(competition), members


def announced(competition, by, **changes):
    fields = {
        "title": "参与奖",
        "prizes": [services.PrizeLine("一等奖", 1), services.PrizeLine("二等奖", 1)],
        "named_value": "某彩票第 2026001 期",
        "value_due_at": timezone.now() + timedelta(days=9),
        "claim_place": "工人文化宫一楼服务台",
        "alternates": 1,
        **changes,
    }
    return services.announce_draw(competition=competition, by=by, **fields)


def value_for_others(record):
    """A public value that draws other tickets than `record`'s: among four, many draw the same."""
    named = [*record["winners"], *record["alternates"]]
    listed = record["draw"], record["list_hash"], record["secret"]
    return next(
        value
        for value in map(str, itertools.count())
        if lottery.winners(lottery.seed_of(*listed, value), record["ticket_count"], len(named))
        != named
    )


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code


def read(response):
    return b"".join(response.streaming_content)


def page(client, draw, name="draw"):
    address = reverse(f"quiz:{name}", args=[draw.competition.slug, draw.pk])
    return client.get(address).content.decode()


def test_a_whole_draw_can_be_checked_from_what_is_published(over, staff, client, tmp_path):
    competition, members = over
    draw = announced(competition, staff)
    draw = services.freeze_tickets(draw=draw, by=staff)
    draw = services.reveal_winners(draw=value_comes(draw), public_value=" 01 05 09 ", by=staff)
    assert Ticket.objects.filter(draw=draw).count() == len(members)
    assert [win.prize and win.prize.name for win in Win.objects.for_lists(draw)] == [
        "一等奖",
        "二等奖",
        None,
    ]
    address = reverse("quiz:draw", args=[competition.slug, draw.pk])
    (tmp_path / "tickets.csv").write_bytes(read(client.get(f"{address}tickets.csv")))
    (tmp_path / "record.json").write_bytes(client.get(f"{address}record.json").content)
    files = [str(tmp_path / name) for name in ("tickets.csv", "record.json")]
    call_command("verify_draw", *files)
    script = render_to_string("quiz/check_draw.py.txt")
    (tmp_path / "check.py").write_text(script)
    run = subprocess.run(
        [sys.executable, "check.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "True\n"


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda rows, record: (rows[:-1], record), "名单"),
        (lambda rows, record: ([*rows, rows[-1]], record), "名单"),
        (lambda rows, record: (rows, record | {"value": value_for_others(record)}), "中奖"),
        (lambda rows, record: (rows, record | {"winners": record["winners"][::-1]}), "中奖"),
        (lambda rows, record: (rows, record | {"secret": "0" * 64}), "密数"),
        (lambda rows, record: (rows, record | {"value_due_at": record["frozen_at"]}), "之前"),
        (lambda rows, record: (rows, {"draw": 1}), "读不了"),
    ],
)
def test_the_command_says_no_to_whatever_was_changed(over, staff, tmp_path, spoil, word):
    draw = services.freeze_tickets(draw=announced(over[0], staff), by=staff)
    draw = services.reveal_winners(draw=value_comes(draw), public_value="01 05 09", by=staff)
    rows = list(lottery.list_bytes(Ticket.objects.lines(draw)))
    rows, record = spoil(rows, json.loads(json.dumps(vars(draw.record()))))
    (tmp_path / "t").write_bytes(b"".join(rows))
    (tmp_path / "r").write_text(json.dumps(record))
    with pytest.raises(CommandError, match=word):
        call_command("verify_draw", str(tmp_path / "t"), str(tmp_path / "r"))


def test_the_secret_is_nowhere_before_the_draw(over, staff, client, signed_in):
    draw = services.freeze_tickets(draw=announced(over[0], staff), by=staff)
    signed_in(staff)
    addresses = [
        reverse("quiz:draw", args=[over[0].slug, draw.pk]),
        reverse("quiz:draw_verify", args=[over[0].slug, draw.pk]),
        reverse("quiz:draw_tickets", args=[over[0].slug, draw.pk]),
        reverse("draw:index"),
        reverse("draw:edit", args=[draw.pk]),
        reverse("draw:history", args=[draw.pk]),
    ]
    for address in addresses:
        response = client.get(address)
        body = read(response) if response.streaming else response.content
        assert response.status_code == 200, address
        assert draw.secret not in body.decode()
        assert draw.salt not in body.decode()
    assert draw.secret not in str(list(ModelLogEntry.objects.values_list("data", flat=True)))
    record = reverse("quiz:draw_record", args=[over[0].slug, draw.pk])
    assert client.get(record).status_code == 404
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    assert draw.secret in page(client, draw)
    assert draw.salt not in page(client, draw)


def test_the_list_names_nobody(over, staff, client):
    competition, members = over
    members[0].display_name = "欧阳小雪"
    members[0].save()
    draw = services.freeze_tickets(draw=announced(competition, staff), by=staff)
    address = reverse("quiz:draw_tickets", args=[competition.slug, draw.pk])
    body = read(client.get(address)).decode()
    assert [line.split(",")[0] for line in body.splitlines()] == ["1", "2", "3", "4"]
    assert "欧阳" not in body
    assert lottery.hash_of([body.encode()]) == draw.list_hash
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    assert "欧阳小雪" not in page(client, draw)


def test_there_is_one_ticket_for_whoever_answered_more_than_once(over, staff):
    competition, members = over
    competition.closes_at = timezone.now() + timedelta(days=1)
    competition.save()
    services.submit_attempt(
        attempt=services.start_attempt(competition=competition, member=members[0])
    )
    draw = services.freeze_tickets(draw=announced(closed(competition), staff), by=staff)
    assert draw.ticket_count == 4
    ticket = Ticket.objects.get(draw=draw, member=members[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.create(draw=draw, number=99, member=members[0], code=ticket.code)


def test_a_minimum_of_points_leaves_out_who_is_below(staff):
    competition = CompetitionFactory()
    finished(competition, 2, right=1)
    good = finished(competition, 2, right=3)
    draw = announced(closed(competition), staff, rule=Draw.Rule.POINTS, minimum_points=30)
    services.freeze_tickets(draw=draw, by=staff)
    assert set(Ticket.objects.values_list("member", flat=True)) == {m.pk for m in good}


def test_each_step_waits_for_the_one_before(staff):
    competition = CompetitionFactory()
    draw = announced(competition, staff)
    refused(
        "draw_not_frozen",
        services.reveal_winners,
        draw=value_comes(draw),
        public_value="1",
        by=staff,
    )
    refused("draw_not_closed", services.freeze_tickets, draw=draw, by=staff)
    member = MemberFactory()
    attempt = services.start_attempt(competition=competition, member=member)
    closed(competition)
    draw.refresh_from_db()
    refused("draw_not_handed_in", services.freeze_tickets, draw=draw, by=staff)
    Attempt.objects.all().delete()
    competition.objection_days = 3
    competition.save()
    draw.refresh_from_db()
    refused("draw_not_final", services.freeze_tickets, draw=draw, by=staff)
    competition.objection_days = 0
    competition.save()
    draw.refresh_from_db()
    refused("draw_no_tickets", services.freeze_tickets, draw=draw, by=staff)
    assert attempt.member == member


def test_the_desk_offers_no_freeze_before_it_works_and_says_since_when(staff, client, signed_in):
    competition = CompetitionFactory(objection_days=3, grace=30)
    finished(competition, 1)
    draw = announced(competition, staff, value_due_at=timezone.now() + timedelta(days=90))
    signed_in(staff)
    desk = reverse("draw:edit", args=[draw.pk])
    until = timezone.localtime(competition.objections_until - timedelta(seconds=1))
    since = f"最终名次 {until:%Y年%-m月%-d日} 24:00 生效，从那时起可以封存"

    def body(at):
        with time_machine.travel(at, tick=False):
            return client.get(desk).content.decode()

    for at, words in (
        (competition.closes_at - timedelta(minutes=1), "竞赛还没有截止"),
        (competition.closes_at + timedelta(hours=1), "最终名次还没有公布"),
    ):
        told = body(at)
        assert words in told
        assert since in told
        assert f"{desk}freeze/" not in told
    waiting = services.start_attempt(competition=competition, member=MemberFactory())
    late = body(competition.objections_until)
    assert "还有答卷没有交完" in late
    assert "从那时起可以封存" not in late
    assert f"{desk}freeze/" not in late
    services.submit_attempt(attempt=waiting)
    ready = body(competition.objections_until)
    assert "现在还不能封存" not in ready
    assert f"{desk}freeze/" in ready


def test_the_value_comes_after_everything_that_may_change_the_list(staff):
    competition = CompetitionFactory(objection_days=3)
    for early in (
        timezone.now() - timedelta(hours=1),
        competition.closes_at + timedelta(hours=1),
        competition.objections_until,
    ):
        refused("value_due_early", announced, competition=competition, by=staff, value_due_at=early)
    competition.objection_days = 0
    in_grace = competition.closes_at + timedelta(seconds=1)
    refused("value_due_early", announced, competition=competition, by=staff, value_due_at=in_grace)
    assert not Draw.objects.exists()
    announced(competition, staff, value_due_at=competition.closes_at + timedelta(hours=1))


def test_no_list_is_fixed_once_the_value_is_out(over, staff, client, signed_in):
    draw = announced(over[0], staff)
    late = draw.value_due_at
    refused("draw_value_out", services.freeze_tickets, draw=draw, by=staff, now=late)
    assert not Ticket.objects.exists()
    now = timezone.now()
    assert list(Draw.objects.waiting(now)) == [draw]
    assert not Draw.objects.waiting(late).exists()
    Draw.objects.update(value_due_at=now)
    assert "这次抽奖不能进行" in page(client, draw)
    for body in (page(client, draw), client.get(over[0].get_absolute_url()).content.decode()):
        assert "没有封存，不再进行" in body
        assert "已公布规则" not in body
    signed_in(staff)
    desk = reverse("draw:edit", args=[draw.pk])
    body = client.get(desk).content.decode()
    assert "这次抽奖不能再进行" in body
    assert f"{desk}freeze/" not in body
    response = client.post(f"{desk}freeze/")
    assert response.status_code == 422
    assert "已经产生" in response.content.decode()


def test_nobody_draws_before_the_value_is_out(over, staff, client):
    draw = services.freeze_tickets(draw=announced(over[0], staff), by=staff)
    early = draw.value_due_at - timedelta(seconds=1)
    refused(
        "draw_too_early",
        services.reveal_winners,
        draw=draw,
        public_value="1",
        by=staff,
        now=early,
    )
    assert f"{timezone.localtime(draw.value_due_at):%-m月%-d日}" in page(client, draw)
    draw = services.reveal_winners(draw=draw, public_value="1", by=staff, now=draw.value_due_at)
    record = draw.record()
    assert record.frozen_at < record.value_due_at == lottery.moment(draw.value_due_at)


def test_the_database_holds_the_order_of_list_and_value(over, staff):
    draw = services.freeze_tickets(draw=announced(over[0], staff), by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(value_due_at=draw.frozen_at)
    value_comes(draw)
    services.reveal_winners(draw=draw, public_value="1", by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(value_due_at=timezone.now() + timedelta(days=1))


def test_nothing_is_done_twice(over, staff):
    draw = services.freeze_tickets(draw=announced(over[0], staff), by=staff)
    refused("draw_frozen", services.freeze_tickets, draw=draw, by=staff)
    refused(
        "draw_needs_value",
        services.reveal_winners,
        draw=value_comes(draw),
        public_value="  ",
        by=staff,
    )
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    before = list(Win.objects.values_list("place", "ticket"))
    refused(
        "draw_done", services.reveal_winners, draw=value_comes(draw), public_value="2", by=staff
    )
    assert list(Win.objects.values_list("place", "ticket")) == before


def test_fewer_entrants_than_prizes_all_win(over, staff):
    draw = announced(over[0], staff, prizes=[services.PrizeLine("人人有", 50)])
    draw = services.freeze_tickets(draw=draw, by=staff)
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    assert Win.objects.filter(alternate=False).count() == 4


def test_a_draw_without_a_prize_a_named_value_or_a_place_to_claim_is_not_announced(staff):
    refused("no_prize", announced, competition=CompetitionFactory(), by=staff, prizes=[])
    refused("no_value_named", announced, competition=CompetitionFactory(), by=staff, named_value="")
    refused("no_claim_place", announced, competition=CompetitionFactory(), by=staff, claim_place="")


def test_a_draw_of_a_hidden_competition_does_not_exist(client):
    draw = DrawFactory(competition__published=False)
    for name in ("draw", "draw_verify", "draw_tickets", "draw_record"):
        address = reverse(f"quiz:{name}", args=[draw.competition.slug, draw.pk])
        assert client.get(address).status_code == 404


def test_each_page_says_where_the_draw_stands(client):
    draw = DrawFactory()
    assert "奖券还没有封存" in page(client, draw)
    assert draw.secret_hash in page(client, draw)
    assert "算法现在就公布" in page(client, draw, "draw_verify")
    home = client.get(draw.competition.get_absolute_url()).content.decode()
    assert draw.get_absolute_url() in home


def test_the_winner_reads_it_first_and_claims_it_once(client, signed_in):
    member = MemberFactory()
    draw = drawn_draw(CompetitionFactory(), member)
    assert "登录后看自己的奖券" in page(client, draw)
    signed_in(member)
    body = page(client, draw)
    assert body.index("抽中了一等奖") < body.index("中奖名单")
    until = timezone.localtime(Win.objects.get().claim_until)
    assert f"请在 {until.year}年{until.month}月{until.day}日" in body
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert client.get(claim).url == draw.get_absolute_url()
    assert Win.objects.get().claimed_at is None
    assert client.post(claim).url == draw.get_absolute_url()
    first = Win.objects.get().claimed_at
    body = page(client, draw)
    assert "已登记领取" in body
    assert "前领取" not in body
    client.post(claim)
    assert Win.objects.get().claimed_at == first is not None


def test_the_winner_reads_where_to_claim_before_and_after_the_press(client, signed_in):
    member = MemberFactory()
    draw = drawn_draw(CompetitionFactory(), member)
    assert f"领取地点：{draw.claim_place}" in page(client, draw)
    signed_in(member)
    assert f"前领取。领取地点：{draw.claim_place}" in page(client, draw)
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    body = client.post(claim, follow=True).content.decode()
    assert body.count(f"已登记领取。领取地点：{draw.claim_place}") == 2  # the message, the ticket


def test_a_draw_of_before_says_whom_to_ask_for_the_place(client, signed_in):
    member = MemberFactory()
    draw = drawn_draw(CompetitionFactory(), member)
    Draw.objects.update(claim_place="")
    signed_in(member)
    assert "领取地点" not in page(client, draw)
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert "领取地点：请问主办的工会" in client.post(claim, follow=True).content.decode()


def test_a_prize_of_somebody_else_does_not_exist(client, signed_in):
    draw = drawn_draw(CompetitionFactory(), MemberFactory())
    signed_in(MemberFactory())
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert client.post(claim).status_code == 404
    assert "这次你没有奖券" in page(client, draw)
    assert Win.objects.get().claimed_at is None


def test_after_the_deadline_nothing_can_be_claimed(client, signed_in):
    member = MemberFactory()
    draw = drawn_draw(CompetitionFactory(), member)
    Win.objects.update(claim_until=timezone.now() - timedelta(seconds=1))
    signed_in(member)
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert "已过领取期" in client.post(claim, follow=True).content.decode()
    assert claim not in page(client, draw)
    assert Win.objects.get().claimed_at is None


def test_an_alternate_has_nothing_to_claim(client, signed_in):
    member = MemberFactory()
    draw = drawn_draw(CompetitionFactory(), member)
    Win.objects.update(alternate=True, prize=None, claim_until=None)
    signed_in(member)
    assert "你是候补" in page(client, draw)
    claim = reverse("quiz:draw_claim", args=[draw.competition.slug, draw.pk, 1])
    assert client.post(claim).status_code == 404


def test_the_page_asks_no_more_queries_with_more_winners(client, count_queries):
    draw = drawn_draw(CompetitionFactory(), MemberFactory())
    few = count_queries(lambda: page(client, draw))
    for place in range(2, 8):
        ticket = Ticket.objects.create(
            draw=draw, number=place, member=MemberFactory(), code=f"{place}"
        )
        Win.objects.create(draw=draw, place=place, ticket=ticket, alternate=True)
    assert count_queries(lambda: page(client, draw)) == few


def test_the_states_can_not_contradict_each_other():
    draw = DrawFactory()
    for change in ({"state": "frozen"}, {"state": "drawn"}, {"public_value": "1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(pk=draw.pk).update(**change)


def test_staff_go_through_the_steps_on_screens(
    over, staff, client, signed_in, django_capture_on_commit_callbacks
):
    signed_in(staff)
    add = reverse("draw:add")
    assert add in client.get(reverse("draw:index")).content.decode()
    data = {
        "competition": over[0].pk,
        "title": "参与奖",
        "rule": "finished",
        "minimum_points": 0,
        "prizes": "一等奖 1\n\n纪念 品 2",
        "alternates": 1,
        "named_value": "某彩票第 2026001 期",
        "value_due_at": "2020-01-01T21:15",
        "claim_days": 30,
        "claim_place": " ",
    }
    response = client.post(add, data)
    assert response.status_code == 422  # not ticked
    assert "纪念 品 2" in response.content.decode()
    assert not Draw.objects.exists()
    response = client.post(add, data | {"sure": "on"})
    assert response.context["form"].errors.keys() == {"claim_place"}
    data["claim_place"] = "工人文化宫一楼服务台"
    response = client.post(add, data | {"prizes": "一等奖 很多", "sure": "on"})
    assert "第 1 行要写成" in response.content.decode()
    response = client.post(add, data | {"sure": "on"})
    assert response.status_code == 422
    assert "请填更晚的时间" in response.content.decode()
    due = timezone.localtime() + timedelta(days=2)
    client.post(add, data | {"sure": "on", "value_due_at": f"{due:%Y-%m-%dT%H:%M}"})
    draw = Draw.objects.get()
    assert [str(prize) for prize in draw.prizes.all()] == ["一等奖 × 1", "纪念 品 × 2"]
    assert draw.claim_place == "工人文化宫一楼服务台"
    desk = reverse("draw:edit", args=[draw.pk])
    assert "封存奖券" in client.get(desk).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{desk}freeze/").url == desk
    assert f"{desk}reveal/" not in client.get(desk).content.decode()
    response = client.post(f"{desk}reveal/", {"public_value": "1 2 3"})
    assert response.status_code == 422
    assert "还没有到约定的公开数值产生的时间" in response.content.decode()
    value_comes(draw)
    response = client.post(f"{desk}reveal/", {"public_value": " "})
    assert response.status_code == 422
    assert "请填公开数值" in response.content.decode()
    assert client.post(f"{desk}reveal/", {"public_value": "1 2 3"}).url == desk
    response = client.post(f"{desk}reveal/", {"public_value": "4 5 6"})
    assert "已经开过奖" in response.content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{desk}winners.xlsx").content)).active
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == [
        "一等奖",
        "纪念 品",
        "纪念 品",
        "候补",
    ]
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["quiz.draw.announce", "quiz.draw.freeze", "quiz.draw.reveal"]
    history = client.get(reverse("draw:history", args=[draw.pk])).content.decode()
    assert "用公开数值开了奖" in history


def test_without_permission_the_screens_are_closed(client, signed_in):
    draw = DrawFactory()
    signed_in(MemberFactory())
    desk = reverse("draw:edit", args=[draw.pk])
    for address in (desk, f"{desk}freeze/", f"{desk}reveal/", f"{desk}winners.xlsx"):
        assert client.post(address).status_code in {302, 403, 405}
        assert client.get(address).status_code in {302, 403, 405}
    draw.refresh_from_db()
    assert draw.state == Draw.State.ANNOUNCED
