"""The name on boards: everyone chooses their own, or stays with the masked one."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from quiz import services as quiz
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory
from unions import services

pytestmark = pytest.mark.django_db

ADDRESS = "/me/nickname/"


@pytest.fixture
def member(signed_in):
    found = MemberFactory(display_name="高文波", nickname="夜班老高")
    signed_in(found)
    return found


def stands_as(member):
    member.refresh_from_db()
    return member.public_name


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(ADDRESS).url == f"/login/?next={ADDRESS}"


def test_the_form_shows_the_name_of_now_and_what_stands_without_one(client, member):
    page = BeautifulSoup(client.get(ADDRESS).content, "html.parser")
    assert page.select_one("[name=nickname]")["value"] == "夜班老高"
    assert "现在显示“夜班老高”" in page.text
    assert "空着则显示“高*”" in page.text


def test_a_name_chosen_is_said_and_stands_on_the_board(client, member):
    competition = CompetitionFactory()
    attempt = quiz.start_attempt(competition=competition, member=member)
    quiz.submit_attempt(attempt=attempt)
    page = client.post(ADDRESS, {"nickname": "  码头\u202e 老高 "}, follow=True)
    assert page.redirect_chain == [("/me/", 302)]
    assert "榜上现在显示“码头 老高”。" in page.text
    board = client.get(reverse("quiz:leaderboard", args=[competition.slug])).text
    assert "码头 老高" in board
    assert "夜班老高" not in board
    assert f'href="{ADDRESS}"' in board


def test_an_empty_name_leads_back_to_the_masked_one(client, member):
    client.post(ADDRESS, {"nickname": " "})
    assert stands_as(member) == "高*"


def test_the_own_page_leads_to_the_form(client, member):
    assert f'href="{ADDRESS}"' in client.get("/me/").text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("高" * 13, "最多 12 个字，现在有 13 个。"),
        ("13800001234", "不要写手机号"),
        ("１３８０００-０１２３４", "不要写手机号"),
        ("١٣٨٠٠٠٠١٢٣٤", "不要写手机号"),
        ("138 00001234", "不要写手机号"),
    ],
)
def test_a_name_that_does_not_fit_is_refused_and_stays_in_the_form(client, member, name, why):
    answer = client.post(ADDRESS, {"nickname": name})
    assert answer.status_code == 422
    assert why in answer.text
    assert name in answer.text
    assert "现在显示“夜班老高”" in answer.text
    assert stands_as(member) == "夜班老高"
    with pytest.raises(services.RegisterError, match=why) as refusal:
        services.choose_nickname(member=member, nickname=name)
    assert refusal.value.code == "invalid"


def test_nobody_chooses_for_another(client, member):
    other = MemberFactory(nickname="别人")
    client.post(ADDRESS, {"nickname": "我", "member": other.pk, "pk": other.pk})
    assert stands_as(other) == "别人"
    assert stands_as(member) == "我"
