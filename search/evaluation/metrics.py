"""How good one ranking is. Pure; a grade is a whole number, 0 for what is not relevant."""

import math
from collections.abc import Iterable, Sequence

DEPTH = 10


def ndcg(ranked: Sequence[int], ideal: Iterable[int], depth: int = DEPTH) -> float:
    """nDCG of the grades `ranked` (as the engine ordered them) against all grades there are.

    The gain of a grade is 2^grade − 1, a hit at rank r counts 1 / log2(r + 1). Between 0 and 1;
    1 where nothing could be better; raises `ValueError` where nothing is relevant at all.
    """
    best = _gain(sorted(ideal, reverse=True)[:depth])
    if not best:
        raise ValueError("no relevant document: such a query measures nothing")
    return min(1.0, _gain(ranked[:depth]) / best)


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def reciprocal_rank(ranked: Sequence[int], least: int = 1) -> float:
    """1 / rank of the first hit with a grade of `least` or more; 0 where there is none."""
    return next((1 / rank for rank, grade in enumerate(ranked, 1) if grade >= least), 0.0)
