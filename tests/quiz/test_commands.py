"""What can be done from the command line: end a competition, make one of a whole province."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import boards, services
from quiz.errors import QuizError
from quiz.models import (
    Attempt,
    Competition,
    Question,
    QuestionBank,
    QuestionStatistic,
    Standing,
    UnionStanding,
)
from quiz.services import attempts, scale
from quiz.services.closing import CLOSED_EARLY
from tests.factories.quiz import (
    CompetitionFactory,
    answer_all,
    total_standings,
)
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Member, Union

pytestmark = pytest.mark.django_db


def run(*args):
    said = StringIO()
    call_command(*args, stdout=said)
    return said.getvalue()


def refused(*args):
    with pytest.raises(CommandError) as caught:
        run(*args)
    return str(caught.value)


def over(**kwargs):
    """A competition that closed an hour ago, after a freeze, with one attempt never handed in."""
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=3),
        freeze_at=now - timedelta(days=1),
        closes_at=now - timedelta(hours=1),
        **kwargs,
    )
    attempt = services.start_attempt(
        competition=competition, member=MemberFactory(), now=now - timedelta(hours=2)
    )
    answer_all(attempt, right=2, now=now - timedelta(hours=2))
    return competition


def test_closing_hands_in_what_is_open_and_makes_the_board_final():
    competition = over()
    said = run("close_competition", competition.slug)
    assert "1 份" in said
    assert "上榜 1 人" in said
    assert "最终名次已公布" in said
    competition.refresh_from_db()
    assert competition.thawed_at is not None
    assert [row.points for row in boards.top(competition, None)] == [20]


def test_closing_holds_few_attempts_at_once(monkeypatch):
    monkeypatch.setattr(attempts, "HAND_IN_CHUNK", 2)
    chunks, hand_in = [], attempts._hand_in
    monkeypatch.setattr(
        attempts, "_hand_in", lambda keys, now: chunks.append(len(keys)) or hand_in(keys, now)
    )
    competition = CompetitionFactory()
    for member in MemberFactory.create_batch(5):
        services.start_attempt(competition=competition, member=member)
    assert "5 份" in run("close_competition", competition.slug, "--now")
    assert chunks == [2, 2, 1]
    assert total_standings().count() == 5


def test_closing_twice_changes_nothing():
    competition = over()
    run("close_competition", competition.slug)
    before = list(Attempt.objects.values()), list(Competition.objects.values())
    assert "0 份" in run("close_competition", competition.slug)
    assert (list(Attempt.objects.values()), list(Competition.objects.values())) == before


def test_while_it_runs_closing_is_refused_and_nothing_changes():
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    assert "--now" in refused("close_competition", competition.slug)
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    assert not ModelLogEntry.objects.filter(action=CLOSED_EARLY).exists()


def test_within_the_grace_closing_waits():
    now = timezone.now()
    competition = CompetitionFactory(closes_at=now - timedelta(seconds=5), grace=60)
    assert "宽限" in refused("close_competition", competition.slug)


def test_closing_now_moves_the_close_and_the_log_says_from_when():
    competition = CompetitionFactory(freeze_at=timezone.now() + timedelta(days=2))
    before = competition.closes_at
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    answer_all(attempt, right=3)
    assert "已记入操作日志" in run("close_competition", competition.slug, "--now")
    competition.refresh_from_db()
    attempt.refresh_from_db()
    assert competition.closes_at <= timezone.now()
    assert attempt.points == 30
    assert total_standings().get().points == 30
    entry = ModelLogEntry.objects.get(action=CLOSED_EARLY)
    assert entry.data["from"] == before.isoformat()
    assert entry.object_id == str(competition.pk)


def test_nobody_starts_after_an_early_close():
    competition = CompetitionFactory()
    run("close_competition", competition.slug, "--now")
    competition.refresh_from_db()
    with pytest.raises(QuizError) as caught:
        services.start_attempt(competition=competition, member=MemberFactory())
    assert caught.value.code == "closed"


def test_what_has_not_opened_is_not_closed():
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2)
    )
    assert "还没有开始" in refused("close_competition", competition.slug, "--now")
    assert "没有网址名" in refused("close_competition", "nobody-made-this")


def test_a_province_is_made_shown_and_removed_again(client, monkeypatch):
    monkeypatch.setattr(scale, "CHUNK", 100)
    said = run("generate_quiz_scale", "--standings", "330", "--unions", "40", "--questions", "60")
    assert "成绩 330/330" in said
    competition = Competition.objects.get()
    assert "示例" in competition.title
    assert len(boards.top(competition, None)) == 50
    assert Union.find_problems() == ([], [], [], [], [])
    leaf = Union.objects.filter(code__startswith=scale.MARK, depth=3).first()
    assert leaf.get_root().level == Union.Level.PROVINCE
    counters = UnionStanding.objects.filter(competition=competition)
    assert sum(counters.values_list("participants", flat=True)) == 330
    assert client.get(competition.get_absolute_url()).status_code == 200
    member = Member.objects.filter(username__startswith=scale.MARK).first()
    assert boards.place_of(competition, member).row.rank >= 1
    services.start_attempt(competition=competition, member=MemberFactory(union=None))
    assert "先用 --remove" in refused("generate_quiz_scale", "--standings", "9")


def test_removing_leaves_only_what_was_there_before():
    UnionFactory()
    MemberFactory()
    models = (Union, Member, QuestionBank, Question, Competition, Standing, UnionStanding)
    before = [model.objects.count() for model in models]
    run("generate_quiz_scale", "--standings", "120", "--unions", "30", "--questions", "60")
    assert "120 条" in run("generate_quiz_scale", "--remove")
    assert [model.objects.count() for model in models] == before


def test_a_bank_is_made_and_removed_in_bulk():
    def sent(call, **kwargs):
        with CaptureQueriesContext(connection) as captured:
            call(**kwargs)
        return len(captured)

    def made_and_removed(count):
        made = sent(services.generate_scale, standings=3, unions=30, questions=count)
        assert Question.objects.drawable().count() == count
        version = Question.objects.drawable()[0].current
        QuestionStatistic.objects.create(
            version=version, asked=1, right=1, picks=[1], computed_at=timezone.now()
        )
        return made, sent(services.remove_scale)

    (made, removed), (made_more, removed_more) = made_and_removed(30), made_and_removed(240)
    assert made_more - made < 210 / 10  # SQLite takes so many values at once
    assert removed_more == removed


@pytest.mark.parametrize("questions", ["19", "20001"])
def test_a_bank_that_is_too_small_or_too_large_is_refused(questions):
    assert "题数" in refused("generate_quiz_scale", "--standings", "9", "--questions", questions)


def test_members_that_were_made_up_can_not_sign_in():
    services.generate_scale(standings=3, unions=30, questions=60)
    member = Member.objects.filter(username__startswith=scale.MARK).first()
    assert not member.has_usable_password()
