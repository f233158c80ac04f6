"""Questions out of the text of a Word file: numbered stems, lettered options, labelled lines."""

import unicodedata
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from quiz.transfer import heads, marks
from quiz.transfer.rows import Row


class Reader:
    """Takes the lines in order; `rows` are the questions that have ended."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.shared: dict[str, str] = {}
        self.texts: dict[str, str] | None = None
        self.problem = ""
        self.whole: set[str] = set()  # heads whose text is not taken apart
        self.last = ""  # the head that a line without a mark goes on with

    def take(self, line: str, asks: bool) -> None:
        """One line of the text; `asks` as in `asking`."""
        # An explanation may count its own points.
        counts = self.texts is not None and self.last == heads.EXPLANATION and not asks
        stem = () if counts else (self._stem,)
        for step in (self._labelled, self._section, *stem, self._options):
            if step(line):
                return
        if self.texts is not None and line.strip():
            between = "" if self.last in heads.OPTIONS else "\n"
            self.texts[self.last] = f"{self.texts[self.last]}{between}{text_of(line)}"

    def end(self) -> None:
        """What was begun is whole."""
        if self.texts is None:
            return
        law = marks.CITED.fullmatch(self.texts.get(heads.LAW, ""))
        if law and heads.LAW not in self.whole and not self.texts.get(heads.ARTICLE):
            self.texts[heads.LAW], self.texts[heads.ARTICLE] = law[1], law[2]
        chosen = any(head in self.texts for head in heads.OPTIONS)
        if not chosen and heads.ANSWER not in self.whole:
            self.texts[heads.ANSWER] = marks.BETWEEN_FORMS.sub(
                "\n", self.texts.get(heads.ANSWER, "")
            )
        self.rows.append(Row(len(self.rows) + 1, self.texts, self.problem))
        self.texts, self.problem, self.whole = None, "", set()

    def _labelled(self, line: str) -> bool:
        found = marks.LABEL.match(line)
        if not found:
            return False
        head = marks.LABELS[found[1] or found[2]]
        if self.texts is not None:
            self.texts[head], self.last = text_of(found[3]), head
            if found[3].startswith(marks.AS_IT_IS):
                self.whole.add(head)
        elif head in marks.SHARED:
            self.shared[head] = text_of(found[3])
        return True

    def _section(self, line: str) -> bool:
        """A heading like 二、多选题: it says the kind of what follows."""
        found = marks.SECTION.fullmatch(line)
        kinds = [
            kind for word, kind in marks.SECTION_KINDS.items() if found and word in found[1][:8]
        ]
        if not kinds:
            return False
        self.end()
        self.shared[heads.KIND] = kinds[0]
        return True

    def _stem(self, line: str) -> bool:
        found = marks.STEM.fullmatch(line)
        if not found or not found[1]:
            return False
        self.end()
        self.texts, self.last = {**self.shared, heads.STEM: text_of(found[1])}, heads.STEM
        return True

    def _options(self, line: str) -> bool:
        if self.texts is None or self.last not in {heads.STEM, *heads.OPTIONS}:
            return False
        found = options_of(line)
        for letter, text in found:
            head = heads.OPTIONS[heads.LETTERS.index(letter)]
            if head in self.texts:
                self.problem = _("选项%(letter)s出现了两次，下一题是不是漏了题号？") % {
                    "letter": letter
                }
            self.texts[head], self.last = text, head
        return bool(found)


def questions_in(lines: Iterable[str]) -> list[Row]:
    """The questions in `lines`, in order. Nothing in them is an error: a row tells its own."""
    lines = list(lines)
    reader = Reader()
    for line, asks in zip(lines, asking(lines), strict=True):
        reader.take(line, asks)
    reader.end()
    return reader.rows


def asking(lines: Sequence[str]) -> list[bool]:
    """For each line, whether an option or an answer follows it before the next numbered line."""
    found = [False] * len(lines)
    answered = False
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        label = marks.LABEL.match(line)
        if label:
            answered = answered or marks.LABELS[label[1] or label[2]] == heads.ANSWER
        elif marks.STEM.fullmatch(line) or marks.SECTION.fullmatch(line):
            found[place], answered = answered, False
        elif marks.OPTION.match(line):
            answered = True
    return found


def options_of(line: str) -> list[tuple[str, str]]:
    """(letter, text) of the options on one line: A. 甲  B. 乙; [] where it begins with none.

    Beyond the first, a mark counts only as the next letter after a blank.
    """
    found = marks.OPTION.match(line)
    if found and line.startswith(marks.AS_IT_IS, found.end()):
        return [(_plain(found[1]), text_of(line[found.end() :]))]
    options: list[tuple[str, str]] = []
    while found:
        letter, start = _plain(found[1]), found.end()
        after = None
        for candidate in marks.NEXT_OPTION.finditer(line, start):
            if ord(_plain(candidate[1])) == ord(letter) + 1:
                after = candidate
                break
        options.append((letter, line[start : after.start() if after else None].strip()))
        found = after
    return options


def text_of(text: str) -> str:
    """What a line, or the rest of one behind its mark, says."""
    return text[1:] if text.startswith(marks.AS_IT_IS) else text.strip()


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter).upper()
