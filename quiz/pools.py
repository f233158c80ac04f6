"""The published bank in memory: read once per process and version of the bank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from threading import Lock

from quiz import scoring
from quiz.drawing import Candidate, Paper, Rule, Strata
from quiz.models import Attempt, Question, QuestionBank, QuestionVersion, Regrade

# Today, and the days for which competitions are being prepared.
MOST_DAYS = 16


@dataclass(frozen=True)
class Pool:
    """What may be drawn, the contents of it, and the corrections of keys, by version id.

    `terms` are the first and the last local day, by version, of what is not always in force.
    """

    version: object
    candidates: tuple[Candidate, ...]
    contents: dict[int, dict]
    corrections: dict[int, dict]
    terms: dict[int, tuple[date | None, date | None]]
    _strata: dict[date, Strata] = field(default_factory=dict, repr=False, compare=False)

    def in_force(self, day: date) -> Strata:
        """The candidates that may be drawn on `day`, sorted once for all who ask."""
        found = self._strata.get(day)
        if found is None:
            if len(self._strata) >= MOST_DAYS:
                self._strata.clear()
            found = self._strata[day] = Strata.of(
                candidate for candidate in self.candidates if self._holds(candidate.version, day)
            )
        return found

    def most_points(self, rules: Iterable[Rule], first: date, last: date) -> int:
        """What no paper by `rules` brings more than, drawn on a day from `first` to `last`."""
        worth = [
            (found, self.contents[found.version]["points"])
            for found in self.candidates
            if self._holds(found.version, first, last)
        ]
        return sum(
            sum(nlargest(rule.count, (points for found, points in worth if rule.takes(found))))
            for rule in rules
        )

    def _holds(self, version: int, day: date, until: date | None = None) -> bool:
        """Whether a version is in force on `day`, or on any day from then `until`."""
        first, last = self.terms.get(version, (None, None))
        return not ((first and (until or day) < first) or (last and day > last))


# Bank id → its pool. A bank gets a new random version with every change, so an entry is either
# right or not asked for any more.
_pools: dict[int, Pool] = {}
# Thousands of questions take half a second: when a bank changes in the middle of a competition,
# one thread reads it and the others wait for that. Whoever reads waits for none of them.
_reading = Lock()


def pool_of(bank: QuestionBank) -> Pool:
    """The pool of `bank` as of `bank.version`."""
    pool = _pools.get(bank.pk)
    if pool is None or pool.version != bank.version:
        with _reading:
            pool = _pools.get(bank.pk)
            if pool is None or pool.version != bank.version:
                pool = _pools[bank.pk] = _read(bank)
    return pool


def contents_of(bank: QuestionBank, versions: Iterable[int]) -> list[dict]:
    """The contents of `versions`, in order, with their keys as corrected since.

    What the bank no longer holds comes from its table.
    """
    versions = list(versions)
    pool = pool_of(bank)
    contents = _stored(pool, versions)
    corrections = pool.corrections
    if not corrections:
        return contents
    return [
        content | corrections.get(version, {})
        for version, content in zip(versions, contents, strict=True)
    ]


def versions_of(question: Question) -> dict[int, dict]:
    """The contents of all versions of `question`, by id, with their keys as corrected since."""
    corrections = Regrade.objects.corrections_of([question.pk])
    rows = question.versions.order_by("number").values_list("pk", "content")
    return {version: content | corrections.get(version, {}) for version, content in rows}


def kinds_of(bank: QuestionBank, versions: Sequence[int]) -> list[str]:
    """The kind of each of `versions`, in order, also from a pool that the bank has outgrown.

    A version never changes, and a correction leaves its kind: so nobody who saves an answer waits
    until a bank that was changed is read anew.
    """
    pool = _pools.get(bank.pk) or pool_of(bank)
    return [content["kind"] for content in _stored(pool, versions)]


def _stored(pool: Pool, versions: Sequence[int]) -> list[dict]:
    """The contents of `versions`, in order, without corrections."""
    known = pool.contents
    missing = [version for version in versions if version not in known]
    if missing:
        rows = QuestionVersion.objects.filter(pk__in=missing).values_list("pk", "content")
        known = {**known, **dict(rows)}
    return [known[version] for version in versions]


def scored_items(paper: Paper, contents: list[dict]) -> list[scoring.Item]:
    """The questions of `paper` with their keys, as scoring reads them."""
    return [
        scoring.Item(
            points=content["points"],
            options=dict(item.options),
            key=frozenset(content["key"]),
            accepted=frozenset(
                map(
                    scoring.folded,
                    (*content.get("accepted", ()), *content.get("also_accepted", ())),
                )
            ),
            also=frozenset(content["also"]) if content.get("also") else None,
            free=content.get("free", False),
        )
        for item, content in zip(paper.items, contents, strict=True)
    ]


def most_points(attempt: Attempt) -> int:
    """What the paper of `attempt` brings when everything is right."""
    contents = contents_of(attempt.competition.bank, attempt.drawn().versions)
    return sum(content["points"] for content in contents)


def _read(bank: QuestionBank) -> Pool:
    rows = list(
        Question.objects.drawable()
        .filter(bank=bank)
        .values_list("current_id", "current__content", "valid_from", "valid_until", named=True)
    )
    return Pool(
        version=bank.version,
        candidates=tuple(_candidate(row.current_id, row.current__content) for row in rows),
        contents={row.current_id: row.current__content for row in rows},
        terms={
            row.current_id: (row.valid_from, row.valid_until)
            for row in rows
            if row.valid_from or row.valid_until
        },
        corrections=Regrade.objects.corrections(bank),
    )


def _candidate(version: int, content: dict) -> Candidate:
    return Candidate(
        version=version,
        category=content["category"],
        difficulty=content["difficulty"],
        options=len(content["options"]),
        fixed=content["kind"] == scoring.BOOLEAN,
    )
