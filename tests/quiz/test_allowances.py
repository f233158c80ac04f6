"""More time for those to whom it was granted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quiz import services
from quiz.models import Allowance
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted():
    return Allowance.objects.create(
        competition=CompetitionFactory(seconds=900),
        member=MemberFactory(),
        extra_seconds=900,
        reason="视力障碍",
        granted_by=MemberFactory(),
    )


def test_the_time_granted_is_added_for_that_member_in_that_competition(granted):
    competition = granted.competition
    attempt = services.start_attempt(competition=competition, member=granted.member)
    assert attempt.deadline - attempt.started_at == timedelta(minutes=30)
    for other in (
        services.start_attempt(competition=competition, member=MemberFactory()),
        services.start_attempt(competition=CompetitionFactory(), member=granted.member),
    ):
        assert other.deadline - other.started_at == timedelta(minutes=15)


def test_more_time_does_not_outlast_the_close(granted):
    competition = granted.competition
    now = competition.closes_at - timedelta(minutes=20)
    attempt = services.start_attempt(competition=competition, member=granted.member, now=now)
    assert attempt.deadline == competition.closes_at


def test_the_member_reads_the_own_time_and_nobody_the_reason(signed_in, client, granted):
    address = granted.competition.get_absolute_url()
    signed_in(granted.member)
    page = client.get(address).content.decode()
    assert "你的时间：30 分钟（含延长）" in page
    assert "视力障碍" not in page
    signed_in(MemberFactory())
    assert "含延长" not in client.get(address).content.decode()


def test_there_is_one_allowance_each(granted):
    with pytest.raises(IntegrityError), transaction.atomic():
        Allowance.objects.create(
            competition=granted.competition,
            member=granted.member,
            extra_seconds=60,
            reason="又一次",
            granted_by=granted.granted_by,
        )
