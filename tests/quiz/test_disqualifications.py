"""A person taken out of a competition: nothing of theirs counts, nothing new begins; the appeal."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import boards, services
from quiz.models import (
    Appeal,
    Attempt,
    Case,
    Certificate,
    Competition,
    Disqualification,
    Round,
    Standing,
    TeamMember,
    Ticket,
)
from quiz.services import attempts as starting
from quiz.services.rounds import candidates
from tests.factories.quiz import (
    CompetitionFactory,
    DrawFactory,
    RoundFactory,
    TeamFactory,
    TeamRoundFactory,
    answer_all,
)
from tests.factories.unions import MemberFactory
from tests.quiz.test_voiding import handed_in, refused, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


def out(competition, member, staff, **more):
    return services.disqualify(
        competition=competition, member=member, reason="代人作答", by=staff, **more
    )


def closed(competition):
    Competition.objects.filter(pk=competition.pk).update(
        closes_at=timezone.now() - timedelta(hours=1)
    )
    competition.refresh_from_db()


def test_nothing_of_the_person_counts_and_lifting_gives_all_of_it_back(staff):
    competition, member = CompetitionFactory(), MemberFactory()
    handed_in(competition, right=1)
    without = table()
    for right in (2, 4, 3):
        handed_in(competition, member, right=right)
    before = table()
    found = out(competition, member, staff)
    assert table() == without
    assert found.attempts.count() == 3
    services.rebuild_standings(competition=competition)
    assert table() == without
    services.lift_disqualification(disqualification=found, reason="查明属实", by=staff)
    assert table() == before
    assert not Attempt.objects.filter(void_at__isnull=False).exists()


def test_who_is_out_begins_nothing_and_reads_why(staff, client, signed_in):
    competition = CompetitionFactory()
    out(competition, member := MemberFactory(), staff)
    refused("disqualified", services.start_attempt, competition=competition, member=member)
    signed_in(member)
    home = client.get(competition.get_absolute_url()).content.decode()
    assert "你的资格已取消" in home
    assert "代人作答" in home
    assert "开始答题" not in home
    page = client.post(reverse("quiz:start", args=[competition.slug]), follow=True)
    assert "资格已取消，不能再答" in page.content.decode()
    assert not Attempt.objects.exists()
    assert "你的资格已取消" in client.get(reverse("quiz:list")).content.decode()
    board = client.get(reverse("quiz:leaderboard", args=[competition.slug])).content.decode()
    assert "你的资格已取消，答卷不计入榜单" in board
    assert "交一次卷就有名次" not in board
    assert services.start_attempt(competition=competition, member=MemberFactory())
    elsewhere = CompetitionFactory()
    assert services.start_attempt(competition=elsewhere, member=member)


def test_an_open_attempt_is_handed_in_and_counts_nowhere(staff, client, signed_in):
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=(member := MemberFactory()))
    answer_all(attempt, right=4)
    out(competition, member, staff)
    signed_in(member)
    page = client.get(attempt.question_url(1), follow=True).content.decode()
    assert "你的资格已取消：代人作答" in page
    assert "提交申诉" not in page
    attempt.refresh_from_db()
    assert attempt.points == 40
    handed = attempt.submitted_at
    services.submit_attempt(attempt=attempt)
    attempt.refresh_from_db()
    assert attempt.submitted_at == handed
    assert not Standing.objects.exists()


def test_what_was_void_before_stays_so_and_is_not_given_back_meanwhile(staff, other):
    competition, member = CompetitionFactory(), MemberFactory()
    early = handed_in(competition, member, right=4)
    handed_in(competition, member, right=1)
    services.void_attempt(attempt=early, reason="两人同时作答", by=staff)
    pending = services.appeal(attempt=early, text="是我答的")
    found = out(competition, member, staff)
    refused("disqualified_still", services.restore_attempt, attempt=early, by=staff)
    accept = {"appeal": pending, "accepted": True, "answer": "属实", "by": other}
    refused("disqualified_still", services.decide_appeal, **accept)
    services.lift_disqualification(disqualification=found, reason="查明属实", by=staff)
    early.refresh_from_db()
    assert early.void_reason == "两人同时作答"
    assert Standing.objects.filter(board__day=None).get().points == 10
    services.decide_appeal(**accept)
    assert Standing.objects.filter(board__day=None).get().points == 40


def test_a_repeat_keeps_the_first_reason_and_each_decision_has_one_entry(staff):
    competition, member = CompetitionFactory(), MemberFactory()
    handed_in(competition, member)
    first = out(competition, member, staff)
    again = services.disqualify(competition=competition, member=member, reason="别的", by=staff)
    assert (again.pk, again.reason) == (first.pk, "代人作答")
    for _again in range(2):
        services.lift_disqualification(disqualification=first, reason="误判", by=staff)
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "quiz.attempt.void",
        "quiz.disqualification.impose",
        "quiz.attempt.restore",
        "quiz.disqualification.lift",
    ]
    assert out(competition, member, staff).pk != first.pk


def test_without_a_reason_nothing_happens(staff):
    competition, member = CompetitionFactory(), MemberFactory()
    call = {"competition": competition, "member": member, "by": staff}
    refused("no_reason", services.disqualify, reason=" ", **call)
    found = out(competition, member, staff)
    lift = {"disqualification": found, "by": staff}
    refused("no_reason", services.lift_disqualification, reason=" ", **lift)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disqualification.objects.create(
            competition=competition, member=member, reason="又一次", by=staff, at=timezone.now()
        )


def test_certificates_and_tickets_follow(staff, other):
    competition = CompetitionFactory(certificate_points=10, certificate_title="学法能手")
    member, honest = MemberFactory(), MemberFactory()
    for one in (member, honest):
        handed_in(competition, one)
    closed(competition)
    services.issue_certificates(competition=competition)
    found = out(competition, member, staff)
    services.follow_results()
    assert Certificate.objects.get(member=member).is_void
    draw = services.freeze_tickets(draw=DrawFactory(competition=competition), by=staff)
    assert list(Ticket.objects.filter(draw=draw).values_list("member", flat=True)) == [honest.pk]
    services.lift_disqualification(disqualification=found, reason="误判", by=other)
    services.follow_results()
    assert not Certificate.objects.get(member=member).is_void


def test_nothing_is_final_and_no_alternate_moves_up_while_the_appeal_waits(staff, other):
    competition, member = CompetitionFactory(), MemberFactory()
    handed_in(competition, member)
    closed(competition)
    found = out(competition, member, staff)
    appeal = services.appeal_disqualification(disqualification=found, text="是我自己答的")
    assert services.undecided(competition) == "appeal_pending"
    assert Appeal.objects.pending(competition).appellants() == {member.pk}
    services.decide_appeal(appeal=appeal, accepted=False, answer="不属实", by=other)
    assert services.undecided(competition) == ""


def test_who_is_out_goes_on_from_no_round(staff):
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - timedelta(days=2))
    first = RoundFactory(
        competition=competition, number=1, promotes=5,
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(hours=1),
    )  # fmt: skip
    member, honest = MemberFactory(), MemberFactory()
    for one in (member, honest):
        handed_in(competition, one)
    found = out(competition, member, staff)
    assert [best.member for best in candidates(round=first)] == [honest.pk]
    services.appeal_disqualification(disqualification=found, text="是我自己答的")
    assert services.undecided(competition, first) == "appeal_pending"


def test_who_is_out_adds_nothing_to_the_team(staff):
    competition = CompetitionFactory()
    final = TeamRoundFactory(competition=competition)
    TeamFactory(competition=competition, members=2)
    member, honest = (place.member for place in TeamMember.objects.order_by("pk"))
    for one in (member, honest):
        handed_in(competition, one, right=3)

    def points():
        (row,) = boards.team_board(Round.objects.of_teams().get(pk=final.pk), None, timezone.now())
        return row.points

    assert points() == 60
    out(competition, member, staff)
    assert points() == 30


def test_a_start_that_waits_finds_that_its_member_is_out_by_now(staff, monkeypatch):
    competition, member = CompetitionFactory(), MemberFactory()
    share = starting.share_dates

    def share_late(found):
        # What whoever held the competition until now has written.
        Disqualification.objects.create(
            competition=competition, member=member, reason="代人作答", by=staff, at=timezone.now()
        )
        share(found)

    monkeypatch.setattr(starting, "share_dates", share_late)
    refused("disqualified", services.start_attempt, competition=competition, member=member)
    assert not Attempt.objects.exists()


class TestOwnPage:
    def page(self, client, competition):
        return client.get(reverse("quiz:disqualification", args=[competition.slug]))

    def test_the_member_is_told_on_the_own_page_and_appeals_once(self, staff, client, signed_in):
        competition = CompetitionFactory(title="安全生产月")
        attempt = handed_in(competition, member := MemberFactory())
        out(competition, member, staff)
        signed_in(member)
        address = reverse("quiz:disqualification", args=[competition.slug])
        todo = BeautifulSoup(client.get("/me/").content, "html.parser").select_one(
            f'.todo a[href="{address}"]'
        )
        assert "取消资格：安全生产月" in todo.text
        assert "可以申诉" in todo.text
        result = client.get(attempt.get_absolute_url()).content.decode()
        assert "你的资格已取消：代人作答" in result
        assert address in result
        assert "代人作答" in client.get(address).content.decode()
        response = client.post(address, {"text": " "})
        assert response.status_code == 422
        assert "请写明理由" in response.content.decode()
        page = client.post(address, {"text": "是我自己答的"}, follow=True).content.decode()
        assert "申诉已提交" in page
        assert "还在处理" in page
        assert "提交申诉</button>" not in page
        response = client.post(address, {"text": "再说一次"})
        assert "已经申诉过" in response.content.decode()
        assert Appeal.objects.get().text == "是我自己答的"
        assert "申诉在处理" in client.get("/me/").content.decode()

    def test_a_single_attempt_that_went_with_the_whole_is_not_appealed_by_itself(self, staff):
        attempt = handed_in(CompetitionFactory())
        out(attempt.competition, attempt.member, staff)
        refused("appeal_whole", services.appeal, attempt=attempt, text="为什么")

    def test_it_exists_for_nobody_else(self, staff, client, signed_in):
        competition = CompetitionFactory()
        out(competition, MemberFactory(), staff)
        signed_in(MemberFactory())
        assert self.page(client, competition).status_code == 404
        address = reverse("quiz:disqualification", args=[competition.slug])
        assert client.post(address, {"text": "替他说"}).status_code == 404
        client.logout()
        assert self.page(client, competition).url.startswith(reverse("account_login"))

    def test_what_was_lifted_and_imposed_again_is_appealed_anew(
        self, staff, other, client, signed_in
    ):
        competition, member = CompetitionFactory(), MemberFactory()
        first = out(competition, member, staff)
        appeal = services.appeal_disqualification(disqualification=first, text="第一次")
        services.decide_appeal(appeal=appeal, accepted=True, answer="属实", by=other)
        refused(
            "not_disqualified",
            services.appeal_disqualification, disqualification=first, text="再说",
        )  # fmt: skip
        out(competition, member, staff)
        signed_in(member)
        page = self.page(client, competition).content.decode()
        assert "第一次" in page
        assert "提交申诉</button>" in page

    def test_the_home_page_after_the_close_still_leads_there(self, staff, client, signed_in):
        competition, member = CompetitionFactory(), MemberFactory()
        out(competition, member, staff)
        closed(competition)
        signed_in(member)
        home = client.get(competition.get_absolute_url()).content.decode()
        assert reverse("quiz:disqualification", args=[competition.slug]) in home


class TestStaff:
    def test_it_is_imposed_from_the_attempt_and_lifted_by_another_who_accepts(
        self, staff, other, client, signed_in
    ):
        competition = CompetitionFactory()
        attempt = handed_in(competition, member := MemberFactory(display_name="欧阳小雪"))
        services.start_attempt(competition=competition, member=member)
        signed_in(staff)
        confirm = reverse("attempt:disqualify", args=[attempt.pk])
        desk = reverse("attempt:edit", args=[attempt.pk])
        assert confirm in client.get(desk).content.decode()
        page = client.get(confirm).content.decode()
        assert "欧阳小雪" in page
        assert "1 份答卷全部取消成绩" in page
        assert "有一份还没交的答卷" in page
        response = client.post(confirm, {"reason": " "})
        assert response.status_code == 422
        assert "请写明原因" in response.content.decode()
        assert not Disqualification.objects.exists()
        response = client.post(confirm, {"reason": "代人作答"}, follow=True)
        found = Disqualification.objects.get()
        assert response.redirect_chain[0][0] == reverse("disqualification:edit", args=[found.pk])
        assert "代人作答" in response.content.decode()
        assert client.get(confirm).url == reverse("disqualification:edit", args=[found.pk])
        page = client.get(desk).content.decode()
        assert "本人在这场竞赛的资格已取消" in page
        assert confirm not in page
        listed = client.get(reverse("disqualification:index")).content.decode()
        assert "欧阳小雪" in listed
        assert "资格已取消" in listed
        appeal = services.appeal_disqualification(disqualification=found, text="是我自己答的")
        assert "欧阳小雪" in client.get(reverse("appeal:index")).content.decode()
        answer = {"accepted": "yes", "answer": "查明属实"}
        answering = reverse("appeal:edit", args=[appeal.pk])
        page = client.get(answering).content.decode()
        assert "资格是你取消的，申诉要由另一个人答复" in page
        assert 'name="answer"' not in page
        assert "不能是同一个人" in client.post(answering, answer).content.decode()
        signed_in(other)
        page = client.get(answering).content.decode()
        assert "代人作答" in page
        assert 'name="answer"' in page
        assert client.post(answering, answer).status_code == 302
        found.refresh_from_db()
        assert (found.lifted_reason, found.lifted_by) == ("查明属实", other)
        assert Standing.objects.filter(member=member).exists()

    def test_staff_lift_it_with_a_reason(self, staff, client, signed_in):
        found = out(CompetitionFactory(), MemberFactory(), staff)
        signed_in(staff)
        desk = reverse("disqualification:edit", args=[found.pk])
        assert client.post(desk, {"reason": ""}).status_code == 422
        assert client.post(desk, {"reason": "认错了人"}).status_code == 302
        found.refresh_from_db()
        assert not found.stands
        history = reverse("disqualification:history", args=[found.pk])
        assert "恢复了资格" in client.get(history).content.decode()

    def test_a_single_result_is_not_given_back_meanwhile(self, staff, client, signed_in):
        attempt = handed_in(CompetitionFactory())
        out(attempt.competition, attempt.member, staff)
        signed_in(staff)
        response = client.post(reverse("attempt:restore", args=[attempt.pk]))
        assert response.status_code == 422
        assert "恢复资格以后才能恢复" in response.content.decode()

    def test_a_case_leads_there_until_it_is_done(self, staff, client, signed_in):
        attempt = handed_in(CompetitionFactory())
        case = Case.objects.create(
            competition=attempt.competition, day=attempt.day, signal=Case.Signal.PACE, key="1",
            evidence={"seconds_per_question": 0.4, "replies": 5, "elapsed": 2},
            created_at=timezone.now(),
        )  # fmt: skip
        case.attempts.add(attempt)
        signed_in(staff)
        desk = reverse("case:edit", args=[case.pk])
        confirm = reverse("attempt:disqualify", args=[attempt.pk])
        assert confirm in client.get(desk).content.decode()
        out(attempt.competition, attempt.member, staff)
        page = client.get(desk).content.decode()
        assert confirm not in page
        assert "资格已取消" in page

    def test_without_permission_nobody_is_taken_out(self, client, signed_in):
        attempt = handed_in(CompetitionFactory())
        signed_in(MemberFactory())
        client.post(reverse("attempt:disqualify", args=[attempt.pk]), {"reason": "代答"})
        assert not Disqualification.objects.exists()

    def test_the_list_asks_no_more_queries_with_more_rows(
        self, staff, client, signed_in, count_queries
    ):
        signed_in(staff)
        out(CompetitionFactory(), MemberFactory(), staff)
        index = reverse("disqualification:index")
        few = count_queries(lambda: client.get(index))
        for _each in range(3):
            out(CompetitionFactory(), MemberFactory(), staff)
        assert count_queries(lambda: client.get(index)) == few
