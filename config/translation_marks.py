"""Find interface text that is not marked for translation: in templates and in Python code.

Chinese is the language of the source, so an unmarked text looks right until someone adds a second
language. Pure functions of text; `manage.py check_translations` reads the files.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

CHINESE = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
MARKS = frozenset(
    {
        "_",
        "gettext",
        "gettext_lazy",
        "gettext_noop",
        "ngettext",
        "ngettext_lazy",
        "npgettext",
        "npgettext_lazy",
        "pgettext",
        "pgettext_lazy",
    }
)
# Files (paths from the root of the project, with / between folders) whose Chinese is no interface
# text, each with the reason.
ALLOWED = {
    "cms/first_pages.py": "first contents of a fresh site, which editors change",
    "cms/linked_data.py": "the site's own name",
    "cms/models/legal.py": "first contents of a setting, which editors change",
    "config/samples.py": "what the gallery of components shows to those who build screens",
    "config/settings.py": "names: of the site, of the language in itself, of other sites",
    "helpdesk/fillers.py": "words that a question is compared with",
    "helpdesk/heads.py": "the columns of a file: a format",
    "media/plain_text.py": "characters that a text is compared with",
    "quiz/services/scale.py": "names and questions of a made-up province",
    "quiz/transfer/heads.py": "the columns of a file and the words in them: a format",
    "quiz/transfer/marks.py": "what the lines of a file begin with: a format",
    "quiz/transfer/team_heads.py": "the columns of a file and the words in them: a format",
    "reading/clc.py": "classes of the Chinese Library Classification, in the standard's own words",
    "reading/subjects.py": "words that a title is compared with",
    "search/evaluation/judgements.py": "words that a title or a name is compared with",
    "search/pinyin.py": "characters with their readings",
    "search/text/dictionary.py": "words that a text is compared with",
    "search/text/headline.py": "characters that a text is compared with",
    "search/text/queries.py": "characters that a query is compared with",
    "templates/gallery.html": "for those who build screens, mounted with DEBUG only",
    "unions/masking.py": "surnames: data that a name is compared with",
    "unions/roster_heads.py": "the heads of a file's columns: a format",
}

# Django's own lexer: a tag never spans lines.
TOKEN = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})")
MARKED_LITERAL = re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')\s*\)""")
ENDS = {
    "comment": "endcomment",
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
}


class Unmarked(NamedTuple):
    """A text without a mark: its line (from 1) and the text itself, trimmed."""

    line: int
    text: str


def in_template(source: str) -> list[Unmarked]:
    """Return the Chinese in a Django template that no translation mark covers.

    Covered is what stands in `translate`, between `blocktranslate` and its end, in comments, and
    in `_("…")` within any other tag or variable. Everything else a reader may see.
    """
    found: list[Unmarked] = []
    until = ""
    line = 1
    for token in TOKEN.split(source):
        if not token.startswith(("{%", "{{", "{#")):
            if not until:
                found += _lines_with_chinese(token, line)
        elif token.startswith("{{"):
            if until != "endcomment":
                found += _lines_with_chinese(MARKED_LITERAL.sub("", token), line)
        elif token.startswith("{%"):
            name = (token[2:-2].split() or [""])[0]
            if until:
                until = "" if name == until else until
            else:
                until = ENDS.get(name, "")
                if name not in {"translate", "trans", "comment"}:
                    found += _lines_with_chinese(MARKED_LITERAL.sub("", token), line)
        line += token.count("\n")
    return found


def in_python(source: str) -> list[Unmarked]:
    """Return the Chinese string literals in Python code that are no argument of a mark.

    Docstrings and other strings that stand alone are comments. An f-string or a sum of strings is
    unmarked even inside a mark, as no catalogue can hold it. Raises `SyntaxError` for broken code.
    """
    covered: set[int] = set()
    strings: list[tuple[ast.Constant, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr):
            covered.add(id(node.value))
        elif isinstance(node, ast.Call) and _name(node.func) in MARKS:
            covered.update(id(argument) for argument in node.args)
            covered.update(id(keyword.value) for keyword in node.keywords)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.append((node, node.value))
    return sorted(
        Unmarked(node.lineno, text.strip())
        for node, text in strings
        if id(node) not in covered and CHINESE.search(text)
    )


def _name(function: ast.expr) -> str:
    """The last part of what is called: `_` of `_(…)`, `gettext` of `translation.gettext(…)`."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _lines_with_chinese(text: str, first: int) -> Iterator[Unmarked]:
    for number, line in enumerate(text.split("\n"), first):
        if CHINESE.search(line):
            yield Unmarked(number, line.strip())
