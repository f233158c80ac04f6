"""Start, save, hand in: each may be called twice, and the rules hold whatever comes in."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Question, QuestionVersion
from quiz.services import Answer
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    answer_all,
    ids_of,
    make_question,
    total_standings,
)
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def competition():
    return CompetitionFactory()


@pytest.fixture
def attempt(member, competition):
    return services.start_attempt(competition=competition, member=member)


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code
    return caught.value


def test_starting_twice_returns_the_open_attempt(member, competition):
    first = services.start_attempt(competition=competition, member=member)
    assert services.start_attempt(competition=competition, member=member) == first


def test_an_attempt_keeps_its_paper_and_the_hash_of_it(attempt):
    assert attempt.drawn().hash == attempt.paper_hash
    assert len(attempt.paper) == 4


def test_tries_of_a_day_end(member):
    competition = CompetitionFactory(daily_tries=2)
    for _try in range(2):
        services.submit_attempt(
            attempt=services.start_attempt(competition=competition, member=member)
        )
    refused("tries_used", services.start_attempt, competition=competition, member=member)


def test_a_day_begins_at_midnight_in_shanghai(member):
    late = datetime(2026, 5, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    competition = CompetitionFactory(
        daily_tries=1, opens_at=late - timedelta(days=3), closes_at=late + timedelta(days=3)
    )
    first = services.start_attempt(competition=competition, member=member, now=late)
    services.submit_attempt(attempt=first, now=late)
    refused("tries_used", services.start_attempt, competition=competition, member=member, now=late)
    second = services.start_attempt(
        competition=competition, member=member, now=late + timedelta(minutes=1)
    )
    assert (first.day.day, second.day.day) == (1, 2)
    assert second.number == 1


def test_nobody_starts_before_the_opening_or_after_the_close(member, competition):
    refused(
        "coming",
        services.start_attempt,
        competition=competition,
        member=member,
        now=competition.opens_at - timedelta(seconds=1),
    )
    refused(
        "closed",
        services.start_attempt,
        competition=competition,
        member=member,
        now=competition.closes_at,
    )


def test_only_the_subtree_of_its_union_may_take_part():
    city = UnionFactory()
    competition = CompetitionFactory(union=city)
    inside = MemberFactory(union=UnionFactory(parent=city))
    services.start_attempt(competition=competition, member=inside)
    for outside in (MemberFactory(), MemberFactory(union=None)):
        refused("not_eligible", services.start_attempt, competition=competition, member=outside)


def test_a_bank_too_small_costs_no_try(member):
    competition = CompetitionFactory(draw=13)
    refused("too_few_questions", services.start_attempt, competition=competition, member=member)
    assert not Attempt.objects.exists()


def test_practice_and_retired_questions_and_drafts_are_never_drawn(member):
    bank = QuestionBankFactory()
    wanted = make_question(bank, number=1)
    make_question(bank, number=2, practice=True)
    make_question(bank, number=3, state=Question.State.DRAFT)
    retired = make_question(bank, number=4)
    retired.state = Question.State.RETIRED
    retired.save()
    services.settle_question(question=retired)
    bank.refresh_from_db()
    attempt = services.start_attempt(
        competition=CompetitionFactory(bank=bank, draw=1), member=member
    )
    assert attempt.drawn().versions == (wanted.current_id,)


def test_two_papers_in_a_row_differ(member):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=5), draw=4, daily_tries=20)
    papers = []
    for turn in range(12):
        attempt = services.start_attempt(
            competition=competition, member=member, rng=random.Random(turn % 2)
        )
        papers.append(set(attempt.drawn().versions))
        services.submit_attempt(attempt=attempt)
    assert all(one != other for one, other in pairwise(papers))


def test_a_changed_question_leaves_papers_that_are_out_alone(member, competition, attempt):
    version = QuestionVersion.objects.get(pk=attempt.drawn().versions[0])
    question = version.question
    question.stem = "改过的题干？"
    question.options.update(right=False)
    last = question.options.last()
    last.right = True
    last.save()
    question.save()
    services.settle_question(question=question)
    right = ids_of(attempt, 1, right=True)
    services.save_answer(attempt=attempt, answer=Answer(1, tuple(right), 1))
    assert services.submit_attempt(attempt=attempt).points == 10


def test_a_version_never_changes(attempt):
    version = QuestionVersion.objects.first()
    version.number = 9
    with pytest.raises(TypeError):
        version.save()


def test_saving_twice_changes_nothing(attempt):
    answer = Answer(1, tuple(ids_of(attempt, 1, right=True)), 1)
    first = services.save_answer(attempt=attempt, answer=answer)
    assert services.save_answer(attempt=attempt, answer=answer) == first


def test_the_latest_sequence_wins_and_an_older_one_is_told_so(attempt):
    wrong = ids_of(attempt, 1, right=False)
    services.save_answer(attempt=attempt, answer=Answer(1, (wrong[1],), 2))
    error = refused(
        "stale", services.save_answer, attempt=attempt, answer=Answer(1, (wrong[0],), 1)
    )
    assert error.details == {"question": 1, "sequence": 2, "options": [wrong[1]]}
    services.save_answer(attempt=attempt, answer=Answer(1, (wrong[2],), 3))
    attempt.refresh_from_db()
    assert attempt.chosen() == {1: [wrong[2]]}


def test_an_option_of_another_question_is_refused_and_nothing_stored(attempt):
    foreign = ids_of(attempt, 2, right=True)[0]
    good = Answer(3, tuple(ids_of(attempt, 3, right=True)), 1)
    for options in ((foreign,), ("zzzzzz",), ("",)):
        refused(
            "no_such_option",
            services.save_answers,
            attempt=attempt,
            answers=[good, Answer(1, options, 1)],
        )
    attempt.refresh_from_db()
    assert attempt.answers == {}


def test_a_single_choice_takes_one_option(attempt):
    both = tuple(ids_of(attempt, 1, right=False)[:2])
    refused("one_option_only", services.save_answer, attempt=attempt, answer=Answer(1, both, 1))


def test_a_multiple_choice_wants_the_whole_key(member):
    bank = QuestionBankFactory()
    make_question(bank, kind=Question.Kind.MULTIPLE, right=(0, 2))
    bank.refresh_from_db()
    competition = CompetitionFactory(bank=bank, draw=1)
    points = []
    for places in ((0, 2), (0,), (0, 1, 2)):
        attempt = services.start_attempt(competition=competition, member=member)
        chosen = [name for name, place in attempt.drawn().items[0].options if place in places]
        services.save_answer(attempt=attempt, answer=Answer(1, tuple(chosen), 1))
        points.append(services.submit_attempt(attempt=attempt).points)
    assert points == [10, 0, 0]


def test_an_answer_can_be_taken_back(attempt):
    services.save_answer(
        attempt=attempt, answer=Answer(1, tuple(ids_of(attempt, 1, right=True)), 1)
    )
    services.save_answer(attempt=attempt, answer=Answer(1, (), 2))
    attempt.refresh_from_db()
    assert attempt.chosen() == {}
    assert services.submit_attempt(attempt=attempt).points == 0


def test_an_unknown_question_is_refused(attempt):
    for number in (0, 5, 999):
        refused(
            "no_such_question", services.save_answer, attempt=attempt, answer=Answer(number, ())
        )


def test_nothing_is_taken_after_deadline_and_grace(attempt):
    answer = Answer(1, tuple(ids_of(attempt, 1, right=True)), 1)
    within = attempt.deadline + timedelta(seconds=attempt.competition.grace)
    refused(
        "too_late",
        services.save_answer,
        attempt=attempt,
        answer=answer,
        now=within + timedelta(milliseconds=1),
    )
    services.save_answer(attempt=attempt, answer=answer, now=within)


def test_handing_in_too_late_counts_what_was_saved_and_says_so(attempt):
    answer_all(attempt, right=3)
    late = attempt.accepts_until + timedelta(hours=2)
    done = services.submit_attempt(attempt=attempt, now=late)
    assert done.timed_out
    assert done.points == 30
    assert done.elapsed == attempt.competition.seconds
    assert done.submitted_at == attempt.deadline


def test_grace_is_not_counted_as_time(attempt):
    done = services.submit_attempt(attempt=attempt, now=attempt.deadline + timedelta(seconds=5))
    assert not done.timed_out
    assert done.elapsed == attempt.competition.seconds


def test_handing_in_twice_gives_the_same_result(attempt):
    answer_all(attempt, right=2)
    first = services.submit_attempt(attempt=attempt)
    second = services.submit_attempt(attempt=attempt, now=timezone.now() + timedelta(days=1))
    assert (first.points, first.elapsed, first.submitted_at) == (
        second.points,
        second.elapsed,
        second.submitted_at,
    )
    assert total_standings().get().completions == 1


def test_after_handing_in_nothing_is_taken(attempt):
    services.submit_attempt(attempt=attempt)
    answer = Answer(1, tuple(ids_of(attempt, 1, right=True)), 1)
    refused("finished", services.save_answer, attempt=attempt, answer=answer)


def test_time_runs_in_whole_seconds(attempt):
    now = attempt.started_at + timedelta(seconds=61, milliseconds=999)
    assert services.submit_attempt(attempt=attempt, now=now).elapsed == 61


def test_no_attempt_outlasts_the_close(member, competition):
    attempt = services.start_attempt(
        competition=competition, member=member, now=competition.closes_at - timedelta(seconds=60)
    )
    assert attempt.deadline == competition.closes_at


def test_the_sweeper_hands_in_what_is_overdue_and_nothing_else(member, competition, attempt):
    other = services.start_attempt(competition=competition, member=MemberFactory())
    Attempt.objects.filter(pk=other.pk).update(accepts_until=timezone.now() + timedelta(days=1))
    later = attempt.accepts_until + timedelta(seconds=1)
    assert services.submit_overdue(now=later) == 1
    assert services.submit_overdue(now=later) == 0
    assert list(Attempt.objects.unfinished()) == [other]


def test_one_that_cannot_be_handed_in_does_not_hold_up_the_others(competition, attempt, caplog):
    other = services.start_attempt(competition=competition, member=MemberFactory())
    Attempt.objects.filter(pk=attempt.pk).update(paper={"broken": True})
    later = other.accepts_until + timedelta(seconds=1)
    assert services.submit_overdue(now=later) == 1
    assert list(Attempt.objects.unfinished()) == [attempt]
    assert f"attempt {attempt.pk} could not be handed in" in caplog.text


def test_an_overdue_attempt_makes_room_for_the_next(member, competition, attempt):
    answer_all(attempt, right=4)
    later = attempt.accepts_until + timedelta(minutes=1)
    following = services.start_attempt(competition=competition, member=member, now=later)
    attempt.refresh_from_db()
    assert following.number == 2
    assert attempt.points == 40


def test_the_database_itself_allows_one_open_attempt(attempt):
    attempt.pk, attempt.uuid, attempt.number = None, None, 2
    attempt._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.bulk_create([attempt])


def test_a_whole_attempt_can_be_entered_at_once(member, competition):
    started = timezone.now() - timedelta(hours=1)
    attempt = services.record_attempt(
        competition=competition, member=member, started_at=started, elapsed=95, right=3
    )
    assert (attempt.points, attempt.right, attempt.elapsed) == (30, 3, 95)
