"""A page that a question cites may change: the question is marked until somebody reads both."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.errors import QuizError
from quiz.models import Question
from tests.factories.cms import StoryPageFactory
from tests.factories.quiz import QuestionBankFactory, make_question
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
State, News = Question.State, Question.SourceNews


@pytest.fixture
def keeper():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def page():
    return published(StoryPageFactory())


@pytest.fixture
def question(page):
    return make_question(QuestionBankFactory(), source_page=page)


def published(page):
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def news():
    return Question.objects.with_source_news().get().source_news


def confirm(question, member, **kwargs):
    question = Question.objects.get(pk=question.pk)
    seen = kwargs.pop("seen", question.source_mark)
    return services.confirm_source(question=question, member=member, seen=seen, **kwargs)


def refused(code, call):
    with pytest.raises(QuizError) as caught:
        call()
    assert caught.value.code == code


def test_a_page_that_stays_as_it_was_marks_nothing(question):
    assert news() == ""


def test_a_page_that_is_published_anew_marks_the_question_until_somebody_confirms(
    question, page, keeper
):
    published(page)
    assert news() == News.NEW
    confirm(question, keeper)
    assert news() == ""
    entry = ModelLogEntry.objects.get(action="quiz.confirm_source")
    assert (entry.user, entry.data["page"]) == (keeper, page.pk)
    published(page)
    assert news() == News.NEW


def test_a_draft_of_the_page_marks_nothing(question, page):
    page.title = "还没有发布的标题"
    page.save_revision()
    assert news() == ""


def test_a_page_that_leaves_the_site_marks_it_until_somebody_confirms(question, page, keeper):
    page.unpublish()
    assert news() == News.GONE
    confirm(question, keeper)
    assert news() == ""
    published(page)
    assert news() == News.NEW
    page.unpublish()
    assert news() == News.GONE
    confirm(question, keeper)
    assert news() == ""


def test_a_page_that_leaves_the_site_again_marks_it_again(question, page, keeper):
    for _time in range(2):
        page.unpublish()
        assert news() == News.GONE
        published(page)
        confirm(question, keeper)


def test_a_new_version_has_been_written_beside_the_page(question, page, keeper):
    published(page)
    question.stem = "照新的原文改过？"
    question.save()
    changed = services.settle_question(question=question, member=MemberFactory())
    assert news() == ""  # it is not drawn, and is looked at before it is
    services.move_question(question=changed, move="publish", member=keeper)
    assert news() == ""


def test_who_publishes_the_same_wording_again_has_read_the_page(question, page, keeper):
    published(page)
    for move in ("dispute", "submit", "publish"):
        services.move_question(question=question, move=move, member=keeper, reason="看原文")
    assert question.versions.count() == 1
    assert news() == ""


def test_a_bank_that_is_published_at_once_is_read_beside_its_pages(page, keeper):
    page.unpublish()
    bank = QuestionBankFactory()
    make_question(bank, source_page=page, state=State.REVIEW)
    services.publish_waiting(bank=bank, member=keeper)
    assert news() == ""
    published(page)
    assert news() == News.NEW


def test_a_page_that_is_deleted_asks_for_another_one(question, page, keeper):
    page.delete()
    assert news() == News.DELETED
    refused("source_deleted", lambda: confirm(question, keeper))
    question.refresh_from_db()
    changed = services.settle_question(question=question, member=MemberFactory())
    assert changed.state == State.REVIEW
    services.move_question(question=changed, move="publish", member=keeper)
    assert news() == ""


def test_there_is_nothing_to_confirm_where_nothing_changed(question, page, keeper):
    refused("source_unchanged", lambda: confirm(question, keeper))
    published(page)
    confirm(question, keeper)
    refused("source_unchanged", lambda: confirm(question, keeper))


def test_what_changed_since_it_was_read_is_not_confirmed(question, page, keeper):
    published(page)
    seen = Question.objects.get().source_mark
    published(page)
    refused("source_not_as_seen", lambda: confirm(question, keeper, seen=seen))
    assert news() == News.NEW


class TestTheScreens:
    def test_the_list_marks_it_and_can_be_narrowed_to_it(self, signed_in, question, page, keeper):
        make_question(question.bank, number=7)
        address, client = reverse("question:index"), signed_in(keeper)
        assert "出处已变：页面已更新" not in rows_of(client.get(address))
        published(page)
        assert "出处已变：页面已更新" in rows_of(client.get(address))
        for value, count in (("", 2), ("any", 1), ("new", 1), ("gone", 0), ("deleted", 0)):
            shown = client.get(address, {"source": value}).context["object_list"]
            assert len(shown) == count, value
        assert "出处已变的题" in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_the_list_asks_no_more_queries_with_more_marks(
        self, signed_in, question, page, keeper, count_queries
    ):
        address, client = reverse("question:index"), signed_in(keeper)
        few = count_queries(lambda: client.get(address))
        for number in range(1, 5):
            make_question(question.bank, number=number, source_page=page)
        published(page)
        assert count_queries(lambda: client.get(address)) == few

    def test_the_question_says_so_and_is_confirmed_there(self, signed_in, question, page, keeper):
        client = signed_in(keeper)
        address = reverse("quiz_question_state", args=[question.pk])
        assert "题目不用改" not in client.get(address).content.decode()
        published(page)
        shown = BeautifulSoup(client.get(address).content, "html.parser")
        assert "出处已变：页面已更新" in shown.text
        source = client.get(shown.find("a", string=f"原文：{page.title}")["href"], follow=True)
        assert page.dek in source.content.decode()
        form = shown.select_one(
            f'form[action="{reverse("quiz_question_source", args=[question.pk])}"]'
        )
        given = {"mark": form.select_one("[name=mark]")["value"]}
        done = client.post(form["action"], given, follow=True).content.decode()
        assert "已确认" in done
        assert "出处已变：" not in done
        again = client.post(form["action"], given)
        assert again.status_code == 422
        assert "已经有人确认过" in again.content.decode()

    def test_a_page_that_left_the_site_or_is_deleted_is_told(
        self, signed_in, question, page, keeper
    ):
        client = signed_in(keeper)
        address = reverse("quiz_question_state", args=[question.pk])
        page.unpublish()
        told = client.get(address).content.decode()
        assert "现在不在网站上" in told
        assert f"原文：{page.title}（没有发布）" in told
        page.delete()
        told = client.get(address).content.decode()
        assert "出处已变：页面已删除" in told
        assert "题目不用改" not in told

    def test_nobody_else_confirms(self, signed_in, question, page):
        published(page)
        address = reverse("quiz_question_source", args=[question.pk])
        response = signed_in(MemberFactory()).post(address, {"mark": question.source_mark})
        assert response.status_code in {302, 403, 404}
        assert news() == News.NEW
        assert signed_in(MemberFactory(is_superuser=True)).get(address).status_code == 405


def rows_of(response):
    return BeautifulSoup(response.content, "html.parser").select_one("tbody").text


def test_what_is_confirmed_counts_from_the_moment_of_reading(question, page, keeper):
    published(page)
    confirm(question, keeper, now=timezone.now() - timedelta(days=1))
    assert news() == News.NEW
