"""Nothing final is made of results that may still change."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Case, Certificate, Draw, Ticket
from tests.factories.quiz import CompetitionFactory, DrawFactory, answer_all
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def over():
    """A settled competition with certificates, in which two took part."""
    competition = CompetitionFactory(certificate_points=10, certificate_title="优秀学习证书")
    for _each in range(2):
        attempt = services.start_attempt(competition=competition, member=MemberFactory())
        answer_all(attempt, right=2)
        services.submit_attempt(attempt=attempt)
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()
    return competition


def regrade(competition, staff, other):
    """A correction that waits; returns how it gets done."""
    question = competition.bank.questions.first()
    found = services.correct_key(question=question, key=[1], rule="new", reason="勘误", by=staff)

    def settle():
        services.confirm_regrade(regrade=found, by=other)
        with pytest.raises(QuizError, match="regrade_pending"):  # confirmed, not run yet
            services.issue_certificates(competition=competition)
        services.run_regrades()

    return settle


def appeal(competition, staff, other):
    attempt = Attempt.objects.first()
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    found = services.appeal(attempt=attempt, text="是我答的")
    return lambda: services.decide_appeal(appeal=found, accepted=True, answer="属实", by=other)


def case(competition, staff, other):
    now = timezone.now()
    found = Case.objects.create(
        competition=competition, signal="pace", day=now.date(), key="1", created_at=now
    )
    return lambda: services.decide_case(case=found, upheld=False, note="题短", by=staff)


@pytest.mark.parametrize("open_matter", [regrade, appeal, case])
def test_certificates_and_tickets_wait_for_what_is_undecided(over, staff, other, open_matter):
    draw = DrawFactory(competition=over)
    settle = open_matter(over, staff, other)
    code = f"{open_matter.__name__}_pending"
    with pytest.raises(QuizError, match=code):
        services.freeze_tickets(draw=draw, by=staff)
    with pytest.raises(QuizError, match=code):
        services.issue_certificates(competition=over)
    assert services.issue_due_certificates() == 0
    assert not Certificate.objects.exists()
    assert not Ticket.objects.exists()
    settle()
    assert services.issue_due_certificates() == Certificate.objects.count() > 0
    assert services.freeze_tickets(draw=draw, by=staff).state == Draw.State.FROZEN


@pytest.mark.parametrize("open_matter", [regrade, appeal, case])
def test_a_matter_of_another_competition_holds_nothing_back(over, staff, other, open_matter):
    elsewhere = CompetitionFactory()
    attempt = services.start_attempt(competition=elsewhere, member=MemberFactory())
    services.submit_attempt(attempt=attempt)
    if open_matter is appeal:
        services.void_attempt(attempt=attempt, reason="代答", by=staff)
        services.appeal(attempt=attempt, text="是我答的")
    else:
        open_matter(elsewhere, staff, other)
    assert services.issue_due_certificates() == 2


def test_staff_read_what_the_certificates_wait_for(over, staff, other, client, signed_in):
    settle = case(over, staff, other)
    signed_in(staff)
    report = reverse("quiz_staff_report", args=[over.slug])
    assert "还有核查单没有处理" in client.get(report).content.decode()
    settle()
    assert "证书还没有发" not in client.get(report).content.decode()
