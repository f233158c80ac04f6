"""A text that no catalogue can reach is found, with the line it stands on."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from config import translation_marks
from config.management.commands import check_translations
from config.translation_marks import Unmarked, in_python, in_template

chinese = st.text("工会职工劳模书屋竞赛，。 ab", min_size=1).filter(
    translation_marks.CHINESE.search
)


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "登录" %}',
        '<p title="{% translate "登录" %}">{% trans "登录" as word %}</p>',
        "{% blocktranslate with name=name %}你好，{{ name }}{% endblocktranslate %}",
        "{% blocktranslate count n=n %}一本{% plural %}{{ n }} 本{% endblocktranslate %}",
        "{% comment %}给写模板的人看{% endcomment %}",
        "{% comment '说明' %}{% if 甲 %}{{ 乙 }}{% endif %}{% endcomment %}",
        "{# 给写模板的人看 #}",
        """{% include "a.html" with title=_("还没有书") text=_('换个词') %}""",
        '{{ day|date:_("n月j日") }}',
        '{{ name|default:"—" }}：{{ value }}',
        "plain English",
    ],
)
def test_a_marked_text_in_a_template_is_fine(source):
    assert in_template(source) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<p>登录</p>", 1),
        ("<p>\n\n登录</p>", 3),
        ('<a title="登录">', 1),
        ("<!-- 登录 -->", 1),
        ('\n{% include "a.html" with title="还没有书" %}', 2),
        ('{% include "a.html" with title=_("还没有书") text="换个词" %}', 1),
        ('{{ day|date:"n月j日" }}', 1),
        ("{% comment %}\n{% endcomment %}\n登录", 3),
        ("{% blocktranslate %}你好{% endblocktranslate %}\n登录", 2),
        ('{% blocktranslate with a="书" %}{{ a }}{% endblocktranslate %}', 1),
        ("{% block title %}首页{% endblock %}", 1),
    ],
)
def test_an_unmarked_text_in_a_template_is_found_on_its_line(source, line):
    assert [found.line for found in in_template(source)] == [line]


@given(chinese, st.integers(0, 5))
def test_any_bare_text_in_a_template_is_found_and_its_marked_twin_is_not(text, above):
    lines = "\n" * above
    assert [found.line for found in in_template(f"{lines}<p>{text}</p>")] == [above + 1]
    assert in_template(f'{lines}<p>{{% translate "{text}" %}}</p>') == []


@pytest.mark.parametrize(
    "source",
    [
        'name = _("姓名")',
        'name = gettext_lazy("姓名")',
        'name = translation.gettext("姓名")',
        'name = ngettext("%(n)d 本", "%(n)d 本", n)',
        'name = pgettext("书的", "题名")',
        'name = _("姓名 %(name)s") % {"name": name}',
        'name = _(\n    "前半句"\n    "后半句"\n)',
        '"""模块。"""\n\nclass A:\n    """类。"""\n\n    def b(self):\n        """函数。"""\n',
        "name = 1  # 注释",
        'name = "plain"',
    ],
)
def test_a_marked_text_in_python_is_fine(source):
    assert in_python(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('name = "姓名"', Unmarked(1, "姓名")),
        ('\nraise ValueError("不对")', Unmarked(2, "不对")),
        ('name = f"共 {n} 本"', Unmarked(1, "本")),
        ('name = _(f"{n} 本")', Unmarked(1, "本")),
        ('name = _("a" + "本")', Unmarked(1, "本")),
        ('choices = {"a": "甲"}', Unmarked(1, "甲")),
        ('name = str("姓名")', Unmarked(1, "姓名")),
    ],
)
def test_an_unmarked_text_in_python_is_found_on_its_line(source, found):
    assert found in in_python(source)


@given(chinese, st.integers(0, 5))
def test_any_bare_string_in_python_is_found_and_its_marked_twin_is_not(text, above):
    lines = "\n" * above
    assert in_python(f"{lines}a = {text!r}") == [Unmarked(above + 1, text.strip())]
    assert in_python(f"{lines}a = _({text!r})") == []


def test_the_command_names_file_and_line(tmp_path, settings, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates" / "quiz").mkdir(parents=True)
    (tmp_path / "templates" / "quiz" / "a.html").write_text("\n<p>登录</p>", encoding="utf-8")
    with pytest.raises(CommandError, match="1 处"):
        call_command("check_translations")
    assert "templates/quiz/a.html:2: <p>登录</p>" in capsys.readouterr().err


def test_every_text_of_ours_is_marked():
    assert list(check_translations.unmarked(settings.BASE_DIR)) == []


def test_our_own_apps_are_looked_at_and_nothing_that_no_reader_sees():
    files = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in check_translations.python_files(settings.BASE_DIR)
    }
    assert {"unions/models.py", "config/middleware.py"} <= files
    assert not any("/migrations/" in name or "/management/" in name for name in files)
    assert not any(name.startswith(("tests/", ".venv/", "config/demo/")) for name in files)


@pytest.mark.parametrize("name", translation_marks.ALLOWED)
def test_every_exception_is_still_needed(name):
    path = Path(settings.BASE_DIR) / name
    find = in_template if path.suffix == ".html" else in_python
    assert find(path.read_text(encoding="utf-8"))
