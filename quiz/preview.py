"""A paper as a worker would see it, for editors: drawn, shown, and stored nowhere."""

import random
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.drawing import Paper
from quiz.models import Competition, Round

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Specimen:
    """Stands where an attempt stands on the question page; takes no answer.

    The same `seed` gives the same paper, so that one can turn its pages.
    """

    competition: Competition
    round: Round | None
    seed: str
    items: Paper

    uuid = NOBODY

    @property
    def answers(self) -> dict:
        return {}

    @property
    def paper(self) -> list:
        return self.items.as_json()

    def chosen(self) -> dict:
        return {}

    def drawn(self) -> Paper:
        return self.items

    def question_url(self, number: int) -> str:
        query = {"paper": self.seed}
        if self.round:
            query["round"] = str(self.round.number)
        address = reverse("quiz:preview", args=[self.competition.slug, number])
        return f"{address}?{urlencode(query)}"


def specimen(*, competition: Competition, round: Round | None, seed: str) -> Specimen:
    """A sample paper; `QuizError("too_few_questions")` when none can be drawn."""
    rules = (round or competition).draw_rules()
    # Not a secret: whoever sees this may see the bank. Real papers are drawn from another source.
    rng = random.Random(f"preview:{competition.pk}:{seed}")  # noqa: S311
    paper = services.draw_paper(competition.bank, rules, (), rng, timezone.now())
    return Specimen(competition, round, seed, paper)
