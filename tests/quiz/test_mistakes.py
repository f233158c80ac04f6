"""What was got wrong in competitions comes into the book, however much it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quiz import services
from quiz.models import Competition, PracticeRecord
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
