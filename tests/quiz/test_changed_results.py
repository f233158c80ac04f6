"""Certificates follow results that change after they were issued."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services, tasks
from quiz.models import Attempt, Certificate, ChangedResult
from quiz.services import certificates as module
from tests.factories.quiz import CertificateFactory, CompetitionFactory, QuestionBankFactory
from tests.factories.unions import MemberFactory
from tests.quiz.test_certificates import close, handed_in
from tests.quiz.test_races import at_once
from tests.quiz.test_regrades import corrected
from tests.quiz.test_regrades import handed_in as chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def competition():
    """Every paper holds all four questions; thirty points make a certificate."""
    bank = QuestionBankFactory(questions=4)
    return CompetitionFactory(
        bank=bank, draw=4, certificate_points=30, certificate_title="优秀学习证书"
    )


def certified(competition, *rights):
    """Close it and issue; the members who had so many right."""
    members = [handed_in(competition, right=right) for right in rights]
    close(competition)
    services.issue_certificates(competition=competition)
    return members


def voided(member, staff):
    return services.void_attempt(attempt=member.attempts.get(), reason="代答", by=staff)


def checked(client, certificate):
    return client.get(certificate.check_url()).content.decode()


def test_who_is_disqualified_later_has_no_valid_certificate(client, competition, staff):
    member, stays = certified(competition, 4, 3)
    found = Certificate.objects.get(member=member)
    assert "证书有效" in checked(client, found)
    voided(member, staff)
    tasks.issue_certificates.delay()
    body = checked(client, found)
    assert "证书已作废" in body
    assert "不再达到证书分数线" in body
    assert Certificate.objects.valid().get().member == stays
    assert ModelLogEntry.objects.filter(action="quiz.certificate.void").count() == 1
    assert not ChangedResult.objects.exists()


def test_an_accepted_appeal_brings_the_certificate_back_with_today_s_rank(
    client, competition, staff, other
):
    first, second = certified(competition, 4, 3)
    attempt = voided(second, staff)
    services.follow_results()
    voided(first, staff)
    appeal = services.appeal(attempt=attempt, text="本人作答")
    services.decide_appeal(appeal=appeal, accepted=True, answer="属实", by=other)
    assert services.follow_results() == 2
    found = Certificate.objects.valid().get()
    assert (found.member, found.points, found.rank) == (second, 30, 1)
    assert "证书有效" in checked(client, found)


def test_who_was_without_a_result_gets_one_after_the_appeal(competition, staff, other):
    member = handed_in(competition, right=4)
    attempt = voided(member, staff)
    certified(competition, 3)
    assert not Certificate.objects.filter(member=member).exists()
    appeal = services.appeal(attempt=attempt, text="本人作答")
    assert services.follow_results() == 0
    services.decide_appeal(appeal=appeal, accepted=True, answer="属实", by=other)
    assert services.follow_results() == 1
    found = Certificate.objects.get(member=member)
    assert (found.points, found.rank) == (40, 1)


def test_a_corrected_key_gives_certificates_and_takes_them(competition, staff, other):
    competition.certificate_points = 40
    question = competition.bank.questions.first()
    falls, rises, stays_out = (chosen(competition, question, place).member for place in (0, 1, 2))
    close(competition)
    services.issue_certificates(competition=competition)
    assert Certificate.objects.get().member == falls
    corrected(question, staff, other)
    services.run_regrades()
    assert services.follow_results() == 2
    assert Certificate.objects.valid().get().member == rises
    assert Certificate.objects.get(member=falls).lapsed
    assert not Certificate.objects.filter(member=stays_out).exists()


def test_a_new_certificate_waits_for_what_is_undecided_and_a_lapsed_one_does_not(
    competition, staff, other
):
    waits, falls = (handed_in(competition, right=4) for _each in range(2))
    attempt = voided(waits, staff)
    certified(competition, 3)
    services.restore_attempt(attempt=attempt, by=staff)
    pending = services.appeal(attempt=voided(falls, staff), text="本人作答")
    assert services.follow_results() == 1
    assert Certificate.objects.get(member=falls).is_void
    assert not Certificate.objects.filter(member=waits).exists()
    services.decide_appeal(appeal=pending, accepted=False, answer="不属实", by=other)
    assert services.follow_results() == 1
    assert not Certificate.objects.get(member=waits).is_void


def test_what_was_declared_void_by_hand_does_not_come_back(client, signed_in, competition, staff):
    member, lapses = certified(competition, 4, 4)
    services.void_certificate(certificate=Certificate.objects.get(member=member), reason="冒名")
    attempts = [voided(each, staff) for each in (member, lapses)]
    services.follow_results()
    found = Certificate.objects.get(member=lapses)
    signed_in(staff)
    desk = reverse("certificate:edit", args=[found.pk])
    assert "自动恢复" in client.get(desk).content.decode()
    assert client.post(desk, {"reason": "冒名"}).status_code == 302
    for attempt in attempts:
        services.restore_attempt(attempt=attempt, by=staff)
    assert services.follow_results() == 0
    assert not Certificate.objects.valid().exists()
    assert set(Certificate.objects.values_list("void_reason", flat=True)) == {"冒名"}


def test_a_result_that_still_reaches_the_level_changes_nothing(competition, staff):
    (member,) = certified(competition, 4)
    before = list(Certificate.objects.values())
    Attempt.objects.filter(member=member).update(points=30)
    services.recount_member(competition=competition, member_id=member.pk)
    assert ChangedResult.objects.count() == 1
    assert services.follow_results() == 0
    assert list(Certificate.objects.values()) == before
    assert not ChangedResult.objects.exists()


def test_what_changes_before_the_issuing_waits_for_it(competition, staff):
    member = handed_in(competition, right=4)
    close(competition)
    voided(member, staff)
    assert services.follow_results() == 0
    assert ChangedResult.objects.count() == 1
    services.issue_certificates(competition=competition)
    services.follow_results()
    assert not Certificate.objects.exists()
    assert not ChangedResult.objects.exists()


def test_the_queries_do_not_grow_with_the_results_that_changed_nothing(
    competition, staff, count_queries
):
    members = certified(competition, *[4] * 12)

    def changed(some):
        for member in some:
            services.recount_member(competition=competition, member_id=member.pk)
        return count_queries(services.follow_results)

    assert changed(members[:2]) == changed(members)


def test_the_database_takes_no_lapsed_certificate_that_is_valid():
    found = CertificateFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=found.pk).update(lapsed=True)


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_issue_one_certificate(competition, staff):
    member = handed_in(competition, right=4)
    attempt = voided(member, staff)
    certified(competition, 3)
    services.restore_attempt(attempt=attempt, by=staff)
    found = at_once(lambda _n: services.follow_results(now=timezone.now()), range(4))
    assert sorted(found) == [0, 0, 0, 1]
    assert Certificate.objects.filter(member=member).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_killed_is_done_again(competition, staff, monkeypatch):
    members = certified(competition, 4, 4, 4)
    for member in members:
        voided(member, staff)
    monkeypatch.setattr(module, "CHUNK", 1)
    lapse, left = module._lapse, iter(range(1))

    class Killed(BaseException):
        """As a worker that is gone."""

    def killed(*args):
        if next(left, None) is None:
            raise Killed
        lapse(*args)

    monkeypatch.setattr(module, "_lapse", killed)
    with pytest.raises(Killed):
        services.follow_results()
    assert Certificate.objects.valid().count() == 2
    monkeypatch.setattr(module, "_lapse", lapse)
    assert services.follow_results(now=timezone.now() + timedelta(minutes=1)) == 2
    assert not Certificate.objects.valid().exists()
