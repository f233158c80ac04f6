"""The saving endpoint as programs meet it, honest ones and others."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.models import Attempt
from tests.factories.quiz import (
    CompetitionFactory,
    answer_all,
    ids_of,
    total_standings,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(signed_in):
    member = MemberFactory()
    signed_in(member)
    return services.start_attempt(competition=CompetitionFactory(), member=member)


@pytest.fixture
def save(client, attempt):
    """`save(body)` sends JSON (or raw bytes) and returns the answer."""

    def send(body, name="answers", method="post"):
        address = reverse(f"quiz:{name}", args=[attempt.competition.slug, attempt.uuid])
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return getattr(client, method)(address, raw, content_type="application/json")

    return send


def reply(attempt, number=1, sequence=1, **changes):
    options = ids_of(attempt, number, right=True)
    return {"question": number, "sequence": sequence, "options": options, **changes}


def stored(attempt):
    return Attempt.objects.get(pk=attempt.pk).chosen()


@pytest.mark.parametrize("method", ["post", "put"])
def test_saved_means_stored(save, attempt, method):
    response = save(reply(attempt), method=method)
    assert response.status_code == 200
    entry = response.json()["saved"][0]
    assert entry["at"].count(":") == 2
    assert stored(attempt) == {1: entry["options"]}


@pytest.mark.parametrize("name", ["score", "correct", "elapsed", "points", "submitted_at"])
def test_what_only_the_server_may_say_is_refused(save, attempt, name):
    response = save(reply(attempt, **{name: 100}))
    assert response.status_code == 400
    assert response.json()["code"] == "unknown_field"
    assert stored(attempt) == {}


@pytest.mark.parametrize("name", ["score", "elapsed"])
def test_the_form_refuses_it_too(client, attempt, name):
    option = ids_of(attempt, 1, right=True)[0]
    response = client.post(attempt.question_url(1), {"option": option, name: "100"})
    assert response.status_code == 400
    assert stored(attempt) == {}


@pytest.mark.parametrize("sent", [{}, {"content_type": "application/json"}])
@pytest.mark.parametrize("name", ["score", "elapsed", "submitted_at"])
def test_neither_the_start_nor_the_end_takes_what_the_server_says(client, attempt, name, sent):
    competition = attempt.competition
    ends = reverse("quiz:submit", args=[competition.slug, attempt.uuid])
    for address in (ends, reverse("quiz:start", args=[competition.slug])):
        assert client.post(address, {name: 100}, **sent).status_code == 400
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_options_of_elsewhere_are_unprocessable(save, attempt):
    foreign = ids_of(attempt, 2, right=True)
    both = ids_of(attempt, 1, right=False)[:2]
    for options, code in ((foreign, "no_such_option"), (both, "one_option_only")):
        response = save(reply(attempt, options=options))
        assert (response.status_code, response.json()["code"]) == (422, code)
    assert stored(attempt) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "1"},
        {"question": True},
        {"question": 1.5},
        {"question": -1},
        {"sequence": 0},
        {"sequence": 2**40},
        {"sequence": None},
        {"options": "abc"},
        {"options": [1]},
        {"options": [["x"]]},
        {"options": ["x"] * 50},
        {"options": None},
    ],
)
def test_wrong_shapes_are_unprocessable(save, attempt, changes):
    response = save(reply(attempt, **changes))
    assert response.status_code == 422
    assert response.json()["message_zh"]
    assert stored(attempt) == {}


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": 1, "sequence": 1, "options": ["\\ud800"]}',
        b'{"question": 1, "sequence": 1, "options": ["\\u0000"]}',
        b'{"question": ' + b"[" * 100_000 + b"}",
        b'{"question": ' + b"9" * 5000 + b"}",
        b'{"question": NaN, "sequence": 1, "options": []}',
        b'{"question": 100000000000000000000, "sequence": 1, "options": []}',
        b"[1, 2]",
        b'{"question": 1',
        b"\xff\xfe",
    ],
)
def test_what_is_no_clean_json_is_a_bad_request(save, attempt, body):
    response = save(body)
    assert response.status_code == 400
    assert response.json()["message_zh"]
    assert stored(attempt) == {}


def test_an_older_choice_is_told_what_stands(save, attempt):
    save(reply(attempt, sequence=5))
    wrong = ids_of(attempt, 1, right=False)[:1]
    response = save(reply(attempt, sequence=4, options=wrong))
    assert response.status_code == 409
    assert response.json()["options"] == ids_of(attempt, 1, right=True)
    assert response.json()["sequence"] == 5


def test_after_the_end_saving_says_gone(save, attempt):
    services.submit_attempt(attempt=attempt)
    response = save(reply(attempt))
    assert (response.status_code, response.json()["code"]) == (410, "finished")


def test_after_deadline_and_grace_saving_says_gone(save, attempt):
    now = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=now - timedelta(hours=2),
        deadline=now - timedelta(hours=1),
        accepts_until=now - timedelta(minutes=59),
    )
    response = save(reply(attempt))
    assert (response.status_code, response.json()["code"]) == (410, "too_late")


def test_a_phone_that_was_offline_sends_all_at_once(save, attempt):
    body = {"answers": [reply(attempt, number) for number in (1, 2, 3)]}
    assert save(body, "answers_batch").status_code == 200
    assert sorted(stored(attempt)) == [1, 2, 3]
    assert save(body, "answers_batch").status_code == 200


def test_of_a_batch_with_a_fault_nothing_is_stored(save, attempt):
    body = {"answers": [reply(attempt), reply(attempt, 2, options=["zzzzzz"])]}
    response = save(body, "answers_batch")
    assert response.status_code == 422
    assert response.json()["question"] == 2
    assert stored(attempt) == {}


@pytest.mark.parametrize("answers", [[], "x", [1], [{}] * 101, None])
def test_a_batch_holds_one_to_a_hundred(save, attempt, answers):
    assert save({"answers": answers}, "answers_batch").status_code == 422


@pytest.mark.parametrize("body", [{}, {"question": 1, "sequence": 1, "options": ["x"]}])
def test_anothers_attempt_is_not_there_whatever_is_sent(save, attempt, signed_in, body):
    signed_in(MemberFactory())
    assert save(body).status_code == 404
    assert stored(attempt) == {}


def test_a_save_reads_the_member_and_the_attempt_and_writes_once(save, attempt):
    save(reply(attempt))  # the bank is read once by each process
    with CaptureQueriesContext(connection) as captured:
        assert save(reply(attempt, sequence=2)).status_code == 200
    verbs = Counter(query["sql"].split()[0] for query in captured)
    assert (verbs["SELECT"], verbs["UPDATE"], verbs["INSERT"]) == (2, 1, 0)


def test_handing_in_reads_the_attempt_once_and_all_its_standings_together(client, attempt):
    address = reverse("quiz:submit", args=[attempt.competition.slug, attempt.uuid])
    with CaptureQueriesContext(connection) as captured:
        client.post(address)
    reads = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert sum('FROM "quiz_attempt"' in sql for sql in reads) == 2  # it, and what counts
    assert sum('FROM "quiz_standing"' in sql for sql in reads) == 2  # before they are made, after


def test_without_a_session_a_script_is_told_so(client, save, attempt):
    client.logout()
    response = save(reply(attempt))
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")
    assert stored(attempt) == {}


def test_a_form_of_another_site_can_not_save(attempt):
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(attempt.member, backend="unions.auth.PhoneOrUsernameBackend")
    address = reverse("quiz:answers", args=[attempt.competition.slug, attempt.uuid])
    response = stranger.post(address, reply(attempt), content_type="application/json")
    assert response.status_code == 403
    assert stored(attempt) == {}


def test_no_key_leaves_the_server_during_an_attempt(client, save, attempt):
    """Every page and every answer of a whole attempt, searched for what must not be in it."""
    slug = attempt.competition.slug
    bodies = [client.get(attempt.competition.get_absolute_url())]
    for number in range(1, 5):
        bodies.append(client.get(attempt.question_url(number)))
        bodies.append(save(reply(attempt, number)))
        wrong = ids_of(attempt, number, right=False)[:1]
        bodies.append(save(reply(attempt, number, 2, options=wrong)))
        bodies.append(save(reply(attempt, number, 1)))
        bodies.append(client.get(attempt.question_url(number)))
    answer_batch = {"answers": [reply(attempt, number, 9) for number in (1, 2)]}
    bodies.append(save(answer_batch, "answers_batch"))
    submit = reverse("quiz:submit", args=[slug, attempt.uuid])
    bodies += [client.get(submit), client.get(client.post(submit).url)]
    bodies.append(client.get(reverse("quiz:leaderboard", args=[slug])))
    for response in bodies:
        text = response.content.decode()
        for secret in ("问的解析", "第三条", "is_right", "correct", '"key"', "正确答案"):
            assert secret not in text


def test_a_right_and_a_wrong_choice_are_answered_alike(save, attempt):
    right = save(reply(attempt)).json()["saved"][0]
    wrong = save(reply(attempt, sequence=2, options=ids_of(attempt, 1, right=False)[:1]))
    assert set(right) == set(wrong.json()["saved"][0]) == {"question", "sequence", "options", "at"}


def test_two_members_get_different_ids_for_the_same_option(attempt):
    other = services.start_attempt(competition=attempt.competition, member=MemberFactory())
    names = [
        {name for item in one.drawn().items for name, _place in item.options}
        for one in (attempt, other)
    ]
    assert not names[0] & names[1]


def test_a_replayed_submit_shows_the_same_result(client, attempt):
    answer_all(attempt, right=2)
    address = reverse("quiz:submit", args=[attempt.competition.slug, attempt.uuid])
    pages = [client.post(address, follow=True) for _time in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert all("<b>20</b>" in page.content.decode() for page in pages)
    assert total_standings().get().completions == 1


def test_the_question_page_needs_one_query_per_thing_not_per_question(
    client, attempt, count_queries
):
    few = count_queries(lambda: client.get(attempt.question_url(1)))
    longer = services.start_attempt(competition=CompetitionFactory(draw=12), member=attempt.member)
    client.get(longer.question_url(1))
    assert count_queries(lambda: client.get(longer.question_url(1))) <= few
