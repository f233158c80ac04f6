"""What the practice pages show: a question while it is open, and its answer afterwards."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from wagtail.models import Page

from quiz import scoring, services
from quiz.exhibits import Exhibit, exhibits_of
from quiz.further import Subject
from quiz.models import PracticeRecord, Question, Regrade
from quiz.practice_pool import Practised
from quiz.review import Reviewed, ReviewedOption, pages_of, source_of
from quiz.sheet import LETTERS, OptionView, QuestionView


def open_question(card: services.Card, chosen: Collection[str] = ()) -> QuestionView:
    """The dealt question without its key; `chosen` names stay chosen."""
    content = card.practised.content
    multiple = content["kind"] == scoring.MULTIPLE
    return QuestionView(
        kind=Question.Kind(content["kind"]).label,
        multiple=multiple,
        hint=_("可以选几个") if multiple else "",
        category=content["category"],
        stem=content["stem"],
        options=tuple(
            OptionView(letter, name, content["options"][place], name in chosen)
            for letter, (name, place) in zip(LETTERS, card.item.options, strict=False)
        ),
        sequence=0,
        saved_at="",
    )


def answered_questions(records: Iterable[PracticeRecord]) -> list[Reviewed]:
    """The last answer of each of `records`, with picture and sound, by the key as corrected."""
    records = list(records)
    corrections = Regrade.objects.corrections_of({record.question_id for record in records})
    cards = [
        _last_card(record, record.version.content | corrections.get(record.version_id, {}))
        for record in records
    ]
    judged = [services.Judged(record.chosen, record.right) for record in records]
    return answered_cards(list(zip(cards, judged, strict=True)))


def subject_of(record: PracticeRecord) -> Subject:
    """What the question of `record` is about, as it was last answered."""
    content = record.version.content
    return Subject(record.question_id, content["category"], content["law"])


def _last_card(record: PracticeRecord, content: dict) -> services.Card:
    practised = Practised(record.question_id, record.version_id, content)
    return services.card_of(
        member=record.member, practised=practised, deal=max(record.times - 1, 0)
    )


def answered_cards(found: Sequence[tuple[services.Card, services.Judged]]) -> list[Reviewed]:
    """Each with key and explanation, the options in the order of that deal."""
    contents = [card.practised.content for card, _judged in found]
    pages = pages_of(contents)
    return [
        _answered(card, judged, exhibit, pages.get(card.practised.content.get("page")))
        for (card, judged), exhibit in zip(found, exhibits_of(contents), strict=True)
    ]


def _answered(
    card: services.Card, judged: services.Judged, exhibit: Exhibit, page: Page | None
) -> Reviewed:
    content = card.practised.content
    return Reviewed(
        number=card.practised.question,
        kind=Question.Kind(content["kind"]).label,
        stem=content["stem"],
        options=tuple(
            ReviewedOption(
                letter,
                content["options"][place],
                place in judged.places,
                place in content["key"] or place in (content.get("also") or ()),
            )
            for letter, (_option, place) in zip(LETTERS, card.item.options, strict=False)
        ),
        answered=bool(judged.places),
        right=judged.right,
        points=content["points"],
        explanation=content["explanation"],
        source=source_of(content),
        exhibit=exhibit,
        page=page,
        version=card.practised.version,
    )
