"""What the demo shows of competitions, without the thirty days of activity."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.demo.loading import aftermath, competitions, register, teams
from quiz import lottery
from quiz.boards import team_board
from quiz.models import (
    Appeal,
    Case,
    Certificate,
    Competition,
    Draw,
    Promotion,
    Question,
    QuestionImport,
    QuestionStatistic,
    Regrade,
    TeamMember,
    Ticket,
    Win,
)
from quiz.services import book_of
from tests.factories.media import SiteImageFactory
from unions.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    picture = SiteImageFactory()
    unions = register.load()
    banks, _questions = competitions.load_banks(lambda name, alt: picture)
    found = competitions.load(banks, unions)
    register.make_staff()
    aftermath.sit(found)
    teams.play(found)
    aftermath.load(found)
    return found


@pytest.fixture
def worker(loaded):
    return Member.objects.get(username="worker")


def test_competitions_are_shown_in_every_state(loaded):
    now = timezone.now()
    standings = {found.standing for found in Competition.objects.all()}
    assert standings == {"未开始", "进行中", "公示期", "最终名次"}
    levels = loaded["yitian-yiguan"].rounds.filter(opens_at__gt=now)
    assert levels.exists()
    assert loaded["yitian-yiguan"].catch_up
    assert Competition.objects.open_at(now).first() == loaded["banqian-shifenzhong"]


def test_the_worker_has_a_prize_claimed_and_one_to_claim_in_draws_that_anyone_checks(worker):
    wins = Win.objects.filter(ticket__member=worker, prize__isnull=False).order_by("pk")
    assert [win.claimed_at is not None for win in wins] == [True, False]
    assert wins[1].claim_until > timezone.now()
    drawn = Draw.objects.filter(state=Draw.State.DRAWN)
    assert len(drawn) == 2
    for draw in drawn:
        published = lottery.list_bytes(Ticket.objects.lines(draw))
        assert lottery.problems(draw.record(), published) == []
    assert Draw.objects.waiting(timezone.now()).count() == 1
    assert Draw.objects.filter(state=Draw.State.WITHDRAWN).count() == 1


def test_the_worker_has_a_certificate_and_a_book_of_wrong_answers(worker):
    certificate = Certificate.objects.of(worker).get()
    assert certificate.points == 50
    final = certificate.competition.objections_until
    assert final < certificate.issued_at < final + timedelta(days=1)
    assert book_of(member=worker).exists()
    levels = worker.attempts.filter(competition__slug="yitian-yiguan")
    assert levels.count() == 3


def test_what_takes_two_persons_waits_for_the_second(loaded):
    reviewer = Member.objects.get(username="reviewer")
    assert {case.state for case in Case.objects.all()} == set(Case.State)
    (waiting,) = Appeal.objects.waiting()
    assert waiting.attempt.voided_by != reviewer
    (asked,) = Regrade.objects.waiting()
    assert asked.requested_by != reviewer
    done = QuestionImport.objects.get()
    assert (done.state, done.created, done.skipped) == (QuestionImport.State.DONE, 3, 1)
    bank = done.bank
    assert Question.objects.publishable_by(reviewer, bank).count() == 3
    for right in ("quiz.change_question", "quiz.change_appeal", "quiz.change_regrade"):
        assert reviewer.has_perm(right)


def test_there_is_something_to_fill_in_a_picture_and_figures_of_questions(loaded):
    drawable = Question.objects.drawable().filter(bank=loaded["yitian-yiguan"].bank)
    assert drawable.filter(kind=Question.Kind.FILL).exists()
    assert drawable.filter(picture__isnull=False).exists()
    assert QuestionStatistic.objects.exists()


def test_who_went_on_from_the_first_round_played_the_final_in_a_team(loaded):
    competition = loaded["bingjian-dati"]
    assert competition.standing == "最终名次"
    went_on = set(Promotion.objects.filter(round__competition=competition).values_list("member"))
    assert len(went_on) == competition.rounds.get(number=1).promotes
    assert went_on == set(TeamMember.objects.filter(competition=competition).values_list("member"))
    board = team_board(competition.team_round, None, timezone.now())
    assert [row.rank for row in board] == [1, 2, 3, 4, 5]
    assert {row.size for row in board} == {3, 4}
    assert [row.name for row in board if row.finished < row.size] == ["轨道检修段队"]


def test_the_worker_finds_the_own_team_and_the_organiser_its_roster(worker, signed_in):
    address = reverse("quiz:leaderboard", args=["bingjian-dati"])
    page = signed_in(worker).get(address, {"scope": "team"}).content.decode()
    assert "港口集团队" in page
    assert "我的队" in page
    round = Competition.objects.get(slug="bingjian-dati").team_round
    staff = signed_in(Member.objects.get(username="organiser"))
    roster = staff.get(reverse("quiz_teams", args=[round.pk])).content.decode()
    for name in ("港口集团队", "青岚重工队", "轨道检修段队", "电力检修队", "新就业联合队"):
        assert name in roster
