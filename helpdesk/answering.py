"""From what was asked to what the page shows."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from helpdesk import matching
from helpdesk.models import Entry
from search import dictionary
from search.finder import Found, Results, find
from search.query import SearchRequest
from search.synonyms import synonym_pairs

KIND = "answer"
CANDIDATES = 10


class Verdict(Enum):
    """What came of a question."""

    ANSWERED = "answered"
    TOPIC = "topic"  # one telling word alone, which entries are about
    UNANSWERED = "unanswered"
    VAGUE = "vague"  # nothing in it says what it is about


@dataclass(frozen=True)
class Outcome:
    """`entry` is the best match of an answered question; `others` what else was found.

    `shown_words` are what was looked for, other words than the asked ones if `rewritten`;
    `degraded`: the index is away, titles alone were compared.
    """

    verdict: Verdict
    entry: Entry | None = None
    others: list[Found] = field(default_factory=list)
    shown_words: str = ""
    rewritten: bool = False
    degraded: bool = False


def reply_to(text: str, today: date) -> Outcome:
    """What comes of `text`, from entries in force on the local day `today`; writes nothing.

    Every candidate of the search is judged by `matching`; the best fit answers, the earlier one
    of two equals. A bare word that several entries are about is a topic: it gets their list.
    """
    with dictionary.in_use():  # so that the question is cut as the texts in the index are
        return _reply_to(text, today)


def _reply_to(text: str, today: date) -> Outcome:
    words = matching.sought(text)
    if not words:
        return Outcome(Verdict.VAGUE)
    results = find(SearchRequest(words, kind=KIND, size=CANDIDATES, elsewhere=False))
    asked = results.shown_words if results.rewritten else text
    topic = matching.is_topic(asked) and results.total > 1 and not results.relaxed
    entry = None if topic else _best(results, asked, today)
    verdict = Verdict.ANSWERED if entry else Verdict.TOPIC if topic else Verdict.UNANSWERED
    return Outcome(
        verdict,
        entry,
        [hit for hit in results.hits if entry is None or hit.key != str(entry.pk)],
        results.shown_words,
        results.rewritten,
        results.degraded,
    )


def _best(results: Results, asked: str, today: date) -> Entry | None:
    keys = [hit.key for hit in results.hits]
    entries = Entry.objects.in_force(today).for_lists().in_bulk(keys)
    pairs = synonym_pairs()
    best, best_fit = None, matching.Fit()
    for key in keys:
        entry = entries.get(int(key))
        if entry is None:
            continue
        found = matching.fit(asked, entry.all_wordings, pairs)
        if found.is_good and found > best_fit:
            best, best_fit = entry, found
    return best
