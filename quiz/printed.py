"""A sample paper as it is printed: the questions for who answers, and apart from them the key."""

from dataclasses import dataclass

from quiz import scoring
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import Question
from quiz.pools import contents_of
from quiz.preview import Specimen
from quiz.review import source_of
from quiz.sheet import LETTERS

# So much of a paper's hash stands on its print, to tell that key and paper belong together.
MARK_LENGTH = 8


@dataclass(frozen=True)
class PrintedQuestion:
    """One question without its key; `options` are (letter, text), none for a fill-in."""

    number: int
    kind: str
    multiple: bool
    points: int
    stem: str
    options: tuple[tuple[str, str], ...]
    exhibit: Exhibit


@dataclass(frozen=True)
class KeyLine:
    """The answer to one question: letters as printed, or the forms that a fill-in accepts."""

    number: int
    answer: str
    points: int
    explanation: str
    source: str


def mark_of(specimen: Specimen) -> str:
    """What two prints of the same paper share; another one once the bank draws it otherwise."""
    return specimen.items.hash[:MARK_LENGTH].upper()


def questions_of(specimen: Specimen) -> list[PrintedQuestion]:
    """The questions in the order of the paper."""
    contents = _contents(specimen)
    return [
        PrintedQuestion(
            number=number,
            kind=Question.Kind(content["kind"]).label,
            multiple=content["kind"] == scoring.MULTIPLE,
            points=content["points"],
            stem=content["stem"],
            options=tuple(
                (letter, content["options"][place])
                for letter, (_name, place) in zip(LETTERS, item.options, strict=False)
            ),
            exhibit=exhibit,
        )
        for number, (item, content, exhibit) in enumerate(
            zip(specimen.items.items, contents, exhibits_of(contents), strict=True), start=1
        )
    ]


def key_of(specimen: Specimen) -> list[KeyLine]:
    """The answers in the order of the paper, by the letters that are printed on it."""
    return [
        KeyLine(
            number=number,
            answer="；".join(content["accepted"])
            if content["kind"] == scoring.FILL
            else "".join(
                letter
                for letter, (_name, place) in zip(LETTERS, item.options, strict=False)
                if place in content["key"]
            ),
            points=content["points"],
            explanation=content["explanation"],
            source=source_of(content),
        )
        for number, (item, content) in enumerate(
            zip(specimen.items.items, _contents(specimen), strict=True), start=1
        )
    ]


def _contents(specimen: Specimen) -> list[dict]:
    return contents_of(specimen.competition.bank, specimen.items.versions)
