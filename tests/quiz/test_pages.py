"""The public pages: every state of a competition, and a whole attempt without a script."""

import gzip
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.documents import CompetitionDocument
from quiz.models import Attempt
from tests.factories.quiz import CompetitionFactory, RoundFactory, answer_all, ids_of
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def begun(member, competition=None, **kwargs):
    return services.start_attempt(
        competition=competition or CompetitionFactory(), member=member, **kwargs
    )


def test_an_empty_list_says_why_and_offers_the_notices(client):
    page = text(client.get(reverse("quiz:list")))
    assert "还没有竞赛" in page
    assert "/notices/" in page


def test_the_list_shows_open_coming_and_closed_but_no_drafts(client):
    now = timezone.now()
    CompetitionFactory(title="正在答的")
    CompetitionFactory(title="将来的", opens_at=now + timedelta(days=2))
    CompetitionFactory(
        title="过去的", opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1)
    )
    CompetitionFactory(title="没发布的", published=False)
    page = text(client.get(reverse("quiz:list")))
    assert page.index("正在答的") < page.index("过去的")
    assert "将来的" in page
    assert "没发布的" not in page


def test_the_list_does_not_ask_more_queries_with_more_competitions(
    signed_in, count_queries, client
):
    signed_in(MemberFactory())
    CompetitionFactory.create_batch(2, union=UnionFactory())
    few = count_queries(lambda: client.get(reverse("quiz:list")))
    CompetitionFactory.create_batch(6, union=UnionFactory())
    assert count_queries(lambda: client.get(reverse("quiz:list"))) == few


def test_an_opening_at_midnight_is_of_its_own_day_and_a_close_of_the_day_before(client):
    opens, closes = (datetime(2026, 5, day, tzinfo=ZoneInfo("Asia/Shanghai")) for day in (1, 9))
    competition = CompetitionFactory(opens_at=opens, closes_at=closes, title="五月竞赛")
    addresses = [
        (competition.get_absolute_url(), "5月1日 00:00"),
        (reverse("quiz:list"), "5月1日 00:00"),
        (reverse("quiz:rules", args=[competition.slug]), "5月1日 00:00开始，5月8日 24:00截止"),
    ]
    with time_machine.travel("2026-04-30 12:00+08:00"):
        for address, words in addresses:
            page = text(client.get(address))
            assert words in page, address
            assert "4月30日 24:00" not in page, address
    with time_machine.travel("2026-04-30 23:30+08:00"):
        for name in ("quiz:waiting", "quiz:competition"):
            page = text(client.get(reverse(name, args=[competition.slug])))
            assert "5月1日 00:00" in page, name
            assert "4月30日 24:00" not in page, name
    with time_machine.travel("2026-06-01 12:00+08:00"):
        assert "2026年5月1日至5月8日" in text(client.get(reverse("quiz:list")))
    assert CompetitionDocument.prepare(competition).note == "5月1日 00:00—5月8日 24:00"


@pytest.mark.parametrize(("closes", "again"), [(18, False), (12 + 12, False), (25, True)])
def test_who_used_the_tries_reads_whether_there_are_more_tomorrow(signed_in, client, closes, again):
    """From noon on; a close at midnight leaves none."""
    with time_machine.travel("2026-05-08 12:00+08:00"):
        now = timezone.now()
        competition = CompetitionFactory(
            daily_tries=1, opens_at=now - timedelta(days=3),
            closes_at=now + timedelta(hours=closes - 12),
        )  # fmt: skip
        attempt = begun(member := MemberFactory(), competition)
        attempt = services.submit_attempt(attempt=attempt)
        signed_in(member)
        home = text(client.get(competition.get_absolute_url()))
        result = text(client.get(attempt.get_absolute_url()))
        for page in (home, result):
            assert ("明天零点以后可以再答" in page) == again
            assert ("刚才是最后一次，今天以后不能再答" in page) != again
        start = reverse("quiz:start", args=[competition.slug])
        page = text(client.post(start, follow=True))
        assert ("明天再来" in page) == again
        assert ("这是最后一天，不能再答了" in page) != again


@pytest.mark.parametrize(("hours", "again"), [(6, False), (30, True)])
def test_a_round_that_ends_tonight_has_no_tries_tomorrow(signed_in, client, hours, again):
    with time_machine.travel("2026-05-08 12:00+08:00"):
        now = timezone.now()
        competition = CompetitionFactory(daily_tries=1, opens_at=now - timedelta(days=3))
        RoundFactory(
            competition=competition, opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(hours=hours),
        )  # fmt: skip
        attempt = begun(member := MemberFactory(), competition)
        attempt = services.submit_attempt(attempt=attempt)
        signed_in(member)
        home = text(client.get(competition.get_absolute_url()))
        assert ("明天零点以后可以再答" in home) == again
        result = text(client.get(attempt.get_absolute_url()))
        assert ("这一关的次数用完了，不能再答" in result) != again


def test_a_draft_competition_does_not_exist_for_the_public(client):
    competition = CompetitionFactory(published=False)
    assert client.get(competition.get_absolute_url()).status_code == 404


def test_without_signing_in_the_home_leads_to_the_sign_in(client):
    page = text(client.get(CompetitionFactory().get_absolute_url()))
    assert "登录后答题" in page
    assert "开始答题" not in page


def test_before_the_opening_the_home_says_when(signed_in, client):
    competition = CompetitionFactory(opens_at=timezone.now() + timedelta(days=2))
    signed_in(MemberFactory())
    page = text(client.get(competition.get_absolute_url()))
    assert "还没开始" in page
    assert "开始答题" not in page


def test_a_member_of_another_union_reads_the_reason_and_what_to_do(signed_in, client):
    competition = CompetitionFactory(union=UnionFactory(name="甲市总工会"))
    signed_in(MemberFactory(union=UnionFactory(name="乙市总工会")))
    page = text(client.get(competition.get_absolute_url()))
    assert "甲市总工会" in page
    assert "你登记在乙市总工会" in page
    assert "找本单位工会改" in page


def test_used_up_tries_say_when_to_come_back(signed_in, client):
    member = MemberFactory()
    competition = CompetitionFactory(daily_tries=1)
    services.submit_attempt(attempt=begun(member, competition))
    signed_in(member)
    page = text(client.get(competition.get_absolute_url()))
    assert "今天的 1 次已答完" in page
    assert "开始答题" not in page


def test_a_closed_competition_shows_that_and_its_board(signed_in, client):
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1)
    )
    signed_in(MemberFactory())
    page = text(client.get(competition.get_absolute_url()))
    assert "竞赛已截止" in page
    assert reverse("quiz:leaderboard", args=[competition.slug]) in page


@pytest.mark.parametrize(
    ("opens", "freezes", "closes", "reached"),
    [(1, 2, 3, None), (-1, 1, 2, "开赛"), (-2, -1, 1, "封榜停更"), (-3, -2, -1, "答题截止")],
)
def test_the_schedule_marks_the_date_last_reached(client, opens, freezes, closes, reached):
    days = {
        name: timezone.now() + timedelta(days=days)
        for name, days in (("opens_at", opens), ("freeze_at", freezes), ("closes_at", closes))
    }
    competition = CompetitionFactory(**days)
    soup = BeautifulSoup(client.get(competition.get_absolute_url()).content, "html.parser")
    marked = [item.text for item in soup.select(".timeline .is-top")]
    assert len(marked) == (reached is not None)
    assert all(reached in text for text in marked)


def test_a_sign_in_on_the_way_to_the_start_ends_on_the_home(signed_in, client):
    competition = CompetitionFactory()
    address = reverse("quiz:start", args=[competition.slug])
    assert client.post(address).url.endswith(f"?next={address}")
    signed_in(MemberFactory())
    assert client.get(address).url == competition.get_absolute_url()
    assert not Attempt.objects.exists()


def test_the_home_says_when_answers_are_shown_and_what_its_time_stamp_means(signed_in, client):
    signed_in(MemberFactory())
    page = text(client.get(CompetitionFactory().get_absolute_url()))
    assert "答案和解析在截止后公布" in page
    assert "数据截至" in page


def test_the_rules_are_those_that_run(client):
    competition = CompetitionFactory(daily_tries=2, seconds=600, grace=7, draw=5)
    page = text(client.get(reverse("quiz:rules", args=[competition.slug])))
    for words in ("每天可以答两次", "限时 10 分钟", "还有 7 秒", "5 题"):
        assert words in page


def test_a_whole_attempt_works_without_a_script(signed_in, client):
    member = MemberFactory()
    competition = CompetitionFactory(draw=3)
    signed_in(member)
    response = client.post(reverse("quiz:start", args=[competition.slug]))
    attempt = Attempt.objects.get()
    assert response.url == attempt.question_url(1)
    for number in (1, 2, 3):
        page = client.get(attempt.question_url(number))
        assert f"第 {number}/3 题" in text(page)
        chosen = ids_of(attempt, number, right=number < 3)[0]
        assert chosen in text(page)
        response = client.post(attempt.question_url(number), {"option": chosen, "go": "next"})
    confirm = reverse("quiz:submit", args=[competition.slug, attempt.uuid])
    assert response.url == confirm
    assert "都答完了" in text(client.get(confirm))
    response = client.post(confirm)
    result = text(client.get(response.url))
    assert "<b>20</b>" in result
    assert "3 题答对 2 题" in result


def test_a_form_says_saved_only_of_what_is_saved(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    assert "已保存" not in text(client.get(attempt.question_url(1))).split("<template")[0]
    client.post(attempt.question_url(1), {"option": ids_of(attempt, 1, right=True)[0], "go": "2"})
    assert "已保存 " in text(client.get(attempt.question_url(1))).split("<template")[0]


def test_the_confirm_page_counts_what_is_open(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    page = text(client.get(reverse("quiz:submit", args=[attempt.competition.slug, attempt.uuid])))
    assert "还有 4 题没答" in page


def test_an_unknown_question_does_not_exist(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    assert client.get(attempt.question_url(1).replace("/q/1/", "/q/5/")).status_code == 404
    assert client.get(attempt.question_url(1).replace("/q/1/", "/q/0/")).status_code == 404


def test_question_seven_may_come_before_six(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    assert client.get(attempt.question_url(3)).status_code == 200


def test_an_attempt_of_someone_else_does_not_exist(signed_in, client):
    attempt = begun(MemberFactory())
    signed_in(MemberFactory())
    slug = attempt.competition.slug
    for address in (
        attempt.question_url(1),
        reverse("quiz:submit", args=[slug, attempt.uuid]),
        reverse("quiz:result", args=[slug, attempt.uuid]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in {404, 405}
    for name in ("answers", "answers_batch"):
        address = reverse(f"quiz:{name}", args=[slug, attempt.uuid])
        assert client.post(address, {}, content_type="application/json").status_code == 404
    attempt.refresh_from_db()
    assert attempt.answers == {}
    assert attempt.submitted_at is None


def test_an_attempt_is_found_only_below_its_own_competition(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    other = CompetitionFactory()
    assert (
        client.get(reverse("quiz:question", args=[other.slug, attempt.uuid, 1])).status_code == 404
    )


def test_pages_of_a_signed_in_member_are_kept_by_no_cache(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    signed_in(member)
    assert client.get(attempt.question_url(1))["Cache-Control"] == "private, no-store"


def test_templates_hold_no_inline_style_or_script(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    answer_all(attempt, right=2)
    signed_in(member)
    slug = attempt.competition.slug
    submit = reverse("quiz:submit", args=[slug, attempt.uuid])
    pages = [
        attempt.question_url(1),
        submit,
        reverse("quiz:list"),
        reverse("quiz:rules", args=[slug]),
    ]
    bodies = [text(client.get(page)) for page in pages]
    bodies.append(text(client.get(client.post(submit).url)))
    for name in ("competition", "leaderboard"):
        bodies.append(text(client.get(reverse(f"quiz:{name}", args=[slug]))))
    for body in bodies:
        assert " style=" not in body
        assert "<script>" not in body
        assert " onclick=" not in body


def test_the_key_is_shown_only_after_the_close(signed_in, client):
    member = MemberFactory()
    attempt = begun(member)
    services.submit_attempt(attempt=attempt)
    signed_in(member)
    address = reverse("quiz:result", args=[attempt.competition.slug, attempt.uuid])
    during = text(client.get(address))
    assert "问的解析" not in during
    assert "正确答案" not in during
    attempt.competition.closes_at = timezone.now() - timedelta(minutes=1)
    attempt.competition.save()
    after = text(client.get(address))
    assert "正确答案" in after
    assert "依据：《工会法》第三条" in after


def test_while_someone_may_still_answer_nobody_sees_the_key(signed_in, client):
    member = MemberFactory()
    attempt = begun(member, CompetitionFactory(grace=300))
    services.submit_attempt(attempt=attempt)
    attempt.competition.closes_at = timezone.now() - timedelta(seconds=1)
    attempt.competition.save()
    signed_in(member)
    address = reverse("quiz:result", args=[attempt.competition.slug, attempt.uuid])
    page = text(client.get(address))
    assert "正确答案" not in page
    assert "答案和解析马上公布" in page


def test_the_button_that_enter_presses_comes_first_and_leads_on(signed_in, client):
    attempt = begun(member := MemberFactory())
    signed_in(member)
    for number in (1, 2):
        page = client.get(attempt.question_url(number)).content
        first = BeautifulSoup(page, "html.parser").select_one("form [type=submit]")
        assert "name" not in first.attrs
        answer = client.post(
            attempt.question_url(number), {"option": ids_of(attempt, number, right=True)}
        )
        assert answer.url == attempt.question_url(number + 1)


def test_a_question_weighs_less_than_forty_kilobytes(signed_in, client):
    member = MemberFactory()
    attempt = begun(member, CompetitionFactory(draw=12))
    signed_in(member)
    bodies = [client.get(attempt.question_url(1)).content]
    for name in ("site.css", "icons.svg", "icon.svg", "js/quiz.js"):
        with open(finders.find(name), "rb") as file:
            bodies.append(file.read())
    assert sum(len(gzip.compress(body)) for body in bodies) < 40 * 1024
    assert len(bodies[-1]) < 12 * 1024
