"""A server killed at random points of start, save and submit keeps what it has acknowledged."""

import random
import threading
import time
from collections import Counter

import pytest
from django.db import connections
from django.test import Client

from quiz import scoring, services
from quiz.models import Attempt, Standing, UnionStanding
from quiz.pools import contents_of, scored_items
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.kills import FLAWS, Farm, Person

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 18400000
PEOPLE = 6
KILLS = 200
LONGEST_PAUSE = 0.2  # seconds between two kills


@pytest.fixture
def competition():
    return CompetitionFactory(draw=3, daily_tries=10_000)


def session_of(member):
    client = Client()
    client.force_login(member, backend="unions.auth.PhoneOrUsernameBackend")
    return client.cookies["sessionid"].value


def storm(competition, folder, *, kills, flaw=""):
    """Let PEOPLE take part while processes of the server are killed; them, by member."""
    union = UnionFactory()
    stop = threading.Event()
    with Farm(folder, seed=SEED, flaw=flaw) as farm:
        people = {}
        for number, member in enumerate(MemberFactory.create_batch(PEOPLE, union=union)):
            session = session_of(member)
            people[member] = Person(farm.port, competition.slug, session, stop, seed=SEED + number)
        connections.close_all()
        pauses = random.Random(SEED)
        for person in people.values():
            person.start()
        while farm.kills < kills and any(person.is_alive() for person in people.values()):
            time.sleep(pauses.random() * LONGEST_PAUSE)
            farm.kill()
        stop.set()
        for person in people.values():
            person.join(60)
        assert not [person for person in people.values() if person.is_alive()], farm.said
    return people


def faults(competition, people):
    """Every promise that was broken, in words."""
    found = [trouble for person in people.values() for trouble in person.trouble]
    for member, person in people.items():
        stored = {str(row.uuid): row for row in Attempt.objects.filter(member=member)}
        told = {entry.uuid: entry for entry in person.log}
        if len(told) != len(person.log):
            found.append(f"{member}: an attempt that was handed in was begun again")
        if set(stored) != set(told):
            found.append(f"{member}: attempts {set(stored) ^ set(told)} on one side only")
        if sorted(row.number for row in stored.values()) != list(range(1, len(stored) + 1)):
            found.append(f"{member}: more or fewer than one attempt per try")
        for uuid in set(stored) & set(told):
            found += differences(stored[uuid], told[uuid])
    return found + unlike_a_rebuild(competition)


def differences(row, told):
    """Where what is stored of an attempt is not what its member was told."""
    answers = {
        int(number): (answer["sequence"], tuple(answer["options"]))
        for number, answer in row.answers.items()
    }
    if answers != told.answers:
        yield f"{row.uuid}: stored {answers}, acknowledged {told.answers}"
    if told.submitted:
        paper = row.drawn()
        items = scored_items(paper, contents_of(row.competition.bank, paper.versions))
        chosen = {number: list(options) for number, (_n, options) in told.answers.items()}
        if row.points != scoring.points_of(items, chosen):
            yield f"{row.uuid}: {row.points} points for {chosen}"


def unlike_a_rebuild(competition):
    """What a rebuild from the attempts changes on the boards."""
    services.fold_changes()
    before = boards(competition)
    services.rebuild_standings(competition=competition)
    after = boards(competition)
    return [f"the boards say {before}, the attempts {after}"] if before != after else []


def boards(competition):
    fields = ("union", "points", "completions")
    return [
        sorted(
            Standing.objects.in_total(competition).values_list("member", "elapsed", "cost", *fields)
        ),
        sorted(
            UnionStanding.objects.filter(competition=competition).values_list(
                "participants", *fields
            )
        ),
    ]


def test_a_server_killed_200_times_loses_nothing_and_doubles_nothing(competition, tmp_path):
    people = storm(competition, tmp_path, kills=KILLS)
    assert faults(competition, people) == [], f"seed {SEED}"
    finished = Attempt.objects.finished().count()
    assert finished == sum(entry.submitted for p in people.values() for entry in p.log)
    assert (
        sum(Standing.objects.in_total(competition).values_list("completions", flat=True))
        == finished
    )
    unanswered = sum((person.unanswered for person in people.values()), start=Counter())
    assert all(unanswered[kind] >= 5 for kind in ("start", "save", "submit")), unanswered


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_same_storm_finds_a_server_that_breaks_its_promise(competition, tmp_path, flaw):
    assert faults(competition, storm(competition, tmp_path, kills=40, flaw=flaw))
