"""Checking in: at the door, by the server's clock, once a day."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reading import door, services
from reading.models import CheckIn
from tests.factories.reading import ReadingRoomFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory
from unions.models import OfficerRole

pytestmark = pytest.mark.django_db

NOON = "2026-04-23T12:00:00+08:00"


def scan(client, room, issued):
    token = door.make_token(room.pk, issued)
    return client.get(reverse("reading:scan", args=[token]), follow=True)


def check_in(client, room):
    response = client.post(reverse("reading:check_in", args=[room.pk]), follow=True)
    return response.content.decode()


@given(age=st.integers(-100_000, 100_000), room=st.integers(1, 2**62))
def test_a_token_is_good_for_its_minute_and_the_leeway(age, room):
    now = datetime(2026, 4, 23, 12, tzinfo=UTC)
    token = door.make_token(room, now - timedelta(seconds=age))
    if -10 <= age <= 70:
        assert door.read_token(token, now) == room
    else:
        with pytest.raises(door.TokenExpired):
            door.read_token(token, now)


@given(st.text(max_size=60))
def test_what_we_did_not_sign_is_no_token(text):
    with pytest.raises(door.TokenInvalid):
        door.read_token(text, timezone.now())


def test_a_signature_made_for_something_else_is_no_token():
    elsewhere = Signer(salt="other").sign(f"1-{int(timezone.now().timestamp())}-aa")
    with pytest.raises(door.TokenInvalid):
        door.read_token(elsewhere, timezone.now())


def test_every_code_on_the_screen_is_a_new_one():
    now = timezone.now()
    assert door.make_token(1, now) != door.make_token(1, now)


def test_a_scan_at_the_door_and_one_tap_check_the_reader_in(signed_in):
    room, member = ReadingRoomFactory(), MemberFactory()
    client = signed_in(member)
    page = scan(client, room, timezone.now()).content.decode()
    assert "已扫到门口的码" in page
    assert not CheckIn.objects.exists()
    assert "打卡成功" in check_in(client, room)
    visit = CheckIn.objects.get()
    assert (visit.room, visit.member, visit.day) == (room, member, timezone.localdate())


def test_a_photograph_of_the_code_is_refused(signed_in):
    room = ReadingRoomFactory()
    client = signed_in(MemberFactory())
    with time_machine.travel(NOON, tick=False) as clock:
        issued = timezone.now()
        clock.shift(71)
        response = scan(client, room, issued)
        assert response.status_code == 410
        assert "这个码过期了" in response.content.decode()
        assert "请扫书屋门口屏幕上的二维码" in check_in(client, room)
    assert not CheckIn.objects.exists()


def test_a_used_token_does_not_count_again(signed_in):
    room = ReadingRoomFactory()
    client = signed_in(MemberFactory())
    issued = timezone.now()
    for _again in range(2):
        scan(client, room, issued)
        check_in(client, room)
    assert CheckIn.objects.count() == 1


def test_only_the_server_s_clock_counts(signed_in):
    room = ReadingRoomFactory()
    client = signed_in(MemberFactory())
    with time_machine.travel(NOON, tick=False):
        token = door.make_token(room.pk, timezone.now() - timedelta(minutes=5))
        address = reverse("reading:scan", args=[token])
        response = client.get(address, headers={"date": "Thu, 23 Apr 2026 03:55:00 GMT"})
    assert response.status_code == 410


def test_a_forged_code_is_not_found(client):
    address = reverse("reading:scan", args=["1-1776916800-aa:forged"])
    assert client.get(address).status_code == 404


def test_the_scan_of_one_room_does_not_open_another(signed_in):
    here, there = ReadingRoomFactory.create_batch(2)
    client = signed_in(MemberFactory())
    scan(client, here, timezone.now())
    assert "请扫书屋门口" in check_in(client, there)


def test_who_scans_first_and_signs_in_then_is_still_counted(client):
    room, member = ReadingRoomFactory(), MemberFactory()
    assert "10 分钟内登录" in scan(client, room, timezone.now()).content.decode()
    client.post(
        reverse("account_login"),
        {"login": member.username, "password": "correct-horse-battery"},
    )
    assert "打卡成功" in check_in(client, room)


def test_a_scan_is_forgotten_after_ten_minutes(signed_in):
    room = ReadingRoomFactory()
    client = signed_in(MemberFactory())
    with time_machine.travel(NOON, tick=False) as clock:
        scan(client, room, timezone.now())
        clock.shift(601)
        assert "请扫书屋门口" in check_in(client, room)


def test_the_second_check_in_of_a_day_says_so_and_the_next_day_counts(signed_in):
    room = ReadingRoomFactory()
    client = signed_in(MemberFactory())
    with time_machine.travel("2026-04-23T23:58:00+08:00", tick=False) as clock:
        scan(client, room, timezone.now())
        check_in(client, room)
        assert "今天已经打过卡" in check_in(client, room)
        assert "今天已打卡" in client.get(room.get_absolute_url()).content.decode()
        clock.shift(180)
        assert "打卡成功" in check_in(client, room)
    assert CheckIn.objects.count() == 2


def test_who_has_not_scanned_gets_no_button_but_is_told_how_to_scan(client, signed_in):
    room = ReadingRoomFactory()
    action = reverse("reading:check_in", args=[room.pk])
    for visitor in (client, signed_in(MemberFactory())):
        patch = BeautifulSoup(visitor.get(room.get_absolute_url()).content, "html.parser")
        patch = patch.select_one(".patch")
        assert patch.find("form") is None
        assert "怎样扫码打卡" in patch.summary.text
        assert "书屋门口" in patch.ol.text
    assert "请扫书屋门口屏幕上的二维码" in check_in(client, room)
    assert not CheckIn.objects.exists()
    scanned = scan(client, room, timezone.now()).content.decode()
    assert f'action="{action}"' in scanned


def test_without_the_door_s_code_there_is_no_check_in():
    with pytest.raises(services.ReadingError) as caught:
        services.check_in(member=MemberFactory(), room=ReadingRoomFactory(), at_door=False)
    assert caught.value.code == "needs_door"


@pytest.mark.parametrize("role", [OfficerRole.Role.KEEPER, OfficerRole.Role.OFFICER])
def test_the_keeper_s_screen_shows_a_code_that_leads_to_the_check_in(signed_in, role):
    city = UnionFactory()
    room = ReadingRoomFactory(union=UnionFactory(parent=city))
    client = signed_in(OfficerRoleFactory(union=city, role=role).member)
    response = client.get(reverse("reading:door", args=[room.pk]))
    page = response.content.decode()
    assert "<svg" in page
    assert 'http-equiv="refresh"' in page
    assert "style=" not in page.partition("<main")[2]
    assert "no-store" in response["Cache-Control"]
    assert "打开门口的打卡屏" in client.get(room.get_absolute_url()).content.decode()


def test_the_door_s_screen_of_another_union_is_not_found(signed_in):
    room = ReadingRoomFactory()
    door_url = reverse("reading:door", args=[room.pk])
    other = OfficerRoleFactory(role=OfficerRole.Role.KEEPER).member
    assert signed_in(other).get(door_url).status_code == 404
    assert signed_in(MemberFactory(union=room.union)).get(door_url).status_code == 404
