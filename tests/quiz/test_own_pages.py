"""What members see of their own: the result with its places, and the list of attempts."""

import hashlib
import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.models import Competition
from tests.factories.quiz import CompetitionFactory, answer_all
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db

LIST = "/competitions/mine/attempts/"


def handed_in(competition, member, *, right=2, now=None):
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    answer_all(attempt, right=right, now=now)
    return services.submit_attempt(attempt=attempt, now=now)


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def test_the_result_says_the_points_of_the_most_and_both_places(signed_in, client):
    union = UnionFactory(short_name="港机厂", level="enterprise")
    competition = CompetitionFactory()
    for _each in range(10):
        handed_in(competition, MemberFactory(union=union), right=4)
    attempt = handed_in(competition, member := MemberFactory(union=union), right=2)
    services.fold_changes()
    signed_in(member)
    page = soup(client.get(attempt.get_absolute_url()))
    each = attempt.points // 2
    assert page.select_one(".score__line").text == f"{attempt.points}/ {each * 4} 分"
    board = reverse("quiz:leaderboard", args=[competition.slug])
    links = {link["href"]: " ".join(link.text.split()) for link in page.select(".mine a")}
    assert links == {board: "第 11 名", f"{board}?scope=union&level=enterprise": "第 1 名"}
    assert "单位：港机厂" in page.text


def test_a_result_after_the_freeze_says_when_there_will_be_a_place(signed_in, client):
    now = timezone.now()
    competition = CompetitionFactory(freeze_at=now - timedelta(hours=1))
    attempt = handed_in(competition, member := MemberFactory())
    signed_in(member)
    page = soup(client.get(attempt.get_absolute_url()))
    assert not page.select(".mine a")
    assert "封榜后交的答卷，截止后一起公布名次" in page.text
    assert "榜单停在" in page.text


def test_the_paper_comes_as_a_file_whose_hash_is_the_fingerprint(signed_in, client):
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=(member := MemberFactory()))
    address = reverse("quiz:paper_file", args=[competition.slug, attempt.uuid])
    signed_in(member)
    assert client.get(address).status_code == 404
    attempt = services.submit_attempt(attempt=attempt)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f"试卷指纹 {attempt.paper_hash}" in page
    assert address not in page
    response = client.get(address)
    assert response.status_code == 403
    assert "和答案一起公布" in response.content.decode()
    Competition.objects.update(closes_at=timezone.now() - timedelta(hours=2))
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert address in page
    assert "sha256sum" in page
    file = client.get(address)
    assert hashlib.sha256(file.content).hexdigest() == attempt.paper_hash
    assert len(attempt.paper_hash) == 64
    assert "attachment" in file["Content-Disposition"]
    items = json.loads(file.content)
    assert {name for item in items for name in item} == {"version", "options"}
    assert [item["version"] for item in items] == list(attempt.drawn().versions)
    signed_in(MemberFactory())
    assert client.get(address).status_code == 404


def test_what_a_certificate_takes_is_told_before_anybody_answers(client):
    told = CompetitionFactory(certificate_points=30, certificate_title="学习之星")
    plain = CompetitionFactory()
    for competition, tells in ((told, True), (plain, False)):
        home = client.get(competition.get_absolute_url()).content.decode()
        whole = client.get(reverse("quiz:rules", args=[competition.slug])).content.decode()
        assert [("记分达到 30 分" in page) for page in (home, whole)] == [tells, tells]
        assert "不同意可以申诉" in whole


def test_the_own_page_leads_to_the_own_attempts(signed_in, client):
    competition = CompetitionFactory(title="我答过的")
    CompetitionFactory(title="没答过的")
    first = handed_in(
        competition, member := MemberFactory(), now=timezone.now() - timedelta(hours=2)
    )
    second = services.start_attempt(competition=competition, member=member)
    other = handed_in(competition, MemberFactory())
    signed_in(member)
    assert LIST in {link["href"] for link in soup(client.get("/me/")).select(".rows a")}
    page = soup(client.get(LIST))
    rows = page.select(".brief")
    assert [row["href"] for row in rows] == [second.question_url(1), first.get_absolute_url()]
    assert "还没交卷" in rows[0].text
    assert f"{first.points} 分" in rows[1].text
    assert other.get_absolute_url() not in str(page)
    assert "没答过的" not in page.text


def test_without_an_attempt_the_list_leads_to_the_competitions(signed_in, client):
    signed_in(MemberFactory())
    page = soup(client.get(LIST))
    assert "还没有答过题" in page.text
    assert page.select_one('main a[href="/competitions/"]')


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(LIST).url == f"/login/?next={LIST}"


def test_the_list_asks_no_more_queries_with_more_attempts(signed_in, count_queries, client):
    member = MemberFactory()
    signed_in(member)
    handed_in(CompetitionFactory(), member)
    few = count_queries(lambda: client.get(LIST))
    for _each in range(3):
        handed_in(CompetitionFactory(), member)
    assert count_queries(lambda: client.get(LIST)) == few
