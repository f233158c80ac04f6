"""The forms that a fill-in accepts are corrected by two persons too, and told about beforehand."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from quiz import corrections, scoring, services
from quiz.corrections import Key
from quiz.errors import QuizError
from quiz.models import Attempt, Competition, PastResult, Question, Regrade
from quiz.regrade_preview import preview_of
from quiz.services import Answer
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, total_standings
from tests.factories.unions import MemberFactory

FORMS = ["职工代表大会", "职代会"]
words = st.text("ab中文 ", min_size=1, max_size=4).filter(str.strip)
form_lists = st.lists(words, min_size=1, max_size=4)


def judged(content, text):
    """Whether `text` is right by `content`."""
    accepted = (*content["accepted"], *content.get("also_accepted", ()))
    item = scoring.Item(
        10, {}, frozenset(), frozenset(map(scoring.folded, accepted)), free=content.get("free", 0)
    )
    return scoring.is_right(item, [text])


@given(form_lists, form_lists, words, st.sampled_from([corrections.NEW, corrections.BOTH]))
def test_right_is_what_the_rule_says_of_old_and_new_forms(before, after, text, rule):
    content = {"kind": "fill", "options": [], "key": [], "accepted": before}
    correction = corrections.correction_of(content, Key(accepted=tuple(after)), rule)
    old, new = (
        scoring.folded(text) in set(map(scoring.folded, forms)) for forms in (before, after)
    )
    assert judged(content | correction, text) == (new or (old and rule == corrections.BOTH))
    everyone = corrections.correction_of(content, Key(accepted=tuple(after)), corrections.ALL)
    assert judged(content | everyone, text)


@pytest.fixture
def staff(db):
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other(db):
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def question(db):
    """A published fill-in, all that its competition asks."""
    bank = QuestionBankFactory()
    fields = {
        "kind": Question.Kind.FILL,
        "category": "工会法",
        "stem": "企业民主管理的基本形式是____。",
        "state": Question.State.PUBLISHED,
    }
    draft = services.QuestionDraft(fields, [(form, False) for form in FORMS])
    made = services.create_questions(bank=bank, drafts=[draft])[0]
    bank.refresh_from_db()
    CompetitionFactory(bank=bank, draw=1)
    return made


def typed(*texts):
    """Attempts handed in with `texts`, by text."""
    competition = Competition.objects.get()
    found = {}
    for text in texts:
        attempt = services.start_attempt(competition=competition, member=MemberFactory())
        services.save_answer(attempt=attempt, answer=Answer(1, (), 1, text))
        found[text] = services.submit_attempt(attempt=attempt)
    return found


def corrected(question, staff, other, accepted, rule="new"):
    question = Question.objects.get(pk=question.pk)
    asked = services.correct_key(
        question=question, accepted=accepted, rule=rule, reason="教材勘误", by=staff
    )
    services.confirm_regrade(regrade=asked, by=other)
    services.run_regrades()
    return Regrade.objects.get(pk=asked.pk)


def points():
    return {
        attempt.answers["1"]["text"]: attempt.points for attempt in Attempt.objects.order_by("pk")
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("new", {"职代会": 0, "职工大会": 10, "职 工 代表大会": 10, "工会": 0}),
        ("both", {"职代会": 10, "职工大会": 10, "职 工 代表大会": 10, "工会": 0}),
        ("all", {"职代会": 10, "职工大会": 10, "职 工 代表大会": 10, "工会": 10}),
    ],
)
def test_each_rule_regrades_what_was_typed(question, staff, other, rule, expected):
    typed(*expected)
    found = corrected(question, staff, other, ["职工代表大会", "职工大会"], rule)
    assert points() == expected
    assert found.changed == PastResult.objects.count() > 0
    assert sorted(total_standings().values_list("points", flat=True)) == sorted(expected.values())


def test_later_papers_and_editors_have_the_new_forms(question, staff, other):
    found = corrected(question, staff, other, ["职工代表大会", "职工大会"], "both")
    question.refresh_from_db()
    assert question.current == found.new_version
    assert question.current.content["accepted"] == ["职工代表大会", "职工大会"]
    assert [option.text for option in question.options.all()] == ["职工代表大会", "职工大会"]
    assert all(option.right for option in question.options.all())
    assert {text: row.points for text, row in typed("职代会", "职工大会").items()} == {
        "职代会": 0,
        "职工大会": 10,
    }


def test_a_second_correction_reaches_what_the_first_one_did(question, staff, other):
    typed("工会", "职代会")
    corrected(question, staff, other, ["职工大会"], "both")
    assert points() == {"工会": 0, "职代会": 10}
    corrected(question, staff, other, ["工会"])
    assert points() == {"工会": 10, "职代会": 0}


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ([], "bad_key"),
        (["  "], "bad_key"),
        (["职代会", "职 代 会"], "bad_key"),
        (["长" * 101], "bad_key"),
        (["职 代 会", "职工代表大会"], "same_key"),
    ],
)
def test_forms_that_make_no_sense_are_refused(question, staff, accepted, code):
    with pytest.raises(QuizError) as caught:
        services.correct_key(
            question=question, accepted=accepted, rule="new", reason="勘误", by=staff
        )
    assert caught.value.code == code


def test_a_question_that_changed_meanwhile_is_asked_again(question, staff, other):
    asked = services.correct_key(
        question=question, accepted=["职工大会"], rule="new", reason="勘误", by=staff
    )
    question.options.filter(text="职代会").delete()
    services.settle_question(question=question)
    with pytest.raises(QuizError, match="question_changed"):
        services.confirm_regrade(regrade=asked, by=other)


@pytest.mark.parametrize("rule", ["new", "both", "all"])
def test_the_preview_says_what_the_regrade_then_does(question, staff, other, rule):
    texts = ["职代会", "职工大会", "职工代表大会", "工会", ""]
    typed(*texts)
    accepted = ("职工代表大会", "职工大会")
    told = preview_of(Question.objects.get(pk=question.pk), Key(accepted=accepted), rule)
    before = points()
    found = corrected(question, staff, other, accepted, rule)
    after = points()
    assert (told.seen, told.held) == (5, 5)
    assert told.changed == found.changed
    assert told.gained == sum(after[text] > before[text] for text in texts)
    assert told.lost == sum(after[text] < before[text] for text in texts)
    assert {(text, was * 10, is_now * 10) for text, _n, was, is_now in told.typed} == {
        (text, before[text], after[text]) for text in texts if text
    }


def test_the_whole_way_on_screens(question, staff, other, client, signed_in):
    typed("职工大会", "职工大会 ", "职代会")
    signed_in(staff)
    add = reverse("regrade:add")
    assert str(question) in client.get(add, {"q": "民主管理"}).content.decode()
    address = f"{add}?question={question.pk}"
    page = client.get(address).content.decode()
    assert "职工代表大会\n职代会</textarea>" in page
    given = {"accepted": "职工代表大会\r\n职工大会\r\n", "rule": "new", "preview": "1"}
    response = client.post(address, given)
    assert response.status_code == 200
    assert "3 份得分会变，其中 2 份多得、1 份少得" in response.content.decode()
    assert "职工代表大会\n职工大会" in response.content.decode().replace("\r", "")
    assert not Regrade.objects.exists()
    response = client.post(address, {**given, "accepted": "甲\n甲"})
    assert response.status_code == 422
    assert "写法相同" in response.content.decode()
    del given["preview"]
    assert client.post(address, given).status_code == 422
    response = client.post(address, {**given, "reason": "教材勘误"})
    desk = reverse("regrade:edit", args=[Regrade.objects.get().pk])
    assert response.url == desk
    assert "3 份得分会变" in client.get(desk).content.decode()
    signed_in(other)
    client.post(f"{desk}confirm/")
    services.run_regrades()
    assert "3 份得分有变" in client.get(desk).content.decode()
    member = Attempt.objects.first().member
    signed_in(member)
    result = client.get(Attempt.objects.first().get_absolute_url()).content.decode()
    assert "得分由 0 改为 10" in result
