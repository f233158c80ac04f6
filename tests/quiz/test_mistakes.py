"""What was got wrong in competitions comes into the book, however much it is."""

from datetime import timedelta
from io import BytesIO
from itertools import cycle

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.models import Attempt, Competition, PracticeRecord, Question
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, answer_all, make_question
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


def sat(competition, member, *, right=0, hours=2):
    """A finished attempt that began so many hours ago."""
    now = timezone.now() - timedelta(hours=hours)
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    answer_all(attempt, right=right, now=now)
    return services.submit_attempt(attempt=attempt, now=now)


def close():
    Competition.objects.update(closes_at=timezone.now() - timedelta(minutes=1))


def small(count, **fields):
    """A competition whose papers hold all `count` questions."""
    return CompetitionFactory(bank=QuestionBankFactory(questions=count), draw=count, **fields)


def test_each_mistake_counts_and_the_latest_one_stands():
    competition, member = small(2), MemberFactory()
    sat(competition, member, hours=3)
    last = sat(competition, member, hours=2)
    close()
    assert services.collect_mistakes(member=member) == 4
    assert services.collect_mistakes(member=member) == 0
    for record in PracticeRecord.objects.all():
        assert (record.wrong, record.book, record.right) == (2, True, False)
        assert record.answered_at == last.submitted_at


def test_the_own_page_counts_what_no_one_has_looked_at_yet(client, signed_in):
    competition, member = small(2), MemberFactory()
    sat(competition, member)
    close()
    text = BeautifulSoup(signed_in(member).get("/me/").content, "html.parser").get_text(" ")
    assert "错题本 2 题" in " ".join(text.split())


def test_what_was_practised_since_stays_and_what_was_practised_before_is_brought_up_to_date():
    competition, member = small(2), MemberFactory()
    before, since = competition.bank.questions.order_by("pk")
    attempt = sat(competition, member)
    for question, hours in ((before, 5), (since, 1)):
        PracticeRecord.objects.create(
            member=member,
            question=question,
            version=question.current,
            times=1,
            in_a_row=1,
            right=True,
            answered_at=timezone.now() - timedelta(hours=hours),
        )
    close()
    assert services.collect_mistakes(member=member) == 1
    record = PracticeRecord.objects.get(question=before)
    assert (record.wrong, record.in_a_row, record.right, record.book) == (1, 0, False, True)
    assert (record.times, record.answered_at) == (1, attempt.submitted_at)
    assert PracticeRecord.objects.get(question=since).right


def test_the_queries_do_not_grow_with_mistakes_nor_attempts(count_queries):
    few, many = MemberFactory(), MemberFactory()
    for member, count, tries in ((few, 1, 1), (many, 20, 3)):
        competition = small(count)
        for question in competition.bank.questions.order_by("pk")[: count // 2 + 1]:
            PracticeRecord.objects.create(
                member=member,
                question=question,
                version=question.current,
                answered_at=timezone.now() - timedelta(days=2),
            )
        for _try in range(tries):
            sat(competition, member)
    # One more of each, so that both have new records to make.
    other = small(3)
    for member in (few, many):
        sat(other, member)
    close()
    counts = [
        count_queries(lambda member=member: services.collect_mistakes(member=member))
        for member in (few, many)
    ]
    assert counts[0] == counts[1]
    assert PracticeRecord.objects.filter(member=many, book=True).count() == 23


def test_records_of_several_answers_are_taken_in_one_order():
    """By question, as the book takes them up: two who hold some of them can't wait in a circle."""
    member, bank = MemberFactory(), QuestionBankFactory()
    first, second = (make_question(bank, number=number, practice=True) for number in range(2))
    choices = []
    for question in (second, first):
        practised = services.practised_question(member=member, question=question.pk)
        card = services.card_of(member=member, practised=practised)
        choices.append(services.Choice(question.pk, card.deal, (card.item.options[0][0],)))
    found = services.answer_together(member=member, choices=choices)
    assert [record.question_id for record in found] == [second.pk, first.pk]
    made = PracticeRecord.objects.order_by("pk").values_list("question_id", flat=True)
    assert list(made) == [first.pk, second.pk]


def chose(competition, member, place, *, hours=2):
    """A finished attempt with the option at `place` chosen in every question."""
    now = timezone.now() - timedelta(hours=hours)
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    for number, item in enumerate(attempt.drawn().items, start=1):
        names = tuple(name for name, where in item.options if where == place)
        services.save_answer(attempt=attempt, answer=services.Answer(number, names, 1), now=now)
    return services.submit_attempt(attempt=attempt, now=now)


def practised(member, question, *places):
    """`member` practises `question` once for each of `places`."""
    for place in places:
        found = services.practised_question(member=member, question=question.pk)
        card = services.card_of(member=member, practised=found)
        names = [name for name, where in card.item.options if where == place]
        record = services.answer_practice(
            member=member, mode="category", question=question.pk, deal=card.deal, options=names
        )
    return record


def corrected(question, key, rule="new"):
    """The key of `question` is corrected by two persons, and everything is regraded."""
    question = Question.objects.get(pk=question.pk)
    regrade = services.correct_key(
        question=question, key=key, rule=rule, reason="教材勘误", by=MemberFactory()
    )
    services.confirm_regrade(regrade=regrade, by=MemberFactory())
    services.run_regrades()


def figures(member):
    """Of each question: whether it is in the book, how often it was wrong, and right at last."""
    records = PracticeRecord.objects.filter(member=member).order_by("question")
    return [(record.book, record.wrong, record.right) for record in records]


@pytest.mark.parametrize(("rule", "right"), [("new", {1}), ("both", {0, 1})])
def test_the_book_its_file_and_its_dispute_show_the_key_as_corrected(
    client, signed_in, rule, right
):
    competition, member = small(1), MemberFactory()
    chose(competition, member, 2)
    close()
    question = competition.bank.questions.get()
    corrected(question, [1], rule)
    wanted = {question.current.content["options"][place] for place in right}
    signed_in(member)
    dispute = reverse("quiz:dispute_practised", args=[question.pk])
    for address in (reverse("quiz:mistakes"), dispute):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        shown = [option.find("span") for option in page.select(".option--key")]
        assert {option.find(string=True, recursive=False) for option in shown} == wanted
    file = client.get(reverse("quiz:mistakes_file")).content
    row = dict(zip(*openpyxl.load_workbook(BytesIO(file)).active.values, strict=True))
    options = dict(option.split(" ", 1) for option in row["选项"].split("；"))
    assert {options[letter] for letter in row["正确答案"].split("、")} == wanted


def test_what_a_correction_makes_right_leaves_the_book_and_what_it_makes_wrong_enters():
    competition, (gained, lost, neither) = small(1), (MemberFactory() for _each in range(3))
    for place, member in enumerate((lost, gained, neither)):
        chose(competition, member, place)
    close()
    for member in (gained, lost, neither):
        services.collect_mistakes(member=member)
    assert (figures(gained), figures(lost)) == ([(True, 1, False)], [])
    corrected(competition.bank.questions.get(), [1])
    for _twice in range(2):
        for member in (gained, lost, neither):
            services.collect_mistakes(member=member)
        assert not services.book_of(member=gained).exists()
        assert figures(lost) == figures(neither) == [(True, 1, False)]


def test_a_mistake_of_another_attempt_stays_when_one_becomes_right():
    competition, member = small(1), MemberFactory()
    still_wrong = chose(competition, member, 2, hours=3)
    chose(competition, member, 1)
    close()
    services.collect_mistakes(member=member)
    assert figures(member) == [(True, 2, False)]
    corrected(competition.bank.questions.get(), [1])
    services.collect_mistakes(member=member)
    assert figures(member) == [(True, 1, False)]
    assert PracticeRecord.objects.get().answered_at == still_wrong.submitted_at


def test_a_correction_judges_the_last_answer_of_practice_anew():
    bank, (gained, lost, neither) = QuestionBankFactory(), (MemberFactory() for _each in range(3))
    question = make_question(bank, practice=True)
    practised(gained, question, 2, 1)
    practised(lost, question, 0)
    practised(neither, question, 2)
    corrected(question, [1])
    assert figures(gained) == [(False, 1, True)]
    assert figures(lost) == figures(neither) == [(True, 1, False)]
    assert practised(lost, question, 1).right


def test_the_statements_of_a_correction_do_not_grow_with_those_who_practised(count_queries):
    counts = []
    for number, members in enumerate((2, 12)):
        question = make_question(QuestionBankFactory(), number=number, practice=True)
        for place in range(members):
            practised(MemberFactory(), question, place % 2)
        keys = cycle(([1], [2]))
        counts.append(count_queries(lambda q=question, keys=keys: corrected(q, next(keys))))
    assert counts[0] == counts[1]


def test_an_attempt_that_nobody_has_swept_yet_is_waited_for():
    """Who practises between the grace and the sweep loses nothing of that attempt."""
    competition, member = small(2), MemberFactory()
    sat(competition, member, right=2)
    now = timezone.now()
    begun = now - timedelta(hours=1)
    attempt = services.start_attempt(competition=competition, member=member, now=begun)
    answer_all(attempt, right=0, now=begun)
    close()
    Attempt.objects.unfinished().update(deadline=now, accepts_until=now)
    assert services.collect_mistakes(member=member) == 0
    services.submit_overdue()
    assert services.collect_mistakes(member=member) == 2
