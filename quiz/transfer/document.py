"""Questions written as a Word file, in the form that `quiz.transfer.word` reads."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from quiz.models import Question
from quiz.transfer import heads, marks
from quiz.transfer.upload import WORD_PART
from quiz.transfer.word import options_of
from quiz.transfer.workbook import cells_of

# In this order behind the options; the explanation last, for it may count points of its own.
LABELLED = (
    *(heads.ANSWER, heads.KIND, heads.CATEGORY, heads.DIFFICULTY, heads.POINTS),
    *(heads.LAW, heads.ARTICLE, heads.VALID_FROM, heads.VALID_UNTIL, heads.PRACTICE),
    *(heads.PICTURE, heads.PICTURE_ALT, heads.SOUND, heads.TRANSCRIPT, heads.EXPLANATION),
)
NOT_XML = "\ufffe\uffff"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/{WORD_PART}" ContentType="{MAIN}"/></Types>'
)
RELATIONS = (
    f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{WORD_PART}"/></Relationships>'
)


def written(title: str, questions: Iterable[Question]) -> bytes:
    """A .docx of `questions`, numbered from 1, that reads back as they are; `title` on top."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        with archive.open(WORD_PART, "w") as part:
            part.write(f'{DECLARATION}<w:document xmlns:w="{WORDS}"><w:body>'.encode())
            part.write(_paragraph(f"{marks.AS_IT_IS}{title}", bold=True))
            for number, question in enumerate(questions, start=1):
                part.write(_paragraph(""))
                texts = dict(zip(heads.ALL, cells_of(question), strict=True))
                for line in lines_of(number, texts):
                    part.write(_paragraph(line))
            part.write(b"</w:body></w:document>")
    return out.getvalue()


def lines_of(number: int, texts: Mapping[str, str]) -> Iterator[str]:
    """The lines of one question; `texts` are by head, as a row of a workbook has them."""
    chosen = any(texts.get(head) for head in heads.OPTIONS)
    yield from _lines(f"{number}. ", texts.get(heads.STEM, ""))
    for letter, head in zip(heads.LETTERS, heads.OPTIONS, strict=True):
        if text := texts.get(head, "").replace("\n", " "):
            line = f"{letter}. {text}"
            whole = options_of(line) == [(letter, text)]
            yield line if whole else f"{letter}. {marks.AS_IT_IS}{text}"
    for head in LABELLED:
        text = texts.get(head, "")
        if text or head == heads.ANSWER:
            yield from _lines(f"{head}：", text, keep=_taken_apart(head, texts, chosen))


def _taken_apart(head: str, texts: Mapping[str, str], chosen: bool) -> bool:
    """Whether the reader would make two of what is one text."""
    if head == heads.LAW:
        cited = marks.CITED.fullmatch(texts[head])
        return bool(cited and cited[2]) and not texts.get(heads.ARTICLE)
    return head == heads.ANSWER and not chosen and bool(marks.BETWEEN_FORMS.search(texts[head]))


def _lines(mark: str, text: str, *, keep: bool = False) -> Iterator[str]:
    first, *others = text.split("\n")
    keep = keep or first != first.strip() or first.startswith(marks.AS_IT_IS)
    yield f"{mark}{marks.AS_IT_IS if keep else ''}{first}"
    for line in others:
        yield f"{marks.AS_IT_IS if _looks_marked(line) else ''}{line}"


def _looks_marked(line: str) -> bool:
    """Whether a line that goes on with the text before it would not be read as it is."""
    return (
        not line
        or line != line.strip()
        or line.startswith(marks.AS_IT_IS)
        or any(mark.match(line) for mark in (marks.LABEL, marks.SECTION, marks.STEM, marks.OPTION))
    )


def _paragraph(line: str, *, bold: bool = False) -> bytes:
    kept = escape("".join(filter(_allowed, line)))
    style = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p><w:r>{style}<w:t xml:space="preserve">{kept}</w:t></w:r></w:p>'.encode()


def _allowed(char: str) -> bool:
    """Whether XML may hold `char`; controls say nothing, and the import leaves them out too."""
    return char == "\t" or (
        char >= " " and not "\ud800" <= char <= "\udfff" and char not in NOT_XML
    )
