"""The tickets of a draw are written in the background, whatever stops it on the way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import lottery, services
from quiz.models import Draw, FreezeOrder, Ticket
from quiz.models.freeze import LEASE
from quiz.services import freezing as module
from tests.factories.quiz import CompetitionFactory, DrawFactory
from tests.factories.unions import MemberFactory
from tests.quiz.test_draws import closed, finished, page, refused

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As a worker that is gone: nobody handles it."""


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def draw(monkeypatch):
    """A draw of a closed competition of seven entrants, whose tickets are written by twos."""
    monkeypatch.setattr(module, "CHUNK", 2)
    competition = CompetitionFactory()
    finished(competition, 7)
    return DrawFactory(competition=closed(competition))


@pytest.fixture
def dies(monkeypatch):
    """`dies(after=3)`: the worker is killed before it writes the chunk after so many."""
    write = Ticket.objects.bulk_create

    def arrange(*, after):
        left = iter(range(after))

        def killed(rows):
            if next(left, None) is None:
                raise Killed
            return write(rows)

        monkeypatch.setattr(Ticket.objects, "bulk_create", killed)
        return lambda: monkeypatch.setattr(Ticket.objects, "bulk_create", write)

    return arrange


def ordered(draw, staff):
    return services.order_freeze(draw=draw, by=staff, send=False)


def published(draw):
    return lottery.hash_of(lottery.list_bytes(Ticket.objects.lines(draw)))


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_that_was_killed_is_gone_on_with(draw, staff, dies, after):
    order, revive = ordered(draw, staff), dies(after=after)
    with pytest.raises(Killed):
        services.run_freeze(order=order)
    order.refresh_from_db()
    assert order.written == Ticket.objects.count() == 2 * after
    first = list(Ticket.objects.values_list("pk", flat=True))
    revive()
    assert services.resume_freezes() == 0  # it may still be alive
    assert services.resume_freezes(now=timezone.now() + LEASE + timedelta(seconds=1)) == 1
    draw.refresh_from_db()
    assert (draw.state, draw.ticket_count) == (Draw.State.FROZEN, 7)
    assert draw.list_hash == published(draw)
    assert set(first) <= set(Ticket.objects.values_list("pk", flat=True))


def test_what_is_half_written_is_no_list(draw, staff, dies, client, signed_in):
    order = ordered(draw, staff)
    dies(after=2)
    with pytest.raises(Killed):
        services.run_freeze(order=order)
    signed_in(Ticket.objects.first().member)
    assert "奖券还没有封存" in page(client, draw)
    assert "我的奖券" not in page(client, draw)
    address = reverse("quiz:draw_tickets", args=[draw.competition.slug, draw.pk])
    assert client.get(address).status_code == 404
    refused("draw_not_frozen", services.reveal_winners, draw=draw, public_value="1", by=staff)


def test_whoever_lost_the_result_meanwhile_gets_no_ticket(draw, staff, dies):
    order, revive = ordered(draw, staff), dies(after=2)
    with pytest.raises(Killed):
        services.run_freeze(order=order)
    out = Ticket.objects.order_by("number").first().member
    services.void_attempt(attempt=out.attempts.get(), reason="代答", by=staff)
    revive()
    services.run_freeze(order=order)
    draw.refresh_from_db()
    assert draw.ticket_count == Ticket.objects.count() == 6
    assert not Ticket.objects.filter(member=out).exists()
    assert draw.list_hash == published(draw)


def test_a_worker_that_was_taken_for_dead_stops_when_another_is_at_it(draw, staff, monkeypatch):
    order, write = ordered(draw, staff), Ticket.objects.bulk_create
    others = iter([order])

    def taken_over_after_the_first_chunk(rows):
        made = write(rows)
        for other in others:
            services.run_freeze(order=other)
        return made

    monkeypatch.setattr(Ticket.objects, "bulk_create", taken_over_after_the_first_chunk)
    services.run_freeze(order=order)
    draw.refresh_from_db()
    assert draw.ticket_count == Ticket.objects.count() == 7
    assert draw.list_hash == published(draw)
    assert ModelLogEntry.objects.filter(action="quiz.draw.freeze").count() == 1


def test_a_list_that_is_written_too_slowly_for_the_value_is_none(draw, staff, monkeypatch):
    order, write = ordered(draw, staff), Ticket.objects.bulk_create

    def slowly(rows):
        Draw.objects.update(value_due_at=timezone.now())
        return write(rows)

    monkeypatch.setattr(Ticket.objects, "bulk_create", slowly)
    order = services.run_freeze(order=order)
    draw.refresh_from_db()
    assert (draw.state, draw.list_hash) == (Draw.State.ANNOUNCED, "")
    assert "已经产生" in order.problem
    assert not draw.list_file
    assert draw.list_file.storage.listdir("draws") == ([], [])


def read(client, draw, **headers):
    """The response of the published list, and its bytes."""
    address = reverse("quiz:draw_tickets", args=[draw.competition.slug, draw.pk])
    response = client.get(address, headers=headers)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


@pytest.fixture
def frozen(draw, staff):
    return services.freeze_tickets(draw=draw, by=staff)


@pytest.fixture
def stream(monkeypatch):
    """How often the list was read from the tickets' rows."""
    found, lines = [], Ticket.objects.lines
    monkeypatch.setattr(Ticket.objects, "lines", lambda draw: found.append(draw) or lines(draw))
    return found


def test_the_list_is_served_from_its_file_and_kept_by_whoever_has_it(frozen, client, stream):
    response, body = read(client, frozen)
    assert lottery.hash_of([body]) == frozen.list_hash
    assert response["ETag"] == f'"{frozen.list_hash}"'
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(body))
    again, nothing = read(client, frozen, if_none_match=response["ETag"])
    assert (again.status_code, nothing) == (304, b"")
    assert again["Cache-Control"] == response["Cache-Control"]
    assert stream == []


def test_a_list_whose_file_is_lost_is_written_anew(
    frozen, client, stream, django_capture_on_commit_callbacks
):
    _response, before = read(client, frozen)
    frozen.list_file.storage.delete(frozen.list_file.name)
    with django_capture_on_commit_callbacks(execute=True):
        response, body = read(client, frozen)
    assert body == before
    assert response["Cache-Control"] == "no-store"
    stream.clear()
    response, body = read(client, frozen)
    assert body == before
    assert "immutable" in response["Cache-Control"]
    assert stream == []
    frozen.refresh_from_db()
    assert not services.restore_list(draw=frozen)


def test_tickets_that_were_changed_afterwards_become_no_file(frozen, client, caplog):
    frozen.list_file.storage.delete(frozen.list_file.name)
    Ticket.objects.filter(number=3).update(code="f" * 32)
    assert not services.restore_list(draw=frozen)
    assert "not those of its published hash" in caplog.text
    response, body = read(client, frozen)
    assert lottery.hash_of([body]) != frozen.list_hash
    assert response["Cache-Control"] == "no-store"
    assert frozen.list_file.storage.listdir("draws") == ([], [])


def test_however_many_ask_for_a_lost_file_it_is_ordered_once(
    frozen, client, django_capture_on_commit_callbacks
):
    frozen.list_file.storage.delete(frozen.list_file.name)
    with django_capture_on_commit_callbacks() as callbacks:
        for _number in range(5):
            read(client, frozen)
    assert len(callbacks) == 1


def test_done_again_it_changes_nothing(draw, staff):
    order = services.run_freeze(order=ordered(draw, staff))
    before = list(Ticket.objects.values_list("pk", "number"))
    services.run_freeze(order=order)
    assert list(Ticket.objects.values_list("pk", "number")) == before
    refused("draw_frozen", services.order_freeze, draw=draw, by=staff)


def test_one_freeze_is_ordered_at_a_time(draw, staff):
    ordered(draw, staff)
    refused("draw_freezing", services.order_freeze, draw=draw, by=staff)
    assert FreezeOrder.objects.count() == 1


def test_the_desk_says_how_far_it_is_and_why_it_was_given_up(
    draw, staff, client, signed_in, dies, monkeypatch
):
    signed_in(staff)
    desk = reverse("draw:edit", args=[draw.pk])
    assert client.post(f"{desk}freeze/").url == desk
    assert "在数奖券" in client.get(desk).content.decode()
    order, revive = FreezeOrder.objects.get(), dies(after=2)
    with pytest.raises(Killed):
        services.run_freeze(order=order)
    body = client.get(desk).content.decode()
    assert "已写好 4 张，共 7 张" in body
    assert 'http-equiv="refresh"' in body
    again = client.post(f"{desk}freeze/")
    assert again.status_code == 422
    assert "正在封存" in again.content.decode()
    for member in MemberFactory._meta.model.objects.filter(attempts__isnull=False):
        for attempt in member.attempts.all():
            services.void_attempt(attempt=attempt, reason="代答", by=staff)
    revive()
    services.run_freeze(order=order)
    body = client.get(desk).content.decode()
    assert "上次没有封存：没有人符合条件" in body
    assert f"{desk}freeze/" in body


def test_the_file_of_a_freeze_that_was_killed_goes_after_a_day(draw, staff, monkeypatch):
    def killed(*args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, "_fix", killed)
        with pytest.raises(Killed):
            services.run_freeze(order=ordered(draw, staff))
    services.run_freeze(order=FreezeOrder.objects.get(draw=draw))
    draw.refresh_from_db()
    _folders, files = module.default_storage.listdir("draws")
    assert len(files) == 2
    assert services.purge_lists() == 0
    assert services.purge_lists(now=timezone.now() + timedelta(days=1, minutes=1)) == 1
    _folders, files = module.default_storage.listdir("draws")
    assert [f"draws/{file}" for file in files] == [draw.list_file.name]


def test_where_no_list_was_ever_kept_nothing_is_deleted():
    assert services.purge_lists(now=timezone.now() + timedelta(days=2)) == 0
