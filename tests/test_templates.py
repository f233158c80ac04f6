"""What holds for every template: it compiles, obeys the content policy, and is shown."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template

from config import views

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
COMPONENTS = sorted(path.name for path in (ROOT / "components").glob("*.html"))
NOT_MARKUP = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|<!--.*?-->", re.DOTALL
)
LOADING = "script|link|img|source|video|audio|track|iframe|embed|object|use|image|form"
STYLE = re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src|nonce)\s*=)[^>]*>", re.IGNORECASE)
STYLE_SHEET = re.compile(r"<style\b(?![^>]*\bnonce\s*=)[^>]*>", re.IGNORECASE)
FOREIGN = re.compile(
    rf"<(?:{LOADING})\b[^>]*\s(?:src|href|srcset|poster|data|action)\s*=\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)


def markup(name: str) -> str:
    return NOT_MARKUP.sub("", (ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_obeys_the_content_policy(name):
    text = markup(name)
    for rule in (STYLE, HANDLER, SCRIPT, STYLE_SHEET, FOREIGN):
        assert rule.findall(text) == []


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (STYLE, '<p style="color:red">', "<p>style = red</p>"),
        (HANDLER, '<a href="#" onclick="x()">', '<a href="#">on click=</a>'),
        (SCRIPT, "<script>x()</script>", '<script type="module" src="/x.js"></script>'),
        (STYLE_SHEET, "<style>p{}</style>", '<style nonce="{{ n }}">p{}</style>'),
        (FOREIGN, '<img alt="" src="https://cdn.example/x.png">', '<a href="https://x.example">'),
        (FOREIGN, '<link rel="stylesheet" href="//cdn.example/x.css">', '<img src="/media/x">'),
    ],
)
def test_the_rules_above_find_what_they_are_for(rule, bad, good):
    assert rule.search(bad)
    assert not rule.search(good)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_says_what_it_takes_and_stands_in_the_gallery(name):
    assert (ROOT / "components" / name).read_text(encoding="utf-8").startswith("{% comment %}")
    assert f'"components/{name}"' in (ROOT / "gallery.html").read_text(encoding="utf-8")


def test_every_component_is_used_by_a_page():
    shown = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in TEMPLATES if name != "gallery.html"
    )
    assert [name for name in COMPONENTS if f'"components/{name}"' not in shown] == []


def test_the_gallery_shows_every_component(rf, db):
    request = rf.get("/gallery/")
    request.user = AnonymousUser()
    response = views.gallery(request)
    text = response.content.decode()
    assert response.status_code == 200
    for marker in (
        "有 2 处要改",
        "少了一位，应为 11 位数字",
        "storyitem--big",
        "cover__label",
        "cover--gold",
        "player__bar",
    ):
        assert marker in text
    assert 'aria-describedby="id_phone_error"' in text
    assert 'aria-invalid="true"' in text


def test_the_gallery_is_not_part_of_a_running_site(client, db):
    assert client.get("/gallery/").status_code == 404
