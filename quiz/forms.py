"""What comes in from members, read strictly: an unknown field is an error."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quiz.models import Dispute
from quiz.models.dispute import MOST_TEXT as MOST_DISPUTE
from quiz.scoring import MOST_TEXT
from quiz.services import Answer, Choice

ENTRY_FIELDS = {"question", "sequence", "options", "text"}
FORM_FIELDS = {"csrfmiddlewaretoken", "option", "text", "go"}
START_FIELDS = {"csrfmiddlewaretoken", "round"}
SUBMIT_FIELDS = {"csrfmiddlewaretoken"}
PRACTICE_FIELDS = {"csrfmiddlewaretoken", "question", "deal", "option", "category"}
MOST_ENTRIES = 100
MOST_OPTIONS = 20
MOST_SEQUENCE = 2**31


class UnknownField(ValueError):
    """The client sent what only the server may say, or nonsense."""


class BadEntry(ValueError):
    """A known field has a wrong shape."""


class AppealForm(forms.Form):
    """Why a result should count."""

    text = forms.CharField(
        label=_("申诉理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 5}),
        help_text=_("只能提交一次，最多 1000 字。"),
    )


class DisputeForm(forms.Form):
    """What is wrong with a question, and why."""

    kind = forms.ChoiceField(
        label=_("哪里不对"),
        choices=Dispute.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项，没有提交。")},
    )
    text = forms.CharField(
        label=_("理由"),
        max_length=MOST_DISPUTE,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 5}),
        help_text=_("最多 300 个字。写明依据，例如法规名称和条款；一道题只能提一次。"),
        error_messages={"required": _("请写明理由，没有提交。")},
    )


def read_answer(data: Mapping[str, Any]) -> Answer:
    """One reply from a JSON object {question, sequence, options}, of a fill-in with text."""
    refuse_unknown(data, ENTRY_FIELDS)
    question, sequence, options = (data.get(name) for name in ("question", "sequence", "options"))
    if not _whole(question, 0, 1000) or not _whole(sequence, 1, MOST_SEQUENCE):
        raise BadEntry("question", "sequence")
    if (
        not isinstance(options, list)
        or len(options) > MOST_OPTIONS
        or not all(isinstance(name, str) and len(name) <= MOST_OPTIONS for name in options)
    ):
        raise BadEntry("options")
    text = data.get("text", "")
    if not isinstance(text, str) or len(text) > MOST_TEXT:
        raise BadEntry("text")
    return Answer(question, tuple(options), sequence, text)


def read_answers(data: Mapping[str, Any]) -> list[Answer]:
    """Replies from {answers: [...]}, at most MOST_ENTRIES of them."""
    refuse_unknown(data, {"answers"})
    entries = data.get("answers")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
        raise BadEntry("answers")
    if not all(isinstance(entry, dict) for entry in entries):
        raise BadEntry("answers")
    return [read_answer(entry) for entry in entries]


def read_form(question: int, posted) -> Answer:
    """One reply from the page's form (`posted` is a QueryDict)."""
    refuse_unknown(posted, FORM_FIELDS)
    return Answer(
        question, tuple(posted.getlist("option")[:MOST_OPTIONS]), text=posted.get("text", "")
    )


def read_practice(posted) -> tuple[int, int, list[str]]:
    """(question id, deal, option names) from a practice form (`posted` is a QueryDict)."""
    refuse_unknown(posted, PRACTICE_FIELDS)
    question, deal = (_number(posted.get(name, "")) for name in ("question", "deal"))
    return question, deal, posted.getlist("option")[:MOST_OPTIONS]


def read_choices(sent, questions: Iterable[int]) -> list[Choice]:
    """What was chosen for `questions` in a form that asks several (`sent` is a QueryDict).

    Fields of other questions are left alone: one may have been withdrawn in the meantime.
    """
    return [
        Choice(
            question,
            _number(sent.get(f"deal-{question}", "0")),
            tuple(sent.getlist(f"option-{question}")[:MOST_OPTIONS]),
        )
        for question in questions
    ]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadEntry(text[:40])
    return int(text)


def refuse_unknown(names: Iterable[str], known: set[str]) -> None:
    """Raise `UnknownField` with the first of `names` that is not `known`."""
    unknown = set(names) - known
    if unknown:
        raise UnknownField(sorted(unknown)[0][:40])


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
