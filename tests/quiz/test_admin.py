"""Editors make banks, questions and competitions in Wagtail's admin."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quiz.errors import MESSAGES, QuizError
from quiz.models import Competition, Question
from tests.factories.media import SiteImageFactory
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, make_question
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def inline(prefix, rows):
    data = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data[f"{prefix}-{number}-ORDER"] = number + 1
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def question_data(bank, rows, **changes):
    return {
        "bank": bank.pk,
        "kind": "single",
        "category": "工会法",
        "difficulty": 1,
        "points": 10,
        "stem": "谁可以参加工会？",
        **inline("options", rows),
        **changes,
    }


def competition_data(bank, rules=({"count": 4, "category": "", "difficulty": ""},), **changes):
    now = timezone.localtime()
    return {
        "title": "新竞赛",
        "slug": "new",
        "published": "on",
        "bank": bank.pk,
        "opens_at": f"{now:%Y-%m-%d %H:%M}",
        "closes_at": f"{now + timedelta(days=3):%Y-%m-%d %H:%M}",
        "daily_tries": 3,
        "objection_days": 0,
        "counting": "best",
        "seconds": 900,
        "grace": 10,
        **inline("rules", rules),
        "membership": "anyone",
        **inline("prizes", []),
        **inline("rounds", []),
        **inline("admissions", []),
        **changes,
    }


@pytest.mark.parametrize(
    ("screen", "words"),
    [("competition", "记分办法"), ("question", "练习专用"), ("questionbank", "可抽题数")],
)
def test_every_screen_opens_in_chinese(editor, screen, words):
    CompetitionFactory()
    pages = [editor.get(reverse(f"{screen}:{page}")) for page in ("index", "add")]
    assert [page.status_code for page in pages] == [200, 200]
    assert words in "".join(page.content.decode() for page in pages)


def test_a_question_is_written_submitted_and_published_by_two_people(editor, signed_in):
    bank = QuestionBankFactory()
    rows = [{"text": "职工", "right": "on"}, {"text": "没有人"}]
    response = editor.post(reverse("question:add"), question_data(bank, rows))
    question = Question.objects.get()
    address = reverse("quiz_question_state", args=[question.pk])
    assert (response.status_code, response.url) == (302, address)
    assert not Question.objects.drawable().exists()
    editor.post(address, {"move": "submit"})
    second = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    seen = second.get(address).context["seen"]
    second.post(address, {"move": "publish", "seen": seen})
    question = Question.objects.drawable().get()
    assert question.current.content["key"] == [0]
    assert question.current.content["options"] == ["职工", "没有人"]


def test_a_fill_in_needs_no_ticks(editor):
    rows = [{"text": "职代会"}, {"text": "职工代表大会"}]
    editor.post(reverse("question:add"), question_data(QuestionBankFactory(), rows, kind="fill"))
    question = Question.objects.get()
    assert [option.right for option in question.options.all()] == [True, True]


def test_a_question_without_a_right_option_is_not_submitted(editor):
    bank = QuestionBankFactory()
    rows = [{"text": "职工"}, {"text": "没有人"}]
    response = editor.post(reverse("question:add"), question_data(bank, rows), follow=True)
    assert response.status_code == 200
    address = reverse("quiz_question_state", args=[Question.objects.get().pk])
    response = editor.post(address, {"move": "submit"})
    assert "要有且只有一个正确选项" in response.content.decode()
    assert Question.objects.get().state == Question.State.DRAFT


def test_a_picture_without_words_is_an_error_in_chinese(editor):
    rows = [{"text": "职工", "right": "on"}, {"text": "没有人"}]
    data = question_data(QuestionBankFactory(), rows, picture=SiteImageFactory().pk)
    response = editor.post(reverse("question:add"), data)
    assert "有图片的题要写图片说明" in response.content.decode()
    assert not Question.objects.exists()


def test_the_list_is_filtered_by_state_and_searched_by_stem(editor):
    bank = QuestionBankFactory()
    make_question(bank, number=1)
    make_question(bank, number=2, state=Question.State.DISPUTED)
    address = reverse("question:index")
    page = editor.get(address, {"state": "disputed"}).content.decode()
    assert "第2问的题干" in page
    assert "第1问的题干" not in page
    page = editor.get(address, {"q": "第1问"}).content.decode()
    assert "第1问的题干" in page
    assert "第2问的题干" not in page


def test_editing_a_published_question_sends_it_back_to_review(editor):
    question = make_question(QuestionBankFactory(), options=2)
    first = question.current
    rows = [
        {"id": option.pk, "text": option.text, **({"right": "on"} if option.right else {})}
        for option in question.options.all()
    ]
    data = question_data(question.bank, rows, stem="改过的题干？")
    data["options-INITIAL_FORMS"] = 2
    assert editor.post(reverse("question:edit", args=[question.pk]), data).status_code == 302
    question.refresh_from_db()
    assert (question.state, question.current) == (Question.State.REVIEW, first)
    first.refresh_from_db()
    assert first.content["stem"] != "改过的题干？"


def moved(editor, question, bank, **changes):
    """What the form answers to the question as it is, but in `bank`."""
    rows = [
        {"id": option.pk, "text": option.text, **({"right": "on"} if option.right else {})}
        for option in question.options.all()
    ]
    data = question_data(bank, rows, stem=question.stem, explanation="写了一半的解析", **changes)
    data["options-INITIAL_FORMS"] = len(rows)
    response = editor.post(reverse("question:edit", args=[question.pk]), data)
    question.refresh_from_db()
    return response


@pytest.mark.parametrize("state", ["published", "review", "retired"])
def test_a_question_that_was_published_once_stays_in_its_bank(editor, state):
    question = make_question(first := QuestionBankFactory(), options=2)
    Question.objects.update(state=state)
    response = moved(editor, question, QuestionBankFactory())
    page = response.content.decode()
    assert response.context["form"].errors["bank"] == [MESSAGES["bank_stays"]]
    assert "请在那里另写一题" in page
    assert "写了一半的解析" in page
    assert question.bank == first


def test_no_other_door_takes_a_published_question_to_another_bank():
    question = make_question(first := QuestionBankFactory())
    question.bank = QuestionBankFactory()
    with pytest.raises(QuizError) as caught:
        question.save()
    assert caught.value.code == "bank_stays"
    question.refresh_from_db()
    assert question.bank == first
    question.stem = "改过的题干？"
    question.save()


def test_a_question_that_was_never_published_goes_to_another_bank(editor):
    question = make_question(QuestionBankFactory(), options=2, state=Question.State.DRAFT)
    response = moved(editor, question, bank := QuestionBankFactory())
    assert (response.status_code, question.bank) == (302, bank)


def test_a_competition_can_be_made(editor):
    bank = QuestionBankFactory(questions=4)
    response = editor.post(reverse("competition:add"), competition_data(bank))
    assert response.status_code == 302
    assert Competition.objects.get().question_count == 4


@pytest.mark.parametrize("slug", ["", "安全竞赛", "an quan"])
def test_an_address_that_is_none_says_what_one_is_made_of(editor, slug):
    data = competition_data(QuestionBankFactory(questions=4), slug=slug)
    form = editor.post(reverse("competition:add"), data).context["form"]
    assert form.errors["slug"] == ["请写网址名：只写小写字母、数字和连字符，如 anquan-2026。"]


def test_a_rule_without_a_difficulty_says_so(editor):
    page = editor.get(reverse("competition:add")).content.decode()
    assert "不限难度" in page
    assert (
        "---------</option>"
        not in page.split("rules-__prefix__-difficulty")[1].split("</select>")[0]
    )


def test_a_close_before_the_opening_is_an_error_of_that_field(editor):
    bank = QuestionBankFactory(questions=4)
    data = competition_data(bank, closes_at="2020-01-01 00:00")
    response = editor.post(reverse("competition:add"), data)
    assert response.context["form"].errors["closes_at"] == ["截止时间要晚于开始时间。"]


def test_a_competition_whose_bank_is_too_small_is_not_published(editor):
    bank = QuestionBankFactory(questions=3)
    response = editor.post(reverse("competition:add"), competition_data(bank))
    assert "还缺 1 题" in response.content.decode()
    assert not Competition.objects.exists()


@pytest.mark.parametrize(
    ("closes_at", "counting", "most"),
    [
        ("2030-05-04 18:00", "best", 100),  # the best four are worth 40, 30, 20 and 10
        ("2030-05-04 18:00", "days", 400),
        ("2030-05-03 00:00", "days", 200),  # midnight begins no third day
    ],
)
def test_a_certificate_asks_for_no_more_than_can_be_reached(editor, closes_at, counting, most):
    bank = QuestionBankFactory()
    for number, points in enumerate((10, 20, 5, 30, 40, 5)):
        make_question(bank, number=number, points=points)
    asked = {"counting": counting, "opens_at": "2030-05-01 08:00", "closes_at": closes_at}
    asked |= {"certificate_points": most + 1, "certificate_title": "学习证书"}
    data = competition_data(bank, **asked)
    form = editor.post(reverse("competition:add"), data).context["form"]
    assert f"最多能得 {most} 分" in form.errors["certificate_points"][0]
    draft = {name: value for name, value in data.items() if name != "published"}
    assert editor.post(reverse("competition:add"), draft | {"slug": "draft"}).status_code == 302
    data["certificate_points"] = most
    assert editor.post(reverse("competition:add"), data).status_code == 302


def test_what_old_papers_point_to_is_not_deleted(editor):
    question = make_question(QuestionBankFactory())
    response = editor.post(reverse("question:delete", args=[question.pk]))
    assert response.status_code in {302, 403}
    assert Question.objects.filter(pk=question.pk).exists()
