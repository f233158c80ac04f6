"""Factories of competitions."""

from datetime import timedelta

import factory
from django.utils import timezone

from quiz import lottery, services
from quiz.models import (
    Board,
    Certificate,
    Competition,
    Draw,
    DrawPrize,
    PaperRule,
    Question,
    QuestionBank,
    Round,
    Standing,
    Team,
    TeamMember,
    Ticket,
    Win,
)
from tests.factories.unions import MemberFactory, UnionFactory


class QuestionBankFactory(factory.django.DjangoModelFactory):
    """A bank; `questions=` so many published single-choice questions whose right one is first."""

    class Meta:
        model = QuestionBank
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"题库{n}")

    @factory.post_generation
    def questions(self, create, extracted, **kwargs):
        if extracted:
            drafts = [draft(number, **kwargs) for number in range(extracted)]
            services.create_questions(bank=self, drafts=drafts)
            self.refresh_from_db()


class CompetitionFactory(factory.django.DjangoModelFactory):
    """An open competition on a bank of twelve; `draw=` questions a paper (default 4)."""

    class Meta:
        model = Competition
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"competition-{n}")
    title = factory.Sequence(lambda n: f"知识竞赛{n}")
    bank = factory.SubFactory(QuestionBankFactory, questions=12)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    published = True

    @factory.post_generation
    def draw(self, create, extracted, **kwargs):
        PaperRule.objects.create(competition=self, count=4 if extracted is None else extracted)


class RoundFactory(factory.django.DjangoModelFactory):
    """A round that is open today; `days=` moves its window of one day, `draw=` gives own rules."""

    class Meta:
        model = Round
        skip_postgeneration_save = True

    class Params:
        days = 0

    competition = factory.SubFactory(CompetitionFactory)
    number = factory.LazyAttribute(lambda made: made.competition.rounds.count() + 1)
    opens_at = factory.LazyAttribute(
        lambda made: timezone.now() + timedelta(days=made.days, hours=-1)
    )
    closes_at = factory.LazyAttribute(
        lambda made: timezone.now() + timedelta(days=made.days, hours=23)
    )

    @factory.post_generation
    def draw(self, create, extracted, **kwargs):
        if extracted is not None:
            PaperRule.objects.create(round=self, count=extracted)


class TeamRoundFactory(RoundFactory):
    """A round for teams of one to five, all of whom count."""

    title = "团体决赛"
    for_teams = True
    team_least = 1
    team_most = 5


class TeamFactory(factory.django.DjangoModelFactory):
    """A team; `members=` so many fresh members of its union, the first of them the captain."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    competition = factory.SubFactory(CompetitionFactory)
    union = factory.SubFactory(UnionFactory)
    name = factory.Sequence(lambda n: f"参赛{n}队")

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        for place in range(extracted or 0):
            TeamMember.objects.create(
                team=self,
                competition=self.competition,
                member=MemberFactory(union=self.union),
                is_captain=place == 0,
            )


class CertificateFactory(factory.django.DjangoModelFactory):
    """A certificate of its own competition, as if it had been issued now."""

    class Meta:
        model = Certificate

    competition = factory.SubFactory(CompetitionFactory)
    member = factory.SubFactory(MemberFactory)
    name = factory.LazyAttribute(lambda found: found.member.display_name)
    title = "优秀学习证书"
    competition_title = factory.LazyAttribute(lambda found: found.competition.title)
    points = 40
    rank = 1
    issued_at = factory.LazyFunction(timezone.now)


def make_question(bank, *, number=0, **kwargs):
    """A published question of `bank`; see `draft`."""
    return services.create_questions(bank=bank, drafts=[draft(number, **kwargs)])[0]


def draft(number, *, right=(0,), options=4, **fields):
    """A published question to be; the options at the places `right` are right."""
    fields = {
        "kind": Question.Kind.SINGLE,
        "category": "工会法",
        "stem": f"第{number}问的题干？",
        "explanation": f"第{number}问的解析。",
        "source_law": "工会法",
        "source_article": "第三条",
        "state": Question.State.PUBLISHED,
        **fields,
    }
    texts = [(f"第{number}问选项{place}", place in right) for place in range(options)]
    return services.QuestionDraft(fields, texts)


def ids_of(attempt, number, *, right):
    """The option ids of question `number` that are right, or those that are wrong."""
    item = attempt.drawn().items[number - 1]
    return [name for name, place in item.options if (place == 0) is right]


def answer_all(attempt, *, right, now=None):
    """Answer the first `right` questions right and the others wrong."""
    services.save_answers(
        attempt=attempt,
        answers=[
            services.Answer(number, tuple(ids_of(attempt, number, right=number <= right)[:1]), 1)
            for number in range(1, len(attempt.paper) + 1)
        ],
        now=now,
    )


class DrawFactory(factory.django.DjangoModelFactory):
    """An announced draw with one prize for `winners=` (default 2)."""

    class Meta:
        model = Draw
        skip_postgeneration_save = True

    competition = factory.SubFactory(CompetitionFactory)
    title = factory.Sequence(lambda n: f"抽奖{n}")
    named_value = "某彩票第 2026001 期开奖号码，从小到大，用空格隔开"
    secret = "5e" * 32
    secret_hash = lottery.hash_of_secret("5e" * 32)
    salt = "a1" * 32
    announced_at = factory.LazyFunction(timezone.now)
    value_due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    claim_place = "工人文化宫一楼服务台，工作日 9:00—17:00，带身份证"

    @factory.post_generation
    def winners(self, create, extracted, **kwargs):
        DrawPrize.objects.create(draw=self, place=1, name="一等奖", count=extracted or 2)


def value_comes(draw):
    """The public value of `draw`, if it is frozen, comes into being: a minute after the freeze."""
    now = timezone.now()
    frozen_at = now - timedelta(minutes=1)
    found = Draw.objects.filter(pk=draw.pk, state=Draw.State.FROZEN)
    found.update(frozen_at=frozen_at, value_due_at=now)
    draw.refresh_from_db()
    return draw


def drawn_draw(competition, member):
    """A finished draw of an open competition that `member` alone entered and won."""
    draw = DrawFactory(competition=competition, winners=1)
    code = lottery.ticket_code(draw.salt, member.pk)
    ticket = Ticket.objects.create(draw=draw, number=1, member=member, code=code)
    now = timezone.now()
    Draw.objects.filter(pk=draw.pk).update(
        state=Draw.State.DRAWN,
        list_hash=lottery.hash_of(lottery.list_bytes([(1, code)])),
        ticket_count=1,
        public_value="1 2 3",
        frozen_at=now - timedelta(minutes=1),
        value_due_at=now,
        drawn_at=now,
    )
    Win.objects.create(
        draw=draw,
        place=1,
        ticket=ticket,
        prize=draw.prizes.get(),
        claim_until=now + timedelta(days=30),
    )
    draw.refresh_from_db()
    return draw


def total_standings():
    """Who stands on the total boards, once what is pending is folded in."""
    services.fold_changes()
    return Standing.objects.filter(board__kind=Board.Kind.TOTAL)
