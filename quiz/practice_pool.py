"""The questions set apart for practice, in memory: read once per process and state of the banks."""

from dataclasses import dataclass

from quiz.models import Question, QuestionBank


@dataclass(frozen=True)
class Practised:
    """A question for practice with its current content."""

    question: int
    version: int
    content: dict


@dataclass(frozen=True)
class PracticePool:
    state: frozenset
    questions: dict[int, Practised]

    def categories(self) -> dict[str, int]:
        """How many questions each category has, the largest first."""
        counts: dict[str, int] = {}
        for found in self.questions.values():
            name = found.content["category"]
            counts[name] = counts.get(name, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def of(self, category: str) -> list[int]:
        """The ids of one category."""
        return [
            question
            for question, found in self.questions.items()
            if found.content["category"] == category
        ]


# A bank gets a new random version with every change: the set of versions names the pool's state.
_held: dict[str, PracticePool] = {}


def practice_pool() -> PracticePool:
    """The pool as of now; one small query when nothing changed."""
    state = frozenset(QuestionBank.objects.values_list("pk", "version"))
    pool = _held.get("pool")
    if pool is None or pool.state != state:
        rows = Question.objects.for_practice().values_list("pk", "current_id", "current__content")
        pool = PracticePool(state, {row[0]: Practised(*row) for row in rows})
        _held["pool"] = pool
    return pool
