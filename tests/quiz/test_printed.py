"""A paper in print: drawn by the rules, without its key, which stands on a sheet of its own."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse

from quiz import services
from quiz.models import Question
from quiz.preview import specimen
from quiz.services import make_organisers
from tests.factories.media import SiteImageFactory
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    RoundFactory,
    make_question,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    bank = QuestionBankFactory()
    make_question(bank, number=1)
    make_question(bank, number=2, kind=Question.Kind.MULTIPLE, right=(0, 2))
    make_question(bank, number=3, kind=Question.Kind.FILL, options=2)
    bank.refresh_from_db()
    return CompetitionFactory(bank=bank, draw=3, published=False)


@pytest.fixture
def organiser(signed_in):
    member = MemberFactory()
    member.groups.add(make_organisers())
    return signed_in(member)


def printed(client, competition, name="paper", **query):
    response = client.get(reverse(f"quiz:{name}", args=[competition.slug]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def lettered(page):
    """stem → {letter: option} as printed."""
    return {
        item.b.text: dict(line.text.split(". ", 1) for line in item.select(".paper__option"))
        for item in page.select(".paper__questions > li")
    }


def test_a_paper_holds_what_the_rules_draw_and_no_key(organiser, competition):
    page = printed(organiser, competition, paper="abc")
    questions = lettered(page)
    assert set(questions) == {f"第{number}问的题干？" for number in (1, 2, 3)}
    assert set(questions["第1问的题干？"].values()) == {f"第1问选项{n}" for n in range(4)}
    assert questions["第3问的题干？"] == {}
    assert "共 3 题，满分 30 分" in page.text
    for absent in ("的解析", "依据", "第3问选项"):
        assert absent not in page.select_one(".paper").text
    assert not competition.attempts.exists()


def test_the_key_answers_by_the_letters_of_that_paper(organiser, competition):
    for seed in ("abc", "def", "ghi"):
        page = printed(organiser, competition, paper=seed)
        href = page.find("a", string="答案页")["href"]
        sheet = BeautifulSoup(organiser.get(href).content, "html.parser")
        answers = {row.th.text: row.b.text for row in sheet.select("tbody tr")}
        for number, (stem, options) in enumerate(lettered(page).items(), start=1):
            told = answers[str(number)]
            if not options:
                assert told == "第3问选项0；第3问选项1"
                continue
            right = {"第1问的题干？": {0}, "第2问的题干？": {0, 2}}[stem]
            chosen = {options[letter][-1] for letter in told}
            assert chosen == {str(place) for place in right}
        assert sheet.select_one(".paper__head").text.count(mark(page)) == 1


def mark(page):
    return re.search(r"试卷编号 (\w{8})", page.text).group(1)


def test_the_same_address_prints_the_same_paper_and_another_one_is_a_link_away(
    organiser, competition
):
    one, same = (printed(organiser, competition, paper="abc") for _time in range(2))
    assert str(one.select_one(".paper")) == str(same.select_one(".paper"))
    again = one.find("a", string="换一份")["href"]
    other = BeautifulSoup(organiser.get(again).content, "html.parser")
    assert mark(other) != mark(one)


def test_a_key_to_a_paper_that_the_bank_no_longer_draws_is_refused(organiser, competition):
    page = printed(organiser, competition, paper="abc")
    href = page.find("a", string="答案页")["href"]
    question = competition.bank.questions.first()
    question.stem = "改过的题干？"
    question.save()
    services.settle_question(question=question)
    response = organiser.get(href)
    assert response.status_code == 422
    assert "请重新打印试卷和答案" in response.content.decode()
    address = reverse("quiz:paper_key", args=[competition.slug])
    assert organiser.get(address).status_code == 422


def test_the_paper_of_a_round_follows_its_own_rules(organiser, competition):
    level = RoundFactory(competition=competition, draw=2)
    page = printed(organiser, competition, paper="abc", round=level.number)
    assert len(lettered(page)) == 2
    assert level.label in page.text
    href = page.find("a", string="答案页")["href"]
    sheet = BeautifulSoup(organiser.get(href).content, "html.parser")
    assert len(sheet.select("tbody tr")) == 2


def test_a_picture_is_printed_with_its_question(organiser):
    bank = QuestionBankFactory()
    make_question(bank, picture=SiteImageFactory(), picture_alt="一块警示牌")
    bank.refresh_from_db()
    page = printed(organiser, CompetitionFactory(bank=bank, draw=1))
    assert page.select_one(".paper img")["alt"] == "一块警示牌"


def test_a_bank_with_too_few_questions_says_so(organiser, competition):
    competition.rules.update(count=9)
    for name in ("paper", "paper_key"):
        response = organiser.get(reverse(f"quiz:{name}", args=[competition.slug]))
        assert response.status_code == 422
        assert "题库里的题不够组卷" in response.content.decode()


def test_the_competition_s_screen_leads_to_it(organiser, competition):
    page = organiser.get(reverse("competition:edit", args=[competition.pk])).content.decode()
    assert reverse("quiz:paper", args=[competition.slug]) in page


def test_for_everyone_else_there_is_no_paper(signed_in, client, competition):
    addresses = [
        reverse(f"quiz:{name}", args=[competition.slug]) for name in ("paper", "paper_key")
    ]
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    member = MemberFactory(is_staff=True)
    signed_in(member)
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    member.user_permissions.add(Permission.objects.get(codename="change_competition"))
    page = printed(client, competition)
    assert page.find("a", string="答案页") is None
    key = specimen(competition=competition, round=None, seed="abc").items.hash[:8].upper()
    assert client.get(addresses[1], {"paper": "abc", "mark": key}).status_code == 404
    assert client.post(addresses[0]).status_code == 405


def test_a_longer_paper_asks_no_more_queries(organiser, count_queries):
    bank = QuestionBankFactory(questions=12)
    competition = CompetitionFactory(bank=bank, draw=2)
    address = reverse("quiz:paper", args=[competition.slug])
    few = count_queries(lambda: organiser.get(address))
    competition.rules.update(count=12)
    assert count_queries(lambda: organiser.get(address)) == few
