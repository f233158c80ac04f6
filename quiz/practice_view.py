"""What the practice pages show: a question while it is open, and its answer afterwards."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from quiz import scoring, services
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import PracticeRecord, Question, Regrade
from quiz.practice_pool import Practised
from quiz.review import Reviewed, ReviewedOption, source_of
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
    contents = [
        record.version.content | corrections.get(record.version_id, {}) for record in records
    ]
    return [
        answered_card(
            _last_card(record, content), services.Judged(record.chosen, record.right), exhibit
        )
        for record, content, exhibit in zip(records, contents, exhibits_of(contents), strict=True)
    ]


def _last_card(record: PracticeRecord, content: dict) -> services.Card:
    practised = Practised(record.question_id, record.version_id, content)
    return services.card_of(
        member=record.member, practised=practised, deal=max(record.times - 1, 0)
    )


def answered_card(card: services.Card, judged: services.Judged, exhibit: Exhibit) -> Reviewed:
    """With key and explanation, the options in the order of that deal."""
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
        version=card.practised.version,
    )
