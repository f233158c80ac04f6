"""A question before it is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QuestionDraft:
    """A question to be: the fields of `Question` without its bank, and (text, right) options."""

    fields: Mapping[str, Any]
    options: Sequence[tuple[str, bool]]
