"""The published bank in memory: read once per process and version of the bank."""

from collections.abc import Iterable
from dataclasses import dataclass

from quiz import scoring
from quiz.drawing import Candidate, Paper
from quiz.models import Attempt, Question, QuestionBank, QuestionVersion, Regrade


@dataclass(frozen=True)
class Pool:
    """What may be drawn, the contents of it, and the corrections of keys, by version id."""

    version: object
    candidates: tuple[Candidate, ...]
    contents: dict[int, dict]
    corrections: dict[int, dict]


# Bank id → its pool. A bank gets a new random version with every change, so an entry is either
# right or not asked for any more; two threads that fill it at once do the same work twice.
_pools: dict[int, Pool] = {}


def pool_of(bank: QuestionBank) -> Pool:
    """The pool of `bank` as of `bank.version`."""
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
    known = pool.contents
    missing = [version for version in versions if version not in known]
    if missing:
        rows = QuestionVersion.objects.filter(pk__in=missing).values_list("pk", "content")
        known = {**known, **dict(rows)}
    corrections = pool.corrections
    return [known[version] | corrections.get(version, {}) for version in versions]


def scored_items(paper: Paper, contents: list[dict]) -> list[scoring.Item]:
    """The questions of `paper` with their keys, as scoring reads them."""
    return [
        scoring.Item(
            points=content["points"],
            options=dict(item.options),
            key=frozenset(content["key"]),
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
        .values_list("current_id", "current__content", named=True)
    )
    return Pool(
        version=bank.version,
        candidates=tuple(_candidate(row.current_id, row.current__content) for row in rows),
        contents={row.current_id: row.current__content for row in rows},
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
