"""What of competitions can be found, and what is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from engagement.report import Report
from quiz import services
from quiz.documents import CompetitionDocument
from quiz.measures import QuizAttempts, QuizParticipants
from quiz.models import Prize
from search.models import PendingSync
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db


def handed_in(competition, member, at):
    attempt = services.start_attempt(
        competition=competition, member=member, now=at - timedelta(minutes=2)
    )
    services.submit_attempt(attempt=attempt, now=at)


@pytest.fixture
def competition():
    return CompetitionFactory(
        opens_at=datetime(2026, 4, 1, tzinfo=UTC), closes_at=datetime(2026, 6, 1, tzinfo=UTC)
    )


def test_only_published_competitions_are_found_and_no_question():
    shown = CompetitionFactory(title="劳动法律知识竞赛", intro="讲工资和工时。")
    CompetitionFactory(published=False)
    assert list(CompetitionDocument.get_queryset()) == [shown]
    content = CompetitionDocument.prepare(shown)
    assert content.title == "劳动法律知识竞赛"
    assert content.url == shown.get_absolute_url()
    assert "同一个人连续两次不会抽到同一份" in content.body
    questions = shown.bank.questions.all()
    secrets = {text for question in questions for text in (question.stem, question.explanation)}
    assert secrets
    assert not [text for text in secrets if text in content.body]
    assert "问选项" not in content.body


def test_a_changed_rule_or_prize_reaches_its_competition():
    competition = CompetitionFactory()
    PendingSync.objects.all().delete()
    rule = competition.rules.get()
    rule.count = 2
    rule.save()
    Prize.objects.create(competition=competition, name="书一套", ground="前十名", quota="10")
    found = PendingSync.objects.values_list("kind", "key")
    assert set(found) == {("competition", str(competition.pk))}


def test_the_year_of_a_competition_is_the_local_one():
    CompetitionFactory(
        opens_at=datetime(2025, 12, 31, 16, tzinfo=UTC), closes_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    row = CompetitionDocument.get_queryset().get()
    assert CompetitionDocument.prepare(row).year == 2026


def test_preparing_documents_asks_nothing_more_per_row(count_queries):
    def prepare():
        for row in CompetitionDocument.get_queryset():
            CompetitionDocument.prepare(row)

    CompetitionFactory(union=UnionFactory())
    few = count_queries(prepare)
    CompetitionFactory.create_batch(3, union=UnionFactory())
    assert count_queries(prepare) == few


def test_attempts_are_counted_on_the_day_they_were_handed_in(competition):
    member = MemberFactory()
    # 00:01 in Shanghai on 2 May, begun the day before.
    handed_in(competition, member, datetime(2026, 5, 1, 16, 1, tzinfo=UTC))
    handed_in(competition, member, datetime(2026, 5, 2, 3, tzinfo=UTC))
    days = list(QuizAttempts.per_day(date(2026, 5, 1), date(2026, 5, 3)))
    assert days == [(date(2026, 5, 2), member.union_id, 2)]


def test_a_person_counts_once_in_a_period(competition):
    union = UnionFactory()
    one, other = MemberFactory.create_batch(2, union=union)
    for member, day in ((one, 1), (one, 2), (other, 2)):
        handed_in(competition, member, datetime(2026, 5, day, 4, tzinfo=UTC))
    period = (date(2026, 5, 1), date(2026, 5, 31))
    assert QuizParticipants.total(Union.objects.filter(pk=union.pk), *period) == 2
    assert QuizAttempts.total(Union.objects.filter(pk=union.pk), *period) == 3
    assert sorted(QuizParticipants.per_day(*period)) == [
        (date(2026, 5, 1), union.pk, 1),
        (date(2026, 5, 2), union.pk, 2),
    ]
    assert not QuizParticipants.additive
    assert QuizAttempts.additive


def test_the_people_of_many_units_are_counted_in_one_query(competition, django_assert_num_queries):
    unions = UnionFactory.create_batch(3)
    one, other, third = (MemberFactory(union=union) for union in [unions[0], *unions[:2]])
    for member, day in ((one, 1), (one, 2), (other, 2), (third, 3)):
        handed_in(competition, member, datetime(2026, 5, day, 4, tzinfo=UTC))
    period = (date(2026, 5, 1), date(2026, 5, 31))
    with django_assert_num_queries(1):
        found = QuizParticipants.by_union(Union.objects.all(), *period)
    assert found == {unions[0].pk: 2, unions[1].pk: 1}
    only_first = Union.objects.filter(pk=unions[0].pk)
    assert QuizParticipants.by_union(only_first, *period) == {unions[0].pk: 2}
    assert QuizParticipants.by_union(Union.objects.all(), date(2026, 5, 3), period[1]) == {
        unions[1].pk: 1
    }


def test_who_changed_the_union_counts_once_under_the_latest(competition):
    before, after = UnionFactory.create_batch(2)
    member = MemberFactory(union=before)
    handed_in(competition, member, datetime(2026, 5, 1, 4, tzinfo=UTC))
    member.union = after
    member.save()
    handed_in(competition, member, datetime(2026, 5, 9, 4, tzinfo=UTC))
    everywhere = Union.objects.all()
    period = (date(2026, 5, 1), date(2026, 5, 31))
    assert QuizParticipants.by_union(everywhere, *period) == {after.pk: 1}
    assert QuizParticipants.total(everywhere, *period) == 1
    then = (date(2026, 5, 1), date(2026, 5, 5))
    assert QuizParticipants.by_union(everywhere, *then) == {before.pk: 1}


def test_the_desk_asks_no_more_for_more_units(competition, count_queries):
    city = UnionFactory()

    def unit_with_a_participant():
        member = MemberFactory(union=UnionFactory(parent=city))
        handed_in(competition, member, datetime(2026, 5, 2, 4, tzinfo=UTC))

    def table():
        report = Report(city, today=date(2026, 5, 3), period="7")
        return [line.name for line in report.table.lines], report.table.total

    unit_with_a_participant()
    few = count_queries(table)
    for _ in range(3):
        unit_with_a_participant()
    assert count_queries(table) == few


def test_open_attempts_are_not_counted(competition):
    now = datetime(2026, 5, 1, 4, tzinfo=UTC)
    member = MemberFactory()
    services.start_attempt(competition=competition, member=member, now=now)
    assert not list(QuizAttempts.per_day(date(2026, 5, 1), timezone.localdate()))
