"""Mark what was found, on the raw text, after escaping it."""

from collections.abc import Iterable, Sequence
from html import escape

from search.text.folding import fold

Span = tuple[int, int]
SNIPPET = 80
LEAD = 18
ELLIPSIS = "……"


def spans(text: str, needles: Iterable[Sequence[str]]) -> list[Span]:
    """Where in `text` a needle occurs: sorted, disjoint (start, end).

    Each needle is a sequence of folded strings: the first is sought; only where it does not occur
    the others are. Letters and digits match whole (5g is not in 15g); single Chinese characters
    only count if nothing longer is sought.
    """
    folded = fold(text)
    groups = [[part for part in needle if part] for needle in needles]
    if any(len(part) > 1 for group in groups for part in group):
        groups = [[part for part in group if len(part) > 1 or part.isascii()] for group in groups]
    found: list[Span] = []
    for group in groups:
        first = _occurrences(folded, group[0]) if group else []
        found += first or [span for part in group[1:] for span in _occurrences(folded, part)]
    return _merged(sorted(found))


def _occurrences(folded: str, needle: str) -> list[Span]:
    found: list[Span] = []
    at = folded.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not (_splits_word(folded, at) or _splits_word(folded, end)):
            found.append((at, end))
        at = folded.find(needle, at + 1)
    return found


def _splits_word(folded: str, at: int) -> bool:
    """Whether `at` lies inside a run of ASCII letters and digits."""
    if at in (0, len(folded)):
        return False
    before, after = folded[at - 1], folded[at]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def highlight(text: str, needles: Iterable[Sequence[str]]) -> str:
    """Return `text` as HTML with what was found in `<mark>`; everything else escaped."""
    return _marked(text, spans(text, needles))


def _marked(text: str, found: list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in found:
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    pieces.append(escape(text[at:]))
    return "".join(pieces)


def snippet(text: str, needles: Iterable[Sequence[str]], size: int = SNIPPET) -> str:
    """Return about `size` characters of `text` around the densest finds, marked, as HTML."""
    text = " ".join(text.split())
    found = spans(text, needles)
    start = _best_start(text, found, size)
    end = min(len(text), start + size)
    inside = [
        (max(left, start) - start, min(right, end) - start)
        for left, right in found
        if right > start and left < end
    ]
    marked = _marked(text[start:end], inside)
    return f"{ELLIPSIS if start else ''}{marked}{ELLIPSIS if end < len(text) else ''}"


def _best_start(text: str, found: list[Span], size: int) -> int:
    """Where the window with the most distinct finds starts, at the start of a clause if near."""
    if not found or found[0][1] <= size:
        return 0
    best, most = 0, 0
    for start, _end in found[:50]:
        seen = {text[left:right] for left, right in found if start <= left and right < start + size}
        if len(seen) > most:
            best, most = start, len(seen)
    floor = max(0, best - LEAD)
    clause = max(text.rfind(stop, floor, best) for stop in "，。；：！？、 ")
    return clause + 1 if clause >= 0 else floor
