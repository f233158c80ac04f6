"""Questions as a workbook, read and written in one form."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from quiz.models import Question
from quiz.transfer import heads
from quiz.transfer.rows import Row
from unions import tables
from unions.spreadsheets import form_to_fill, plain

MAX_ROWS = 20_000
# Longer than any cell may be, so that what is too long is told and not cut.
MAX_CELL = 5000
WIDTHS = {heads.STEM: 60, heads.EXPLANATION: 60, heads.LAW: 24, heads.ANSWER: 16}


def read_table(content: bytes) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of an .xlsx (first sheet) or CSV (UTF-8 or GB 18030), and the heads not imported.

    The first row holds the heads; empty rows are left out. Raises `unions.tables.TableError`.
    """
    lines = tables.read(content, most_rows=MAX_ROWS, most_cell=MAX_CELL)
    found = tables.named(lines, required=heads.REQUIRED, optional=heads.OPTIONAL)
    rows = [
        Row(number, {name: plain(text) for name, text in texts.items()})
        for number, texts in found.rows
    ]
    return rows, found.ignored


def cells_of(question: Question) -> list[str]:
    """The cells of one question in the order of the heads, safe to open in a spreadsheet."""
    options = list(question.options.all())
    texts = [option.text for option in options]
    if question.kind == Question.Kind.FILL:
        answer, texts = "\n".join(texts), []
    else:
        pairs = zip(heads.LETTERS, options, strict=False)
        answer = "".join(letter for letter, option in pairs if option.right)
    values = {
        heads.KIND: heads.KINDS[question.kind][0],
        heads.CATEGORY: question.category,
        heads.DIFFICULTY: heads.DIFFICULTIES[question.difficulty][0],
        heads.POINTS: question.points,
        heads.STEM: question.stem,
        **dict(zip(heads.OPTIONS, texts, strict=False)),
        heads.ANSWER: answer,
        heads.EXPLANATION: question.explanation,
        heads.LAW: question.source_law,
        heads.ARTICLE: question.source_article,
        heads.VALID_FROM: question.valid_from or "",
        heads.VALID_UNTIL: question.valid_until or "",
        heads.PRACTICE: heads.YES[0] if question.practice else heads.NO[1],
        heads.PICTURE: question.picture_id or "",
        heads.PICTURE_ALT: question.picture_alt,
        heads.SOUND: question.sound_id or "",
        heads.TRANSCRIPT: question.transcript,
    }
    return [str(values.get(head, "")) for head in heads.ALL]


def written(questions: Iterable[Question]) -> bytes:
    """An .xlsx of `questions` in the form that `read_table` takes; without any the template."""
    columns = [(name, WIDTHS.get(name, 12)) for name in heads.ALL]
    return form_to_fill(_("题目"), columns, map(cells_of, questions), _notes())


def _notes() -> list[str]:
    return [
        _("一行一题，从第二行填起；不要合并单元格，不要改表头。"),
        _("类别、题干、答案必填；题型写单选、多选、判断或填空，空着就按选项和答案判断。"),
        _("选择题的答案写字母，如 B、ACD；判断题写“正确”或“错误”，可以不填选项。"),
        _("填空题不填选项，可接受的写法都写在答案里，一行一种（单元格内换行）。"),
        _("难度写易、中或难，空着算易；分值空着算 10 分；日期写成 2026-01-31。"),
        _(
            "有图片的题写图片编号和图片说明，有音频的写音频编号和音频文字稿；编号在后台“导入题目”页查。"
        ),
        _("题干相同（不计标点和空格）的算重复，不会导入第二次。"),
        _("一次最多 %(most)s 行。有一行不对，整份都不写入。") % {"most": f"{MAX_ROWS:,}"},
    ]
