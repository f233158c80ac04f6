"""A finished attempt with key and explanations; only for after the close."""

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.models import Page

from quiz import scoring
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import Attempt, Dispute, Question
from quiz.pools import contents_of, scored_items
from quiz.sheet import LETTERS
from unions.models import Member


@dataclass(frozen=True)
class ReviewedOption:
    letter: str
    text: str
    chosen: bool
    right: bool


@dataclass(frozen=True)
class Reviewed:
    """One question: what was chosen or filled in, what was right, and why."""

    number: int
    kind: str
    stem: str
    options: tuple[ReviewedOption, ...]
    answered: bool
    right: bool
    points: int
    explanation: str
    source: str
    text: str = ""
    accepted: tuple[str, ...] = ()
    exhibit: Exhibit | None = None
    page: Page | None = None
    version: int = 0

    @property
    def anchor(self) -> str:
        """The number as part of an element's id."""
        return str(self.number)

    @property
    def key_letters(self) -> str:
        return "、".join(option.letter for option in self.options if option.right)

    @property
    def chosen_letters(self) -> str:
        return "、".join(option.letter for option in self.options if option.chosen)


def review_of(attempt: Attempt) -> list[Reviewed]:
    """Every question of `attempt`, in the order of its paper."""
    paper = attempt.drawn()
    contents = contents_of(attempt.competition.bank, paper.versions)
    chosen = attempt.chosen()
    exhibits = exhibits_of(contents)
    pages = pages_of(contents)
    return [
        Reviewed(
            number=number,
            kind=Question.Kind(content["kind"]).label,
            stem=content["stem"],
            options=tuple(
                ReviewedOption(
                    letter,
                    content["options"][place],
                    name in chosen.get(number, ()),
                    place in content["key"] or place in (content.get("also") or ()),
                )
                for letter, (name, place) in zip(LETTERS, drawn.options, strict=False)
            ),
            answered=number in chosen,
            right=scoring.is_right(item, chosen.get(number, ())),
            points=content["points"],
            explanation=content["explanation"],
            source=source_of(content),
            text=attempt.answers.get(str(number), {}).get("text", ""),
            accepted=(*content.get("accepted", ()), *content.get("also_accepted", ())),
            exhibit=exhibits[number - 1],
            page=pages.get(content.get("page")),
            version=drawn.version,
        )
        for number, (drawn, item, content) in enumerate(
            zip(paper.items, scored_items(paper, contents), contents, strict=True), start=1
        )
    ]


def with_disputes(
    member: Member, entries: Iterable[Reviewed]
) -> list[tuple[Reviewed, Dispute | None]]:
    """Each of `entries` with the dispute that `member` has made of it."""
    entries = list(entries)
    found = Dispute.objects.by_version(member, [entry.version for entry in entries])
    return [(entry, found.get(entry.version)) for entry in entries]


def pages_of(contents: Iterable[dict]) -> dict[int, Page]:
    """The pages that the sources stand on, as far as everybody may read them."""
    keys = {content["page"] for content in contents if "page" in content}
    found = Page.objects.live().public().filter(pk__in=keys) if keys else ()
    return {page.pk: page for page in found}


def source_of(content: dict) -> str:
    """The law and its article: 《工会法》第三条. A source with marks of its own stays as it is."""
    law = content["law"]
    named = f"《{law}》" if law and "《" not in law else law
    return f"{named}{content['article']}"
