"""Nothing that leaves the server before the close depends on the key.

The same attempt is sat in two worlds that differ in nothing but their secrets: which options are
right, and what explains it. Whoever sees every response can't tell the one from the other.
"""

import json
import random
import re
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quiz import boards, services
from quiz.errors import QuizError
from quiz.evidence import sheet_of_replies
from quiz.models import Attempt, PaperRule, Question
from quiz.notices import drafted
from quiz.secrecy import may_change_pool, may_show_key
from quiz.services import attempts as module
from quiz.sheet import Sheet
from search import services as search
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, draft
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db

NOON = "2026-04-23 12:00+08:00"
CHANGING = [
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "REQUEST"),
    (re.compile(r"\b\d{6}-[0-9A-F]{8}\b"), "REFERENCE"),
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), "TOKEN"),
    (re.compile(r"'nonce-[^']+'"), "NONCE"),
    (re.compile(r"试卷指纹 [0-9a-f]+"), "HASH"),  # of a paper that names rows of the database
]
KNOWN_FIELDS = {
    *("saved", "seconds_left", "question", "sequence", "options", "at"),
    *("code", "message_zh", "retryable", "request_id"),
    *("suggestions", "text", "typed", "label", "url"),
}
TELLTALE = re.compile(r"is_right|is-right|correct|data-key|\"key\"|explanation|正确答案")


@dataclass(frozen=True)
class Secrets:
    """What only the keepers of the bank may know while a competition runs."""

    right: int
    explanation: str
    law: str
    article: str


WORLDS = [
    Secrets(0, "甲世界里这样解释这一题", "甲世界安全法", "第八十八条"),
    Secrets(2, "乙世界里那样解释", "乙世界劳动法", "第九十九条第二款"),
]


def make_world(secrets):
    bank = QuestionBankFactory(name="保密题库")
    kinds = [Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.BOOLEAN]
    drafts = []
    for number in range(12):
        kind = kinds[number % 3]
        options = 2 if kind == Question.Kind.BOOLEAN else 4
        right = {
            Question.Kind.SINGLE: (secrets.right,),
            Question.Kind.MULTIPLE: (secrets.right, secrets.right + 1),
            Question.Kind.BOOLEAN: (secrets.right // 2,),
        }[kind]
        drafts.append(
            draft(
                number,
                kind=kind,
                category=str(kind.label),
                right=right,
                options=options,
                explanation=f"{secrets.explanation}{number}",
                source_law=secrets.law,
                source_article=secrets.article,
            )
        )
    services.create_questions(bank=bank, drafts=drafts)
    bank.refresh_from_db()
    competition = CompetitionFactory(slug="secret", title="保密竞赛", bank=bank)
    competition.rules.all().delete()
    for kind in kinds:
        PaperRule.objects.create(competition=competition, category=str(kind.label), count=2)
    return competition


class Crawl:
    """One member's attempt with everything that can be asked meanwhile; keeps every response."""

    def __init__(self, client, competition):
        self.client, self.competition = client, competition
        self.seen = []
        self.attempt = self.handed_in = None

    def get(self, path, **kwargs):
        return self._keep(f"GET {path}", self.client.get(path, **kwargs))

    def post(self, path, body=None, **kwargs):
        return self._keep(f"POST {path} {body}", self.client.post(path, body, **kwargs))

    def send(self, body, name="answers"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.post(self.address(name), raw, content_type="application/json")

    def address(self, name, *args):
        parts = [self.competition.slug] + ([self.attempt.uuid] if self.attempt else [])
        return reverse(f"quiz:{name}", args=[*parts, *args])

    def _keep(self, name, response):
        content = response.content
        if response.get("Content-Type", "").startswith("application/vnd"):
            with zipfile.ZipFile(BytesIO(content)) as packed:
                content = b"".join(packed.read(part) for part in packed.namelist())
        headers = "\n".join(f"{key}: {value}" for key, value in sorted(response.items()))
        cookies = " ".join(sorted(response.cookies))
        text = "\n".join(
            [name, str(response.status_code), headers, cookies, content.decode("utf-8")]
        )
        for pattern, name in CHANGING:
            text = pattern.sub(name, text)
        self.seen.append(text)
        return response

    def round_the_site(self):
        """What anyone may look at, and what the site's search knows of the questions."""
        slug = self.competition.slug
        for path in (
            "/competitions/",
            f"/competitions/{slug}/",
            f"/competitions/{slug}/rules/",
            f"/competitions/{slug}/leaderboard/",
            f"/competitions/{slug}/leaderboard/?scope=union",
            f"/competitions/{slug}/leaderboard.xlsx",
            "/competitions/mine/attempts/",
            "/me/",
        ):
            self.get(path)

    def ask_the_search(self):
        words = ["第3问的题干", "第3问选项0", "保密竞赛", "保密题库"]
        for secrets in WORLDS:
            words += [secrets.explanation, secrets.law, secrets.article]
        for typed in words:
            self.get("/search/", query_params={"q": typed})
            self.get("/search/suggest/", query_params={"q": typed[:4]})

    def begin(self):
        self.post(reverse("quiz:start", args=[self.competition.slug]))
        self.attempt = Attempt.objects.unfinished().get()

    def answer_everything(self):
        """Try every option of every question, then keep one that is right in one world only."""
        for number, item in enumerate(self.attempt.drawn().items, start=1):
            address = self.attempt.question_url(number)
            self.get(address)
            for sequence, (name, _place) in enumerate(item.options, start=1):
                self.send({"question": number, "sequence": sequence, "options": [name]})
                self.get(address)
                self.post(address, {"option": name, "go": str(number)})
            self.keep(number, self.choice(number), 90)
            self.get(address)

    def choice(self, number):
        """The key of one world for half of each kind, that of the other for the rest."""
        item = self.attempt.drawn().items[number - 1]
        kinds = self.kinds()
        before = kinds[: number - 1].count(kinds[number - 1])
        right = WORLDS[before % 2].right
        places = {"single": [right], "multiple": [right, right + 1], "boolean": [right // 2]}
        return [name for name, place in item.options if place in places[kinds[number - 1]]]

    def kinds(self):
        bank = self.competition.bank
        found = module.contents_of(bank, self.attempt.drawn().versions)
        return [content["kind"] for content in found]

    def keep(self, number, options, sequence, name="answers"):
        return self.send({"question": number, "sequence": sequence, "options": options}, name)

    def be_refused(self):
        """Every way in which a reply is not taken."""
        number = self.kinds().index("single") + 1
        names = [name for name, _place in self.attempt.drawn().items[number - 1].options]
        other = next(name for name in names if name not in self.choice(number))
        good = {"question": number, "sequence": 91, "options": names[:1]}
        codes = [
            self.send(good | changes).json()["code"]
            for changes in (
                {"sequence": 1, "options": [other]},
                {"options": ["zzzzzz"]},
                {"options": names[:2]},
                {"question": 999},
                {"question": "x"},
                {"right": True},
            )
        ]
        codes += [self.send(raw).json()["code"] for raw in (b"{", b"[1]", b'{"a": NaN}')]
        batch = {"answers": [good, good | {"question": 999}]}
        codes.append(self.send(batch, "answers_batch").json()["code"])
        address = self.attempt.question_url(number)
        for form in ({"option": names[:2]}, {"option": "zzzzzz"}, {"option": names[0], "key": 1}):
            self.post(address, form)
        self.get(address.replace(f"/q/{number}/", "/q/999/"))
        own, self.client = self.client, Client()
        codes.append(self.send(good).json()["code"])
        self.get(address)
        self.client = own
        return codes

    def hand_in(self):
        self.get(self.address("submit"))
        self.post(self.address("submit"))
        self.get(self.address("result"))
        self.handed_in = self.attempt
        return self.send({"question": 1, "sequence": 99, "options": []}).json()["code"]

    def come_too_late(self):
        """A second attempt whose time is over before anything is saved."""
        self.attempt = None
        self.begin()
        now = timezone.now()
        Attempt.objects.filter(pk=self.attempt.pk).update(
            started_at=now - timedelta(hours=2),
            deadline=now - timedelta(hours=1),
            accepts_until=now - timedelta(hours=1),
        )
        code = self.send({"question": 1, "sequence": 1, "options": []}).json()["code"]
        self.get(self.attempt.question_url(1))
        self.get(self.address("result"))
        return code

    def have_a_key_corrected(self):
        """A single choice that was answered wrong is found right after all; in each world it is
        another question. Everything that tells of it is looked at."""
        right = self.key_of_world()
        number, place = next(
            (number, place)
            for number, kind in enumerate(self.kinds(), start=1)
            for name, place in self.attempt.drawn().items[number - 1].options
            if kind == "single" and name in self.choice(number) and place != right
        )
        version = self.attempt.drawn().items[number - 1].version
        staff = MemberFactory.create_batch(2)
        regrade = services.correct_key(
            question=Question.objects.get(current=version),
            key=[place],
            rule="new",
            reason="教材勘误",
            by=staff[0],
        )
        services.confirm_regrade(regrade=regrade, by=staff[1])
        services.run_regrades()
        regrade.refresh_from_db()
        text = drafted(regrade, shows_key=False)
        services.publish_notice(regrade=regrade, text=text, by=staff[0])
        boards.forget_totals()
        self.get(self.address("result"))
        return number

    def key_of_world(self):
        return (
            self.competition.bank.questions.filter(kind="single").first().current.content["key"][0]
        )


@pytest.fixture
def sit(signed_in, monkeypatch, settings):
    """`sit(secrets)` sits the attempt in that world; the world is gone afterwards."""
    settings.SEARCH_INDEX_DIR = Path(tempfile.mkdtemp(dir=settings.STATE_DIR))
    member = MemberFactory()

    def crawl(secrets):
        cache.clear()
        boards.forget_totals()
        monkeypatch.setattr(module, "SECURE", random.Random(23))
        with time_machine.travel(NOON, tick=False), transaction.atomic():
            found = Crawl(signed_in(member), make_world(secrets))
            search.rebuild()
            found.round_the_site()
            found.ask_the_search()
            found.begin()
            found.answer_everything()
            found.refusals = found.be_refused()
            found.round_the_site()
            found.refusals.append(found.hand_in())
            found.refusals.append(found.come_too_late())
            found.round_the_site()
            found.attempt = found.handed_in
            found.corrected = found.have_a_key_corrected()
            found.round_the_site()
            found.points = sorted(Attempt.objects.values_list("points", flat=True))
            transaction.set_rollback(True)
        return found

    return crawl


def test_two_worlds_that_differ_in_their_secrets_look_the_same(sit):
    one, other = (sit(secrets) for secrets in WORLDS)
    assert one.points == other.points
    assert one.points[-1] > 0
    assert one.corrected != other.corrected
    for told in ("答案更正，得分由", "有一道题的答案更正。涉及的答卷"):
        assert any(told in text for text in one.seen)
    assert len(one.seen) == len(other.seen) > 100
    differing = [pair for pair in zip(one.seen, other.seen, strict=True) if pair[0] != pair[1]]
    assert not differing, differing[0]


OTHER_CLOSES = 3


@pytest.fixture
def over_elsewhere():
    """An attempt handed in and over, while another competition draws from the bank."""
    with time_machine.travel(NOON, tick=False):
        competition = make_world(WORLDS[0])
        now = timezone.now()
        services.record_attempt(
            competition=competition, member=MemberFactory(), started_at=now, elapsed=60, right=2
        )
        competition.closes_at = now + timedelta(days=1)
        competition.save()
        CompetitionFactory(
            slug="province", bank=competition.bank, closes_at=now + timedelta(days=OTHER_CLOSES)
        )
    return Attempt.objects.get()


def days_later(days):
    moment = datetime.fromisoformat(NOON) + timedelta(days=days, minutes=5)
    return time_machine.travel(moment, tick=False)


def test_a_bank_that_another_competition_draws_from_keeps_its_keys(
    over_elsewhere, client, signed_in
):
    attempt = over_elsewhere
    signed_in(attempt.member)
    result = reverse("quiz:result", args=["secret", attempt.uuid])
    dispute = reverse("quiz:dispute_reviewed", args=["secret", attempt.uuid, 1])
    with days_later(1):
        page = client.get(result).content.decode()
        assert "待使用同一题库的竞赛截止后公布" in page
        assert "#review" not in page
        for secret in (WORLDS[0].explanation, WORLDS[0].law, WORLDS[0].article, "正确答案"):
            assert secret not in page
        assert client.get(dispute).status_code == 302
        with pytest.raises(QuizError) as caught:
            services.dispute_reviewed(attempt=attempt, number=1, kind="key", text="答案不对")
        assert caught.value.code == "key_hidden"
        assert {reply.right for reply in sheet_of_replies(attempt, timezone.now())} == {None}
    with days_later(OTHER_CLOSES):
        page = client.get(result).content.decode()
        assert WORLDS[0].explanation in page
        assert "#review" in page
        assert WORLDS[0].explanation in client.get(dispute).content.decode()
        assert None not in {reply.right for reply in sheet_of_replies(attempt, timezone.now())}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "published", "hidden"),
    [(6, True, True), (8, True, False), (6, False, False), (-1, True, True)],
)
def test_a_competition_that_opens_shortly_keeps_the_keys_of_its_bank(days, published, hidden):
    now = timezone.now()
    over = CompetitionFactory(opens_at=now - timedelta(days=3), closes_at=now - timedelta(days=2))
    CompetitionFactory(
        bank=over.bank,
        opens_at=now + timedelta(days=days),
        closes_at=now + timedelta(days=9),
        published=published,
    )
    assert may_show_key(over, now) is not hidden
    question = over.bank.questions.first()
    assert may_change_pool(question, now) is (days > 0)


def test_the_rules_say_until_when_a_shared_bank_keeps_its_keys(client):
    CompetitionFactory(slug="shared")
    page = client.get("/competitions/shared/rules/").content.decode()
    assert "待使用同一题库的竞赛截止后公布" in page


def test_the_crawl_meets_every_refusal(sit):
    assert Counter(sit(WORLDS[0]).refusals) == Counter(
        [
            *("stale", "no_such_option", "one_option_only", "no_such_question", "bad_entry"),
            *("unknown_field", "bad_json", "bad_json", "bad_json", "no_such_question"),
            *("signed_out", "finished", "too_late"),
        ]
    )


def test_no_response_holds_a_secret_or_a_field_for_one(sit):
    for text in sit(WORLDS[0]).seen:
        if not text.startswith("GET /search/"):  # which repeats what was typed
            for secret in (WORLDS[0].explanation, WORLDS[0].law, WORLDS[0].article):
                assert secret not in text
        assert not TELLTALE.search(text), text
        body = text.rpartition("\n")[2]
        if body.startswith("{"):
            assert set(fields_of(json.loads(body))) <= KNOWN_FIELDS


def fields_of(value):
    """The names of all fields, however deep."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from fields_of(inner)


def test_no_script_of_ours_speaks_of_a_key():
    scripts = Path(django_settings.STATICFILES_DIRS[0]).glob("js/*.js")
    texts = {path.name: path.read_text(encoding="utf-8") for path in scripts}
    assert "quiz.js" in texts
    assert not [name for name, text in texts.items() if TELLTALE.search(text)]


def right_first(view, content):
    shown = sorted(view.options, key=lambda option: option.text[-1:] != str(content["key"][0]))
    return replace(view, options=tuple(shown))


def with_explanation(view, content):
    return replace(view, hint=content["explanation"])


@pytest.mark.parametrize("leak", [right_first, with_explanation])
def test_a_leak_is_seen(sit, monkeypatch, leak):
    question = Sheet.question

    def leaking(attempt, number, item, content, typed=None):
        return leak(question(attempt, number, item, content, typed), content)

    monkeypatch.setattr(Sheet, "question", staticmethod(leaking))
    one, other = (sit(secrets) for secrets in WORLDS)
    assert one.seen != other.seen
