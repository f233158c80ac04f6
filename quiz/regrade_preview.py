"""What a correction of a key would change, before anybody confirms it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from quiz import scoring
from quiz.corrections import Key, correction_of, reached
from quiz.drawing import Paper
from quiz.models import Attempt, Question
from quiz.pools import scored_items, versions_of

# So many of the latest attempts are looked at: the screen answers while somebody waits.
MOST_SEEN = 5000
TEXTS_SHOWN = 20


@dataclass
class Preview:
    """Of `seen` attempts so many `held` the question; of these the points of some would change.

    `typed` are the texts of a fill-in with how often, whether right now, and whether right then.
    """

    seen: int = 0
    held: int = 0
    gained: int = 0
    lost: int = 0
    typed: list[tuple[str, int, bool, bool]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.gained + self.lost


def preview_of(question: Question, key: Key, rule: str, others: Collection[int] = ()) -> Preview:
    """Score `question` in the latest finished attempts by its key as it is and by `key`.

    `others` as in `corrections.reached`.
    """
    found, texts = Preview(), Counter[tuple[str, bool, bool]]()
    versions = versions_of(question)
    contents = {
        version: (versions[version], correction_of(versions[version], key, rule))
        for version in reached(versions, question.current_id, key, rule, others)
    }
    finished = Attempt.objects.finished().filter(competition__bank=question.bank_id)
    for attempt in finished.order_by("-pk").only("paper", "answers")[:MOST_SEEN]:
        found.seen += 1
        chosen = attempt.chosen()
        for number, drawn in enumerate(attempt.drawn().items, start=1):
            if drawn.version not in contents:
                continue
            content, correction = contents[drawn.version]
            paper, reply = Paper((drawn,)), chosen.get(number, ())
            before, after = (
                scoring.is_right(scored_items(paper, [judged])[0], reply)
                for judged in (content, content | correction)
            )
            found.held += 1
            found.gained += after and not before
            found.lost += before and not after
            if content["kind"] == scoring.FILL and reply:
                texts[" ".join(reply), before, after] += 1
    found.typed = [
        (text, count, before, after)
        for (text, before, after), count in texts.most_common(TEXTS_SHOWN)
    ]
    return found
