"""What a question page shows of an attempt. No key passes through here."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from quiz import scoring
from quiz.drawing import PaperItem
from quiz.models import Attempt, Question

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Entry:
    """One number of the answer sheet; `sequence` is that of the stored reply, 0 without one."""

    number: int
    url: str
    answered: bool
    sequence: int


@dataclass(frozen=True)
class OptionView:
    letter: str
    name: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class QuestionView:
    """A question while it is being answered; `text` is what was filled in, None with options."""

    kind: str
    multiple: bool
    hint: str
    category: str
    stem: str
    options: tuple[OptionView, ...]
    sequence: int
    saved_at: str
    text: str | None = None


@dataclass(frozen=True)
class Sheet:
    """The answer sheet of an attempt."""

    entries: tuple[Entry, ...]

    @property
    def answered(self) -> int:
        return sum(entry.answered for entry in self.entries)

    @property
    def open(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.answered]

    @staticmethod
    def question(
        attempt: Attempt, number: int, item: PaperItem, content: dict, typed: str | None = None
    ) -> QuestionView:
        """The question `number` of `attempt` as its page shows it.

        `typed` is a text that could not be stored: it stays in its field.
        """
        stored = attempt.answers.get(str(number), {})
        chosen = set(stored.get("options", ()))
        multiple = content["kind"] == scoring.MULTIPLE
        text = stored.get("text", "")
        fill = content["kind"] == scoring.FILL
        return QuestionView(
            kind=Question.Kind(content["kind"]).label,
            multiple=multiple,
            hint=_("可以选几个") if multiple else "",
            category=content["category"],
            stem=content["stem"],
            options=tuple(
                OptionView(letter, name, content["options"][place], name in chosen)
                for letter, (name, place) in zip(LETTERS, item.options, strict=False)
            ),
            sequence=stored.get("sequence", 0),
            saved_at=_clock(stored["at"]) if chosen or text else "",
            text=(text if typed is None else typed) if fill else None,
        )


def sheet_of(attempt: Attempt) -> Sheet:
    """The answer sheet as stored."""
    chosen = attempt.chosen()
    return Sheet(
        tuple(
            Entry(
                number,
                attempt.question_url(number),
                number in chosen,
                attempt.answers.get(str(number), {}).get("sequence", 0),
            )
            for number in range(1, len(attempt.paper) + 1)
        )
    )


def _clock(iso: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%H:%M:%S}"
