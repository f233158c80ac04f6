"""Signing in: by user name or phone, without telling who has an account, without open doors."""

from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories.unions import PASSWORD, MemberFactory
from unions import auth

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


@pytest.fixture
def member():
    return MemberFactory(username="wangfang", phone="13800001234", display_name="王芳")


def sign_in(client, login, password=PASSWORD, query="", **extra):
    return client.post(LOGIN + query, {"login": login, "password": password}, **extra)


def signed_in_as(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "login",
    [
        "wangfang",
        " wangfang ",
        "13800001234",
        "138 0000 1234",
        "１３８００００１２３４",
        "+8613800001234",
    ],
)
def test_a_member_signs_in_by_user_name_or_phone(login, client, member):
    response = sign_in(client, login)
    assert response.status_code == 302
    assert signed_in_as(client) == str(member.pk)


@pytest.mark.parametrize("login", ["wangfang", "nobody", "13800001234", "13999999999"])
def test_a_wrong_password_says_the_same_whether_the_account_exists(login, client, member):
    page = BeautifulSoup(sign_in(client, login, "wrong").content, "html.parser")
    assert page.select_one(".errorsummary li").text == (
        "账号或密码不对。请检查后再试；忘记密码请找本单位工会重设。"
    )


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [("wangfang", "wrong", "有一处要改"), ("wangfang", "", "有一处要改"), ("", "", "有 2 处要改")],
)
def test_the_summary_counts_what_is_to_be_mended(login, password, words, client, member):
    assert words in sign_in(client, login, password).content.decode()


def test_what_was_typed_is_kept_but_not_the_password(client, member):
    page = BeautifulSoup(sign_in(client, "wangfang", "geheim-1").content, "html.parser")
    assert page.select_one("[name=login]")["value"] == "wangfang"
    assert "geheim-1" not in str(page)


def test_a_deactivated_member_can_not_sign_in(client, member):
    member.is_active = False
    member.save()
    response = sign_in(client, "wangfang")
    assert signed_in_as(client) is None
    assert "账号已停用" in client.get(response.url).content.decode()


def test_a_member_without_a_password_can_not_sign_in(client):
    member = MemberFactory(username="new")
    member.set_unusable_password()
    member.save()
    sign_in(client, "new", "")
    assert signed_in_as(client) is None


def test_a_new_session_begins_with_the_sign_in(client, member):
    client.get(LOGIN)
    session = client.session
    session["seen"] = True
    session.save()
    before = client.cookies["sessionid"].value
    sign_in(client, "wangfang")
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_sign_in_leads_to_another_site(target, client, member):
    response = sign_in(client, "wangfang", query=f"?next={quote(target)}")
    assert response.url == "/me/"


def test_the_sign_in_leads_back_to_where_the_member_was(client, member):
    assert sign_in(client, "wangfang", query="?next=/reading/").url == "/reading/"


def fail(client, login, times, address="10.0.0.1"):
    for _ in range(times):
        response = sign_in(client, login, "wrong", REMOTE_ADDR=address)
    return response


def test_ten_wrong_tries_lock_the_account_on_that_address_alone(client, member):
    other = MemberFactory(username="lilei")
    assert fail(client, "wangfang", 10).status_code == 429
    locked = sign_in(client, "wangfang", REMOTE_ADDR="10.0.0.1")
    assert locked.status_code == 429
    assert "停用 15 分钟" in locked.content.decode()
    assert signed_in_as(client) is None
    sign_in(client, "lilei", REMOTE_ADDR="10.0.0.1")
    assert signed_in_as(client) == str(other.pk)
    client.logout()
    sign_in(client, "wangfang", REMOTE_ADDR="10.0.0.2")
    assert signed_in_as(client) == str(member.pk)


def test_phone_and_user_name_share_their_tries(client, member):
    fail(client, "wangfang", 5)
    assert fail(client, "13800001234", 5).status_code == 429
    assert sign_in(client, "wangfang", REMOTE_ADDR="10.0.0.1").status_code == 429


def test_a_whole_shift_behind_one_address_can_sign_in(client):
    for number in range(40):
        MemberFactory(username=f"shift{number}")
        response = sign_in(client, f"shift{number}", REMOTE_ADDR="10.0.0.9")
        assert response.status_code == 302
        client.logout()


def test_the_visitors_address_is_not_what_the_visitor_claims(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    assert auth.client_address(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert auth.client_address(request) == "2.2.2.2"
    settings.TRUSTED_PROXIES = 3
    assert auth.client_address(request) == "10.0.0.1"


# The door of the admin


@pytest.mark.parametrize("door", ["/cms/", "/cms/pages/"])
def test_a_visitor_of_the_admin_signs_in_and_comes_back(door, client):
    response = client.get(door, follow=True)
    assert response.redirect_chain[-1][0] == f"{LOGIN}?next={quote(door, safe='')}"
    assert response.status_code == 200


@pytest.mark.parametrize("door", ["/cms/login/", "/admin/login/"])
def test_the_admins_own_sign_in_leads_to_ours_with_next_kept(door, client):
    assert client.get(door + "?next=/cms/pages/").url == f"{LOGIN}?next=/cms/pages/"
    assert client.post(door, {"username": "x", "password": "y"}).status_code == 405


def test_a_member_at_the_admins_door_gets_a_clear_page_and_no_loop(client, member, signed_in):
    response = signed_in(member).get("/cms/", follow=True)
    assert response.status_code == 403
    assert "这个账号不能进后台" in response.content.decode()
    assert len(response.redirect_chain) == 1


def test_an_editor_enters_the_admin(signed_in):
    editor = MemberFactory()
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert signed_in(editor).get("/cms/").status_code == 200


# The other pages


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("account_logout", "退出登录"),
        ("account_change_password", "修改密码"),
        ("account_reauthenticate", "确认是您本人"),
        ("mfa_index", "两步验证"),
    ],
)
def test_every_page_of_the_account_wears_our_face(name, title, client, member):
    sign_in(client, "wangfang")
    response = client.get(reverse(name))
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert page.select_one(".masthead")
    assert title in page.h1.text
    assert not page.find_all(style=True)
    assert len(page.select(".button--primary")) <= 1


def test_the_second_factor_is_set_up_after_the_password_is_given_again(client, member):
    sign_in(client, "wangfang")
    door = client.get(reverse("mfa_activate_totp"))
    assert door.url.startswith("/reauthenticate/")
    wrong = client.post(door.url, {"password": "wrong"})
    assert BeautifulSoup(wrong.content, "html.parser").select_one(".errorsummary li")
    response = client.post(door.url, {"password": PASSWORD}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("img[src^=data]")
    assert page.select_one(".masthead")
    secret = page.select_one("#authenticator_secret")["value"]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    response = client.post(response.redirect_chain[-1][0], {"code": code}, follow=True)
    assert Authenticator.objects.filter(user=member, type="totp").exists()
    assert "备用" in response.content.decode() or "恢复" in response.content.decode()


def test_sign_up_is_closed(client):
    response = client.get("/signup/")
    assert "不用注册" in response.content.decode()
    client.post("/signup/", {"username": "x", "password1": PASSWORD, "password2": PASSWORD})
    assert signed_in_as(client) is None


def test_signing_out_needs_a_press_of_the_button(client, member):
    sign_in(client, "wangfang")
    client.get("/logout/")
    assert signed_in_as(client)
    assert client.post("/logout/").url == "/"
    assert signed_in_as(client) is None


def test_the_password_is_changed_with_the_old_one(client, member):
    sign_in(client, "wangfang")
    new = "a-new-and-longer-one"
    client.post("/password/", {"oldpassword": "no", "password1": new, "password2": new})
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
    client.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    member.refresh_from_db()
    assert member.check_password(new)


def test_a_second_factor_is_asked_for_once_it_is_set_up(client, member):
    TOTP.activate(member, generate_totp_secret())
    response = sign_in(client, "wangfang")
    assert response.url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    page = client.get(response.url).content.decode()
    assert "第二步验证" in page
    response = client.post(response.url, {"code": "000000"})
    assert response.status_code == 200
    assert signed_in_as(client) is None
