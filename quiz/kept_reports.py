"""Reports of final competitions, kept: their sums run over every attempt."""

from datetime import datetime

from django.core.cache import cache

from quiz.models import Board, Competition
from quiz.postmortem import PostMortem
from unions.models import Union

# The register may change meanwhile and a certificate be declared void, so not for good; the report
# says as of when it is.
SECONDS = 3600
# What runs over attempts, standings, certificates or the register. Questions are one short read.
FIGURES = (
    "participants",
    "members",
    "handed_in",
    "timed_out",
    "certificates",
    "mean",
    "days",
    "unions",
    "industries",
    "points",
)


def report_of(competition: Competition, unit: Union | None, *, now: datetime) -> PostMortem:
    """The report of `competition` for `unit` and below, None for all.

    Once everything is final its figures are kept, those of each unit apart, until a result changes.
    """
    report = PostMortem(competition, unit, now=now)
    if not competition.is_settled(now):
        return report
    key = _key(competition, unit)
    kept = cache.get(key)
    if kept is None:
        kept = {"at": now, **{name: getattr(report, name) for name in FIGURES}}
        cache.set(key, kept, SECONDS)
    # Read as of now, whatever is kept: no question shows once a competition runs on the bank.
    # The rest goes where a cached property looks first.
    vars(report).update(kept, hardest=report.hardest)
    return report


def _key(competition: Competition, unit: Union | None) -> str:
    """Another one whenever a result was taken away, given back or regraded, and that is folded in,
    which is within seconds, and when certificates were issued.

    The boards count their folds, so that the key needs no write of its own.
    """
    board = Board.objects.find(competition)
    state = f"{board.pk}.{board.folds}" if board else "none"
    issued = f"{competition.certified_at.timestamp():.0f}" if competition.certified_at else "none"
    place = f"{unit.pk}.{unit.path}" if unit else "all"
    return f"quiz:report:{competition.pk}:{state}:{issued}:{place}"
