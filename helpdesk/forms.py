"""What the desk reads from addresses and forms."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk import table
from helpdesk.wordings import question_key
from search.text import MAX_CHARACTERS
from unions import tables
from unions.names import clean_name

SHORTEST = 2


@dataclass(frozen=True)
class Asked:
    """What someone asked: the first `MAX_CHARACTERS` characters, and why it can't be answered:
    `problem` is "", "empty" (nothing came), "short", "invalid" (no letters) or "long" (cut)."""

    text: str
    problem: str


def read_question(query: QueryDict) -> Asked:
    """Read `q`. Nothing in it is an error page: what is wrong is told above the box."""
    typed = clean_name(query.get("q", ""))
    text = typed[:MAX_CHARACTERS]
    letters = question_key(text)
    if not typed:
        return Asked("", "empty")
    if len(typed) > MAX_CHARACTERS:
        return Asked(text, "long")
    if not letters:
        return Asked(text, "invalid")
    if len(letters) < SHORTEST:
        return Asked(text, "short")
    return Asked(text, "")


class EntryUploadForm(forms.Form):
    """A file of entries; `cleaned_data["file"]` is the `EntryTable` read from it."""

    file = forms.FileField(
        label=_("问答文件"),
        help_text=_("Excel（.xlsx）或 CSV，10 MB 以内，一次最多 20,000 行。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def clean_file(self) -> table.EntryTable:
        upload = self.cleaned_data["file"]
        if upload.size > tables.MAX_FILE:
            raise forms.ValidationError(_("文件超过 10 MB，请分成几份导入。"), code="too_large")
        try:
            return table.read(upload.read())
        except tables.TableError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
