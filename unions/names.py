"""Names and short texts as people type them, made fit to store and to show."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

from unions.masking import graphemes

# Controls that turn the direction of text and so can make a name read as another one.
BIDI_CONTROLS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
DOTS = dict.fromkeys(map(ord, "•‧・･∙⋅"), "·")


def clean_name(text: str) -> str:
    """Return `text` in NFC without bidi and control characters, spaces folded and trimmed.

    Middle dots of other scripts become 「·」, so that one person has one spelling.
    """
    text = unicodedata.normalize("NFC", text).translate(BIDI_CONTROLS).translate(DOTS)
    kept = "".join(
        " " if char.isspace() else char
        for char in text
        if unicodedata.category(char) != "Cc" or char.isspace()
    )
    return " ".join(kept.split())


@deconstructible
class GraphemeLimit:
    """Refuse a text with more visible characters, or more marks on one, than `most` allows."""

    marks = 8

    def __init__(self, most: int):
        self.most = most

    def __call__(self, value: str) -> None:
        found = graphemes(value)
        if len(found) > self.most:
            raise ValidationError(
                _("最多 %(most)d 个字，现在有 %(count)d 个。")
                % {"most": self.most, "count": len(found)},
                code="too_long",
            )
        if any(len(character) > self.marks for character in found):
            raise ValidationError(_("有无法显示的叠加符号。"), code="too_many_marks")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GraphemeLimit) and self.most == other.most
