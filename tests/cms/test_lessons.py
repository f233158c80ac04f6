"""The questions below a lesson: who may answer them, what is kept, and which are left out."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.documents import LessonDocument
from cms.models import LessonPage, LessonQuestion, VideoIndexPage
from cms.services import EDITORS
from quiz import services
from quiz.models import PracticeRecord, Question
from tests.factories.cms import LessonPageFactory, LessonQuestionFactory, home
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, make_question
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank():
    return QuestionBankFactory()


@pytest.fixture
def questions(bank):
    """A single choice, a multiple choice and a true or false, for practice."""
    kinds = [
        {"kind": Question.Kind.SINGLE},
        {"kind": Question.Kind.MULTIPLE, "right": (0, 2)},
        {"kind": Question.Kind.BOOLEAN, "options": 2, "category": "安全健康"},
    ]
    return [
        make_question(bank, number=number, practice=True, **fields)
        for number, fields in enumerate(kinds)
    ]


@pytest.fixture
def lesson(questions):
    page = LessonPageFactory(title="七步接头")
    for place, question in enumerate(questions):
        LessonQuestionFactory(page=page, question=question, sort_order=place)
    return page


@pytest.fixture
def member(signed_in):
    found = MemberFactory()
    signed_in(found)
    return found


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def shown(client, page):
    return soup(client.get(page.address)).select_one("#check")


def hidden(form):
    return {
        field["name"]: field["value"]
        for field in form.select("[type=hidden]")
        if field["name"] != "csrfmiddlewaretoken"
    }


def filled(form, questions, *, wrong=()):
    """What the open form sends with every question answered, those of `wrong` falsely."""
    fields = hidden(form)
    for question in questions:
        texts = {option.text: option.right for option in question.options.all()}
        fields[f"option-{question.pk}"] = [
            row.select_one("input")["value"]
            for row in form.select(".option")
            if row.select_one("input")["name"] == f"option-{question.pk}"
            and texts[row.select_one("b").next_sibling] is (question not in wrong)
        ][: None if question not in wrong else 1]
    return fields


def send(client, page, fields, **kwargs):
    call = client.get if "judge" in fields else client.post
    return call(page.check_address, fields, **kwargs)


def answer(client, page, questions, **kwargs):
    fields = filled(shown(client, page), questions, **kwargs)
    return send(client, page, fields, follow=True)


def test_a_lesson_without_questions_has_no_section(client):
    assert shown(client, LessonPageFactory()) is None


def test_the_questions_stand_below_the_transcript_in_their_order_and_without_a_key(
    client, lesson, questions
):
    section = shown(client, lesson)
    assert section.select_one("h2").text == "3 道小题"
    stems = [stem.text for stem in section.select(".question__text")]
    assert stems == [question.stem for question in questions]
    assert section.find_previous("h2", string="文字稿")
    html = str(section)
    for secret in ("的解析", "工会法", "正确答案", "option--key"):
        assert secret not in html


def test_a_visitor_gets_verdict_explanation_and_law_and_nothing_is_kept(client, lesson, questions):
    page = soup(answer(client, lesson, questions, wrong=[questions[1]])).select_one("main")
    assert page.select_one(".score__line").text == "2/ 3 题答对"
    assert [tag.text for tag in page.select(".rules .tag")] == ["答对", "答错", "答对"]
    assert "第1问的解析。" in page.text
    assert "依据：《工会法》第三条" in page.text
    assert "没有登录" in page.text
    links = {link["href"] for link in page.select("aside a")}
    assert {lesson.address, f"{lesson.address}#check"} <= links
    assert reverse("quiz:practise", args=["category"], query={"category": "安全健康"}) in links
    assert not PracticeRecord.objects.exists()
    assert "sessionid" not in client.cookies


def test_a_member_s_answers_go_into_the_record_and_the_book(client, member, lesson, questions):
    response = answer(client, lesson, questions, wrong=[questions[2]])
    assert response.redirect_chain == [(lesson.check_address, 302)]
    page = soup(response).select_one("main")
    assert page.select_one(".score__line").text == "2/ 3 题答对"
    assert "已记进错题本" in page.text
    assert {(r.question_id, r.right, r.times) for r in PracticeRecord.objects.of(member)} == {
        (question.pk, question != questions[2], 1) for question in questions
    }
    assert list(services.book_of(member=member).values_list("question", flat=True)) == [
        questions[2].pk
    ]


def test_who_is_done_sees_the_own_last_result_and_may_answer_again(
    client, member, lesson, questions
):
    answer(client, lesson, questions, wrong=questions[:2])
    section = shown(client, lesson)
    assert "上次 3 题答对 1 题。" in section.text
    assert section.select_one(f'a[href="{lesson.check_address}"]')
    assert soup(client.get(lesson.check_address)).select_one(".score__line").text == "1/ 3 题答对"
    answer(client, lesson, questions)
    assert "上次 3 题答对 3 题。" in shown(client, lesson).text
    assert set(PracticeRecord.objects.values_list("times", flat=True)) == {2}


def test_others_results_are_not_shown(client, signed_in, member, lesson, questions):
    answer(client, lesson, questions)
    signed_in(MemberFactory())
    assert "上次" not in shown(client, lesson).text
    assert soup(client.get(lesson.check_address)).select_one(".score__line") is None


def test_the_same_form_sent_twice_counts_once(client, member, lesson, questions):
    fields = filled(shown(client, lesson), questions)
    for _each in range(2):
        assert send(client, lesson, fields).status_code == 302
    assert set(PracticeRecord.objects.values_list("times", flat=True)) == {1}


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_with_one_question_left_open_nothing_is_judged_and_nothing_lost(
    client, signed_in, lesson, questions, who
):
    if who == "member":
        signed_in(MemberFactory())
    fields = filled(shown(client, lesson), questions)
    del fields[f"option-{questions[1].pk}"]
    response = send(client, lesson, fields)
    assert response.status_code == 422
    page = soup(response).select_one("main")
    assert "还有 1 题要看一下" in page.select_one("[role=alert]").text
    assert page.select_one("[role=alert] a")["href"] == f"#q-{questions[1].pk}"
    problem = page.select_one(f"#problem-{questions[1].pk}")
    assert problem.text == "还没有选，选好再看答案。"
    assert len(page.select("[checked]")) == 2
    assert not PracticeRecord.objects.exists()
    again = filled(page.select_one("form"), questions)
    assert send(client, lesson, again, follow=True).status_code == 200


def test_two_options_of_a_single_choice_and_foreign_ones_are_not_taken(
    client, member, lesson, questions
):
    good = filled(shown(client, lesson), questions)
    name = f"option-{questions[0].pk}"
    other = [row["value"] for row in shown(client, lesson).select(f"[name={name}]")]
    for bad, message in ((other[:2], "只能选一个"), (["zzzzzz"], "刚刚改过")):
        response = send(client, lesson, {**good, name: bad})
        assert response.status_code == 422
        assert message in soup(response).select_one(".field__error").text
    assert not PracticeRecord.objects.exists()


def test_a_question_answered_elsewhere_meanwhile_is_asked_anew(client, member, lesson, questions):
    fields = filled(shown(client, lesson), questions)
    for deal in range(2):
        card = services.card_of(
            member=member,
            practised=services.practised_question(member=member, question=questions[0].pk),
        )
        services.answer_practice(
            member=member,
            mode="category",
            question=questions[0].pk,
            deal=deal,
            options=[card.item.options[0][0]],
        )
    response = send(client, lesson, fields)
    assert response.status_code == 422
    assert "在别处答过" in soup(response).select_one(".field__error").text
    assert PracticeRecord.objects.count() == 1


@pytest.mark.parametrize("deal", ["x", "-1", "1" * 30])
def test_a_form_that_is_not_ours_is_refused(client, member, lesson, questions, deal):
    fields = {**filled(shown(client, lesson), questions), f"deal-{questions[0].pk}": deal}
    assert send(client, lesson, fields).status_code == 400
    assert not PracticeRecord.objects.exists()


def test_who_was_signed_out_meanwhile_signs_in_and_comes_back(client, member, lesson, questions):
    fields = filled(shown(client, lesson), questions)
    client.logout()
    response = send(client, lesson, fields)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={lesson.address}%23check"


def test_what_was_withdrawn_is_disputed_or_left_practice_is_left_out(
    client, member, lesson, questions
):
    first, second, third = questions
    Question.objects.filter(pk=first.pk).update(state=Question.State.RETIRED)
    Question.objects.filter(pk=second.pk).update(practice=False)
    services.touch_bank(bank=first.bank)
    section = shown(client, lesson)
    assert section.select_one("h2").text == "1 道小题"
    assert [stem.text for stem in section.select(".question__text")] == [third.stem]
    services.move_question(
        question=third, move="dispute", member=MemberFactory(), reason="法条改了"
    )
    assert shown(client, lesson) is None
    gone = client.get(lesson.check_address)
    assert gone.status_code == 404
    assert "现在没有小题" in soup(gone).text


def test_a_question_withdrawn_while_it_is_answered_does_not_spoil_the_rest(
    client, member, lesson, questions
):
    fields = filled(shown(client, lesson), questions)
    Question.objects.filter(pk=questions[0].pk).update(state=Question.State.RETIRED)
    services.touch_bank(bank=questions[0].bank)
    page = soup(send(client, lesson, fields, follow=True)).select_one("main")
    assert page.select_one(".score__line").text == "2/ 2 题答对"


def test_the_page_kept_for_visitors_forgets_a_withdrawn_question_at_once(
    client, settings, count_queries, lesson, questions
):
    settings.PAGE_CACHE_SECONDS = 60
    assert shown(client, lesson)
    assert count_queries(lambda: client.get(lesson.address)) == 0
    services.move_question(
        question=questions[0], move="dispute", member=MemberFactory(), reason="法条改了"
    )
    assert len(shown(client, lesson).select("fieldset")) == 2


def test_a_lesson_for_some_keeps_its_questions_to_them(client, lesson, questions):
    PageViewRestriction.objects.create(page=lesson, restriction_type="login")
    response = client.get(lesson.check_address)
    assert response.status_code == 302
    assert response["Location"] == lesson.address
    lesson.unpublish()
    assert client.get(lesson.check_address).status_code == 404


def test_three_questions_cost_no_more_queries_than_one(
    client, member, count_queries, lesson, questions
):
    few = LessonPageFactory()
    LessonQuestionFactory(page=few, question=questions[0])
    answer(client, lesson, questions)
    for name in ("address", "check_address"):
        one, three = (
            count_queries(lambda page=page, name=name: client.get(getattr(page, name)))
            for page in (few, lesson)
        )
        assert one == three


def test_no_question_reaches_the_index(lesson, questions):
    content = LessonDocument.prepare(LessonDocument.get_queryset().get(pk=lesson.pk))
    for question in questions:
        for text in (question.stem, question.explanation, question.options.first().text):
            assert text not in repr(content)


def test_a_lesson_has_at_most_three_questions_and_none_twice(bank, lesson, questions):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    fourth = make_question(bank, number=9, practice=True)
    lesson.questions = [LessonQuestion(question=found) for found in (*questions, fourth)]
    with pytest.raises(ValidationError, match="最多三道"):
        lesson.save()
    lesson.questions = [LessonQuestion(question=questions[0]) for _each in range(2)]
    with pytest.raises(ValidationError, match="只能选一次"):
        lesson.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonQuestionFactory(page=lesson, question=questions[0])


@pytest.fixture
def editor(signed_in):
    home()
    found = MemberFactory()
    found.groups.add(Group.objects.get(name=EDITORS))
    return signed_in(found)


def create_lesson(client, chosen):
    """Save a draft that cites the ids `chosen` through the editor's screen."""
    rows = {"TOTAL_FORMS": len(chosen), "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 3}
    for place, key in enumerate(chosen):
        rows[str(place)] = {"question": key, "ORDER": place + 1, "id": "", "DELETE": ""}
    form = {
        "title": "七步接头",
        "slug": "",
        "goal": "七秒接好头。",
        **dict.fromkeys(("headline_breaks", "union", "dek", "lead_image", "lead_caption"), ""),
        **dict.fromkeys(("lead_credit", "media", "seconds", "seo_title"), ""),
        **dict.fromkeys(("search_description", "go_live_at", "expire_at"), ""),
        "chapters": streamfield([]),
        "body": streamfield([]),
        "questions": rows,
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
    }
    index = VideoIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", index.pk])
    return client.post(address, nested_form_data(form))


def test_an_editor_chooses_questions_and_they_stay_in_that_order(editor, questions):
    chosen = [questions[2].pk, questions[0].pk]
    assert create_lesson(editor, chosen).status_code == 302
    lesson = LessonPage.objects.get()
    assert lesson.get_latest_revision_as_object().question_ids == chosen
    screen = editor.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert f"单选 · {questions[0].stem}" in screen
    assert "最多三道" in screen


def test_the_editor_is_told_of_what_can_t_be_asked(editor, bank, questions):
    competing = make_question(bank, number=7)
    fill_in = make_question(bank, number=8, kind=Question.Kind.FILL, practice=True)
    for wrong in (competing, fill_in):
        response = create_lesson(editor, [wrong.pk])
        assert response.status_code == 200
        assert "只能选练习专用的选择题或判断题。" in response.content.decode()
    assert create_lesson(editor, [questions[0].pk] * 2).status_code == 200
    four = [*(question.pk for question in questions), make_question(bank, practice=True).pk]
    assert create_lesson(editor, four).status_code == 200
    assert not LessonPage.objects.exists()


def test_the_chooser_shows_stem_and_kind_of_practice_questions_alone(editor, bank, questions):
    competing = make_question(bank, number=7, stem="竞赛里的题？")
    disputed = make_question(bank, number=8, practice=True, state=Question.State.DISPUTED)
    screen = editor.get(reverse("lesson_question_chooser:choose")).json()["html"]
    for question in questions:
        assert question.stem in screen
        assert question.get_kind_display() in screen
    assert competing.stem not in screen
    assert disputed.stem not in screen
    results = reverse("lesson_question_chooser:choose_results")
    for query in ({"q": "第2问"}, {"category": "安全健康"}):
        found = editor.get(results, query).content.decode()
        assert questions[2].stem in found
        assert questions[0].stem not in found
    chosen = editor.get(reverse("lesson_question_chooser:chosen", args=[questions[1].pk])).json()
    assert chosen["result"]["title"] == f"多选 · {questions[1].stem}"
    secret = editor.get(reverse("lesson_question_chooser:chosen", args=[competing.pk]))
    assert secret.status_code == 404


def test_the_editor_sees_that_a_question_is_not_shown_any_more(editor, lesson, questions):
    Question.objects.filter(pk=questions[0].pk).update(state=Question.State.DISPUTED)
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert "有争议，页面上不显示" in editor.get(address).content.decode()


def test_a_preview_shows_the_questions_of_a_draft(editor, lesson, questions):
    preview = reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])
    assert len(soup(editor.get(preview)).select("#check fieldset")) == 3


def test_a_running_competition_s_question_is_not_asked_though_a_lesson_cites_it(client, lesson):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=6))
    assert competition.closes_at > timezone.now()
    question = competition.bank.questions.first()
    LessonQuestionFactory(page=LessonPageFactory(), question=question)
    page = LessonQuestion.objects.get(question=question).page
    assert shown(client, page) is None
    sent = {"judge": "1", f"option-{question.pk}": "x"}
    answer = client.get(page.check_address, sent)
    assert answer.status_code == 404
    assert question.stem not in answer.content.decode()
