"""One question as a file writes it, whatever the format, and the draft that it stands for."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from quiz import scoring
from quiz.drafts import QuestionDraft
from quiz.models import Option, Question
from quiz.models.bank import MAX_QUESTION_POINTS
from quiz.transfer import heads

BETWEEN_LETTERS = re.compile(r"[\s,;/、]")
# Head → field, for what is text as it stands.
TEXTS = {
    heads.CATEGORY: "category",
    heads.STEM: "stem",
    heads.EXPLANATION: "explanation",
    heads.LAW: "source_law",
    heads.ARTICLE: "source_article",
    heads.PICTURE_ALT: "picture_alt",
    heads.TRANSCRIPT: "transcript",
}
OF_ONE_LINE = {heads.CATEGORY, heads.LAW, heads.ARTICLE, heads.PICTURE_ALT}
DAYS = {heads.VALID_FROM: "valid_from", heads.VALID_UNTIL: "valid_until"}
KEYS = {heads.PICTURE: "picture_id", heads.SOUND: "sound_id"}
MOST_OPTION = Option._meta.get_field("text").max_length


class RowProblem(ValueError):
    """What is wrong with one question of a file, in Chinese."""


@dataclass(frozen=True)
class Row:
    """One question as written: `number` is its row, in a Word file its place among the questions.

    `texts` are by head, `problem` is what its parser has to object.
    """

    number: int
    texts: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def __getitem__(self, head: str) -> str:
        return self.texts.get(head, "")


def draft_of(row: Row) -> QuestionDraft:
    """The question that `row` stands for. Raises `RowProblem`."""
    if row.problem:
        raise RowProblem(row.problem)
    fields: dict[str, Any] = {
        name: tidy(row[head], one_line=head in OF_ONE_LINE) for head, name in TEXTS.items()
    }
    for head in (heads.STEM, heads.CATEGORY):
        if not fields[TEXTS[head]]:
            raise RowProblem(_("没有%(head)s。") % {"head": head})
    for head, name in TEXTS.items():
        most = Question._meta.get_field(name).max_length
        if len(fields[name]) > most:
            raise RowProblem(_("%(head)s超过 %(most)d 个字。") % {"head": head, "most": most})
    fields["difficulty"] = _named(row[heads.DIFFICULTY], heads.DIFFICULTIES, heads.DIFFICULTY, 1)
    fields["points"] = _points(row[heads.POINTS])
    fields["practice"] = _yes(row[heads.PRACTICE])
    fields |= {name: _day(row[head], head) for head, name in DAYS.items()}
    fields |= {name: _key(row[head], head) for head, name in KEYS.items()}
    _whole(fields)
    options = _options(row)
    fields["kind"], pairs = _answered(row, options)
    problem = scoring.key_problem(
        fields["kind"],
        [text for text, _right in pairs],
        [place for place, (_text, right) in enumerate(pairs) if right],
    )
    if problem:
        raise RowProblem(problem)
    return QuestionDraft(fields, pairs)


def tidy(text: str, *, one_line: bool = False) -> str:
    """`text` without controls and without blanks at its ends; a tab is a blank."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if one_line:
        text = text.replace("\n", " ")
    return "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}
    ).strip()


def _word(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _named(text: str, names: Mapping[Any, tuple[str, ...]], head: str, default: Any) -> Any:
    """The value that `text` names, `default` where it is empty."""
    word = _word(text)
    if not word:
        return default
    for value, words in names.items():
        if word in words:
            return value
    known = "、".join(words[0] for words in names.values())
    raise RowProblem(
        _("%(head)s只能写%(known)s，不认识“%(text)s”。")
        % {"head": head, "known": known, "text": text[:20]}
    )


def _points(text: str) -> int:
    word = _word(text).removesuffix(heads.POINT) or "10"
    if not word.isascii() or not word.isdigit() or not 1 <= int(word[:9]) <= MAX_QUESTION_POINTS:
        raise RowProblem(
            _("分值要是 1 到 %(most)d 的整数：%(text)s")
            % {"most": MAX_QUESTION_POINTS, "text": text[:20]}
        )
    return int(word)


def _yes(text: str) -> bool:
    word = _word(text)
    if word in heads.YES or word in heads.NO:
        return word in heads.YES
    raise RowProblem(_("练习专用一列要写“是”或“否”：%(text)s") % {"text": text[:20]})


def _day(text: str, head: str) -> date | None:
    if not text.strip():
        return None
    found = heads.DAY.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))  # type: ignore[index]
    except (TypeError, ValueError):
        raise RowProblem(
            _("%(head)s看不出是哪一天：%(text)s") % {"head": head, "text": text[:20]}
        ) from None


def _key(text: str, head: str) -> int | None:
    word = _word(text)
    if not word:
        return None
    if not word.isascii() or not word.isdigit() or len(word) > 9:
        raise RowProblem(_("%(head)s要是数字：%(text)s") % {"head": head, "text": text[:20]})
    return int(word)


def _whole(fields: Mapping[str, Any]) -> None:
    """What the database would refuse as well, said for one row."""
    first, last = fields["valid_from"], fields["valid_until"]
    if first and last and last < first:
        raise RowProblem(_("失效日期早于生效日期。"))
    if fields["picture_id"] and not fields["picture_alt"]:
        raise RowProblem(_("有图片的题要写图片说明。"))
    if fields["sound_id"] and not fields["transcript"]:
        raise RowProblem(_("有音频的题要写文字稿。"))


def _options(row: Row) -> list[str]:
    """The options of the row from A on, without a gap."""
    options = [tidy(row[head], one_line=True) for head in heads.OPTIONS]
    while options and not options[-1]:
        options.pop()
    for letter, text in zip(heads.LETTERS, options, strict=False):
        if not text:
            raise RowProblem(_("选项%(letter)s是空的。") % {"letter": letter})
        if len(text) > MOST_OPTION:
            raise RowProblem(
                _("选项%(letter)s超过 %(most)d 个字。") % {"letter": letter, "most": MOST_OPTION}
            )
    return options


def _answered(row: Row, options: list[str]) -> tuple[str, list[tuple[str, bool]]]:
    """Kind and (text, right) options by what the row gives as its answer."""
    answer = tidy(row[heads.ANSWER])
    if not answer:
        raise RowProblem(_("没有答案。"))
    kind = _named(row[heads.KIND], heads.KINDS, heads.KIND, "") or _guessed(answer, options)
    if kind == scoring.FILL:
        if options:
            raise RowProblem(_("填空题没有选项，可接受的答案写在答案里。"))
        return kind, [(form.strip(), True) for form in answer.split("\n") if form.strip()]
    if kind == scoring.BOOLEAN:
        options = options or [heads.TRUE[0], heads.FALSE[0]]
        places = _verdict(answer, options)
    else:
        places = None
    if places is None:
        places = _places(answer, options)
    return kind, [(text, place in places) for place, text in enumerate(options)]


def _guessed(answer: str, options: list[str]) -> str:
    if not options:
        verdict = _word(answer) in heads.TRUE + heads.FALSE
        return scoring.BOOLEAN if verdict else scoring.FILL
    if len(_letters(answer)) > 1:
        return scoring.MULTIPLE
    words = {_word(text) for text in options}
    if len(words) == 2 and words & set(heads.TRUE) and words & set(heads.FALSE):
        return scoring.BOOLEAN
    return scoring.SINGLE


def _verdict(answer: str, options: list[str]) -> set[int] | None:
    """Which option the words 对 or 错 mean; None where the answer is a letter."""
    word = _word(answer)
    for words in (heads.TRUE, heads.FALSE):
        if word in words:
            return {place for place, text in enumerate(options) if _word(text) in words}
    return None


def _letters(answer: str) -> str:
    return BETWEEN_LETTERS.sub("", unicodedata.normalize("NFKC", answer)).upper()


def _places(answer: str, options: list[str]) -> set[int]:
    letters = _letters(answer)
    places = [heads.LETTERS.find(letter) for letter in letters]
    if any(place < 0 for place in places):
        raise RowProblem(_("答案要写选项的字母，不认识“%(text)s”。") % {"text": answer[:20]})
    for letter, place in zip(letters, places, strict=True):
        if place >= len(options):
            raise RowProblem(_("答案是 %(letter)s，但没有这个选项。") % {"letter": letter})
    if len(set(places)) < len(places):
        raise RowProblem(_("答案里有重复的字母：%(text)s") % {"text": answer[:20]})
    return set(places)
