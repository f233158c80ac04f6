"""The history of a question: what each version said, by whom, and what was changed."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from quiz import services
from quiz.differences import lines, parted
from quiz.models import Question, Regrade
from quiz.views.approval import VERSIONS_PER_PAGE
from tests.factories.quiz import QuestionBankFactory, make_question
from tests.factories.unions import MemberFactory

State = Question.State
said = st.dictionaries(st.sampled_from("abcd"), st.text(max_size=5))


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_text_in_three_is_the_whole_text(one, other):
    for text, found in zip((one, other), parted(one, other), strict=True):
        assert found.head + found.changed + found.tail == text


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_is_marked_is_all_that_differs(one, other):
    first, second = parted(one, other)
    assert (first.head, first.tail) == (second.head, second.tail)
    assert (first.changed == second.changed == "") == (one == other)
    if first.changed and second.changed:
        assert first.changed[0] != second.changed[0]
        assert first.changed[-1] != second.changed[-1]


@given(said, said)
def test_every_name_is_told_once_and_differs_where_the_texts_do(now, before):
    found = lines(now, before)
    assert {line.name for line in found} == {*now, *before}
    assert len(found) == len({*now, *before})
    for line in found:
        assert line.differs == (now.get(line.name) != before.get(line.name))
    assert not any(line.differs for line in lines(now, None))


@pytest.fixture
def writer():
    return MemberFactory(is_superuser=True, is_staff=True, display_name="王写题")


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True, display_name="李审题")


def reworded(question, writer, other, **fields):
    """`question` with `fields`, written by `writer` and published by `other`."""
    for name, value in fields.items():
        setattr(question, name, value)
    question.save()
    changed = services.settle_question(question=question, member=writer)
    return services.move_question(question=changed, move="publish", member=other)


def sections(client, question, **query):
    """heading → {name: (this version, the one before)}, and the page."""
    response = client.get(reverse("quiz_question_versions", args=[question.pk]), query)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    found = {}
    for table in page.select("table.listing"):
        rows = {
            row.th.text: tuple(cell.text for cell in row("td")) for row in table.select("tbody tr")
        }
        found[table.find_previous("h2").text] = rows
    return found, page


@pytest.mark.django_db
class TestTheScreen:
    def test_it_tells_what_an_earlier_version_said_and_what_was_changed(
        self, signed_in, writer, other
    ):
        question = make_question(QuestionBankFactory(), edited_by=writer)
        reworded(question, writer, other, stem="第零问问什么？", explanation="")
        found, page = sections(signed_in(other), question)
        assert list(found) == ["第 2 版（现行）", "第 1 版"]
        latest, first = found["第 2 版（现行）"], found["第 1 版"]
        assert latest["题干"] == ("第零问问什么？", "第0问的题干？")
        assert latest["解析"] == ("没有了", "第0问的解析。")
        assert latest["选项 A"] == ("第0问选项0", "")
        assert first["题干"] == ("第0问的题干？", "")
        assert first["正确答案"] == ("A", "")
        assert first["依据"] == ("《工会法》第三条", "")
        assert page.ins.text == "零问问什么"
        assert page.find("del").text == "0问的题干"

    def test_it_names_who_wrote_and_who_published(self, signed_in, writer, other):
        question = make_question(QuestionBankFactory(), state=State.REVIEW, edited_by=writer)
        services.move_question(question=question, move="publish", member=other)
        _found, page = sections(signed_in(other), question)
        who = page.select_one("h2 ~ p").text
        assert f"{writer.display_name} 写" in who
        assert f"{other.display_name} 发布" in who

    def test_who_publishes_a_bank_stands_on_each_version(self, writer, other):
        question = make_question(QuestionBankFactory(), state=State.REVIEW, edited_by=writer)
        services.publish_waiting(bank=question.bank, member=other)
        version = question.versions.get()
        assert (version.written_by, version.published_by) == (writer, other)

    def test_a_corrected_key_is_told_with_both_persons_and_its_reason(
        self, signed_in, writer, other
    ):
        question = make_question(QuestionBankFactory())
        regrade = services.correct_key(
            question=question, key=[2], rule=Regrade.Rule.NEW, reason="第三条已改", by=writer
        )
        services.confirm_regrade(regrade=regrade, by=other)
        found, page = sections(signed_in(other), question)
        assert found["第 2 版（现行）"]["正确答案"] == ("C", "A")
        told = f"答案更正：{writer.display_name} 提出，{other.display_name} 确认。原因：第三条已改"
        assert told in page.text
        assert f"{other.display_name} 发布" in page.text

    def test_what_waits_stands_on_top_beside_what_is_in_papers(self, signed_in, writer, other):
        question = make_question(QuestionBankFactory())
        question.stem = "改过的题干？"
        question.save()
        services.settle_question(question=question, member=writer)
        found, _page = sections(signed_in(other), question)
        assert list(found) == ["还没有发布的改动", "第 1 版（现行）"]
        assert found["还没有发布的改动"]["题干"] == ("改过的题干？", "第0问的题干？")

    def test_a_draft_has_no_version_and_says_what_it_says(self, signed_in, writer):
        question = make_question(QuestionBankFactory(), state=State.DRAFT, kind="fill", options=2)
        found, _page = sections(signed_in(writer), question)
        assert list(found) == ["还没有发布的改动"]
        assert found["还没有发布的改动"]["可接受的答案"][0] == "第0问选项0；第0问选项1"

    def test_markup_in_a_stem_stays_text(self, signed_in, writer, other):
        question = make_question(QuestionBankFactory(), stem="<b>粗</b>？")
        reworded(question, writer, other, stem="<i>斜</i>？")
        found, page = sections(signed_in(other), question)
        assert found["第 2 版（现行）"]["题干"] == ("<i>斜</i>？", "<b>粗</b>？")
        assert not page.select("td b, td i")

    def test_many_versions_are_told_by_pages_with_as_many_queries(
        self, signed_in, writer, other, count_queries
    ):
        question, client = make_question(QuestionBankFactory()), signed_in(other)
        reworded(question, writer, other, stem="第 1 次？")
        address = reverse("quiz_question_versions", args=[question.pk])
        few = count_queries(lambda: client.get(address))
        for number in range(2, VERSIONS_PER_PAGE + 2):
            question.refresh_from_db()
            reworded(question, writer, other, stem=f"第 {number} 次？")
        assert count_queries(lambda: client.get(address)) <= few + 1  # the one before the page
        newer, _page = sections(client, question)
        older, _page = sections(client, question, page=2)
        assert len(newer) == VERSIONS_PER_PAGE
        assert newer["第 3 版"]["题干"] == ("第 2 次？", "第 1 次？")
        assert older["第 2 版"]["题干"] == ("第 1 次？", "第0问的题干？")
        assert list(older) == ["第 2 版", "第 1 版"]

    def test_the_screens_of_the_question_lead_to_it(self, signed_in, writer):
        question, client = make_question(QuestionBankFactory()), signed_in(writer)
        address = reverse("quiz_question_versions", args=[question.pk])
        places = [
            reverse("question:index"),
            reverse("question:edit", args=[question.pk]),
            reverse("quiz_question_state", args=[question.pk]),
        ]
        for place in places:
            assert f'href="{address}"' in client.get(place).content.decode(), place
        assert client.get(reverse("quiz_question_versions", args=[0])).status_code == 404
