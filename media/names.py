"""What an uploaded file is called on screen. Pure."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

LONGEST = 100
UNNAMED = _("未命名")
# C: controls, formats (which holds the bidirectional overrides), surrogates and private use;
# Zl and Zp: line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# A slash may belong to a title (“4/5月合影”); these are ways to point somewhere else.
PATH = re.compile(r"(^|[\\/])\.\.?([\\/]|$)|^[\\/]|^[A-Za-z]:[\\/]|\\")


def display_name(raw: str, *, longest: int = LONGEST) -> str:
    """Return `raw` fit to be shown and stored: one line, at most `longest` characters.

    Controls, bidirectional overrides, invisible characters and lone surrogates are dropped; of
    something that is a path the last part stays; what has nothing left is called 未命名. A file's
    extension survives the shortening. Applying it twice changes nothing more.
    """
    text = "".join(" " if char in "\t\r\n" else char for char in raw)
    text = "".join(char for char in text if unicodedata.category(char) not in UNSEEN)
    text = " ".join(text.split())
    if PATH.search(text):
        parts = [part.strip() for part in re.split(r"[\\/]", text)]
        kept = [part for part in parts if part.strip(". ") and not re.fullmatch("[A-Za-z]:", part)]
        text = kept[-1] if kept else ""
    return _shortened(text.strip(), longest) or str(UNNAMED)


def file_name(raw: str) -> str:
    """Return `display_name(raw)` without any slash: a name for a download."""
    return display_name(re.split(r"[\\/]", raw)[-1]).replace("/", "_").replace("\\", "_")


def extension(name: str) -> str:
    """Return the extension of `name` in lower case without the dot, empty when it has none."""
    match = re.search(r"\.([A-Za-z0-9]{1,8})$", name)
    return match[1].lower() if match else ""


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    tail = f".{extension(text)}" if extension(text) else ""
    return text[: longest - len(tail)].rstrip() + tail
