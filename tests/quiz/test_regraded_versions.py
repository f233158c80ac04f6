"""A correction reaches every version with the wrong key, also one that editors replaced first."""

from importlib import import_module

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.urls import reverse

from quiz import services
from quiz.models import Attempt, Question, QuestionVersion, Regrade
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db

REASON = "教材勘误"


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def question():
    """All that its competition asks; the option at place 0 is right."""
    bank = QuestionBankFactory(questions=1)
    CompetitionFactory(bank=bank, draw=1)
    return bank.questions.get()


def chose(question, *places):
    """Attempts handed in with the options at `places` of the question as it is drawn now."""
    found = []
    for place in places:
        competition = question.bank.competitions.get()
        attempt = services.start_attempt(competition=competition, member=MemberFactory())
        item = attempt.drawn().items[0]
        names = tuple(name for name, where in item.options if where == place)
        services.save_answer(attempt=attempt, answer=services.Answer(1, names, 1))
        found.append(services.submit_attempt(attempt=attempt))
    return found


def edited(question, *, right=None, **changes):
    """The editors change the question, and it is published again."""
    if right is not None:
        for place, option in enumerate(question.options.all()):
            option.right = place == right
            option.save()
    for name, value in changes.items():
        setattr(question, name, value)
    question.save()
    services.settle_question(question=question)
    question.refresh_from_db()


def asked(question, staff, **given):
    return services.correct_key(question=question, reason=REASON, by=staff, **given)


def confirmed(regrade, other):
    services.confirm_regrade(regrade=regrade, by=other)
    services.run_regrades()
    return Regrade.objects.get(pk=regrade.pk)


def points(attempts):
    return [Attempt.objects.get(pk=attempt.pk).points for attempt in attempts]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [("new", [0, 10, 0], [0, 10]), ("both", [10, 10, 0], [0, 10]), ("all", [10] * 3, [10, 10])],
)
def test_a_key_that_the_editors_put_right_first_is_regraded(
    question, staff, other, rule, before, after
):
    first = chose(question, 0, 1, 2)
    edited(question, right=1)
    later = chose(question, 0, 1)
    assert (points(first), points(later)) == ([10, 0, 0], [0, 10])
    confirmed(asked(question, staff, key=[1], rule=rule), other)
    assert (points(first), points(later)) == (before, after)
    assert question.current.content["key"] == [1]
    services.run_regrades()
    assert points(chose(question, 1)) == [10]


def test_the_screens_show_what_was_right_in_the_old_version(
    question, staff, other, client, signed_in
):
    first = chose(question, 1)
    edited(question, right=1)
    address = f"{reverse('regrade:add')}?question={question.pk}"
    signed_in(staff)
    given = {"key": ["1"], "rule": "new", "preview": "1"}
    assert "1 份多得、0 份少得" in client.post(address, given).content.decode()
    desk = client.post(address, {"key": ["1"], "rule": "new", "reason": REASON}).url
    rows = BeautifulSoup(client.get(desk).content, "html.parser").select("tbody tr")
    assert [[cell.text for cell in row.find_all("td")] for row in rows[:3]] == [
        ["对", "—"],
        ["—", "对"],
        ["—", "—"],
    ]
    signed_in(other)
    client.post(f"{desk}confirm/")
    services.run_regrades()
    assert points(first) == [10]


def test_both_keys_are_those_of_each_version(question, staff, other):
    first = chose(question, 0, 1, 2)
    edited(question, right=2)
    later = chose(question, 0, 1, 2)
    confirmed(asked(question, staff, key=[1], rule="both"), other)
    assert points(first) == [10, 10, 0]
    assert points(later) == [0, 10, 10]


def test_a_version_whose_key_was_right_is_left_alone(question, staff, other):
    first = chose(question, 0, 1)
    edited(question, right=1)
    later = chose(question, 0, 1)
    regrade = confirmed(asked(question, staff, key=[0], rule="new"), other)
    assert QuestionVersion.objects.get(pk__in=regrade.versions).number == 2
    assert points(first) == [10, 0]
    assert points(later) == [10, 0]


@pytest.mark.parametrize("ticked", [False, True])
def test_a_version_that_asked_otherwise_is_corrected_only_when_somebody_says_so(
    question, staff, other, client, signed_in, ticked
):
    first = chose(question, 0, 1)
    old = question.current
    edited(question, stem="换了说法的题干，问的还是那一件事？", right=2)
    later = chose(question, 1, 2)
    signed_in(staff)
    address = f"{reverse('regrade:add')}?question={question.pk}"
    page = client.get(address).content.decode()
    assert "也更正这些旧版本" in page
    assert f"{old.content['stem']}（答案：{old.content['options'][0]}）" in page
    given = {"key": ["1"], "rule": "new", "reason": REASON}
    desk = client.post(address, {**given, **({"others": [old.pk]} if ticked else {})}).url
    assert (old.content["stem"] in client.get(desk).content.decode()) is ticked
    confirmed(Regrade.objects.get(), other)
    assert points(first) == ([0, 10] if ticked else [10, 0])
    assert points(later) == [10, 0]


def test_nothing_else_can_be_named(question, staff):
    chose(question, 0)
    edited(question, stem="只改了题干？")
    other_question = QuestionBankFactory(questions=1).questions.get()
    regrade = asked(question, staff, key=[1], rule="new", others=[other_question.current_id])
    assert sorted(regrade.versions) == sorted(question.versions.values_list("pk", flat=True))


def test_a_wording_with_the_same_key_needs_no_tick(question, staff, client, signed_in):
    edited(question, stem="只改了题干？")
    signed_in(staff)
    page = client.get(f"{reverse('regrade:add')}?question={question.pk}").content.decode()
    assert "也更正这些旧版本" not in page


def test_a_fill_in_that_was_given_another_form_first_is_regraded(staff, other):
    bank = QuestionBankFactory()
    fields = {
        "kind": Question.Kind.FILL,
        "category": "工会法",
        "stem": "民主管理的基本形式是____。",
        "state": Question.State.PUBLISHED,
    }
    made = services.QuestionDraft(fields, [("职代会", False)])
    question = services.create_questions(bank=bank, drafts=[made])[0]
    bank.refresh_from_db()
    competition = CompetitionFactory(bank=bank, draw=1)
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    services.save_answer(attempt=attempt, answer=services.Answer(1, (), 1, "职工代表大会"))
    services.submit_attempt(attempt=attempt)
    question.options.create(text="职工代表大会", right=True, sort_order=2)
    edited(question)
    forms = ["职代会", "职工代表大会"]
    confirmed(asked(question, staff, accepted=forms, rule="new"), other)
    assert points([attempt]) == [10]


def test_corrections_of_before_are_kept_for_each_version(question, staff, other):
    first = chose(question, 1)
    regrade = confirmed(asked(question, staff, key=[1], rule="new"), other)
    now = regrade.correction
    step = import_module("quiz.migrations.0070_correct_each_version")
    step.one_for_all(apps, None)
    regrade.refresh_from_db()
    assert regrade.correction == {"key": [1], "also": None, "free": False}
    step.by_version(apps, None)
    regrade.refresh_from_db()
    assert regrade.correction == now
    assert points(first) == [10]
