"""The versions of a question as its keepers read them: what each said, and what was changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.core.paginator import Page as PageOfRows
from django.utils.translation import gettext as _
from wagtail.models import Page

from quiz.differences import Line, lines
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import Question, QuestionVersion
from quiz.review import source_of
from quiz.sheet import LETTERS


@dataclass(frozen=True)
class ShownVersion:
    """One version, or the wording that is not published yet: that has no `version`."""

    version: QuestionVersion | None
    lines: list[Line]
    exhibit: Exhibit

    @property
    def changes(self) -> int:
        return sum(line.differs for line in self.lines)


def shown_versions(question: Question, page: PageOfRows) -> list[ShownVersion]:
    """The versions of `page` (of `QuestionVersion.objects.history`), each beside the one before.

    The number of queries does not grow with the versions.
    """
    after = page.end_index()
    rows: Sequence[QuestionVersion] = list(page.object_list)
    older = list(page.paginator.object_list[after : after + 1])
    found: list[tuple[QuestionVersion | None, dict]] = [(row, row.content) for row in rows]
    if page.number == 1:
        draft = question.snapshot(question.options.all())
        if not rows or rows[0].content != draft:
            found.insert(0, (None, draft))
    contents = [content for _version, content in found]
    known = _titles([*contents, *(row.content for row in older)])
    said = [_said(content, known) for content in contents]
    before = [_said(row.content, known) for row in older] or [None]
    return [
        ShownVersion(version, lines(now, earlier), exhibit)
        for (version, _content), (now, earlier), exhibit in zip(
            found, pairwise([*said, *before]), exhibits_of(contents), strict=True
        )
    ]


def _titles(contents: Iterable[dict]) -> dict[int, str]:
    """The titles of the pages that `contents` cite, as far as there are such pages still."""
    keys = {content["page"] for content in contents if "page" in content}
    rows = Page.objects.filter(pk__in=keys).values_list("pk", "title") if keys else ()
    return dict(rows)


def _said(content: dict, titles: Mapping[int, str]) -> dict[str, str]:
    """All that `content` says, by its name on the screen, without what is empty."""
    key = [letter for place, letter in enumerate(LETTERS) if place in content["key"]]
    said = {
        _("题型"): str(Question.Kind(content["kind"]).label),
        _("类别"): content["category"],
        _("难度"): str(Question.Difficulty(content["difficulty"]).label),
        _("分值"): str(content["points"]),
        _("题干"): content["stem"],
        **{
            _("选项 %(letter)s") % {"letter": letter}: text
            for letter, text in zip(LETTERS, content["options"], strict=False)
        },
        _("正确答案"): "、".join(key),
        _("可接受的答案"): "；".join(content.get("accepted", ())),
        _("解析"): content["explanation"],
        _("依据"): source_of(content),
        _("原文页面"): _page(content.get("page"), titles),
        _("图片"): _numbered(content.get("picture"), content.get("picture_alt", "")),
        _("音频"): _numbered(content.get("sound"), content.get("transcript", "")),
    }
    return {name: text for name, text in said.items() if text}


def _page(key: int | None, titles: Mapping[int, str]) -> str:
    if key is None:
        return ""
    return titles.get(key) or _("第 %(key)d 号页面（已删除）") % {"key": key}


def _numbered(key: int | None, words: str) -> str:
    """A file by its number, with the words that stand for it."""
    return _("第 %(key)d 号：%(words)s") % {"key": key, "words": words} if key else ""
