"""Names and short texts as people type them, made fit to store and to show."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

from unions.masking import graphemes

# Controls that turn the direction of text and so can make a name read as another one.
BIDI_CONTROLS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
PHONE = re.compile(r"1[0-9]{10}")
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


def clean_key(text: str) -> str:
    """A code or user name: full-width letters and digits made plain, no blanks."""
    return "".join(clean_name(unicodedata.normalize("NFKC", text)).split())


def clean_phone(text: str) -> str:
    """A phone number as stored: plain digits, without country code, blanks and hyphens."""
    plain = re.sub(r"[\s\-‐-―]", "", clean_key(text))
    plain = re.sub(r"^(\+86|0086)", "", plain)
    # Spreadsheets turn a pasted number into text like 13800001234.0.
    return plain.removesuffix(".0")


def is_phone(text: str) -> bool:
    """Whether `text` is an eleven-digit mobile number in ASCII digits."""
    return PHONE.fullmatch(text) is not None


def no_phone_inside(text: str) -> None:
    """Refuse a text for the public whose digits, of whatever script, hold a phone number."""
    digits = "".join(str(unicodedata.digit(char, "")) for char in clean_key(text))
    if PHONE.search(digits):
        raise ValidationError(_("不要写手机号，这里所有人都看得到。"), code="phone")


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
