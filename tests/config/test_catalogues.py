"""The interface of every package we show is Chinese, and no translation loses a placeholder."""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import gettext
from django.utils.translation.trans_real import DjangoTranslation, translation

from tests.factories.unions import MemberFactory

CATALOGUES = sorted(settings.LOCALE_PATHS[0].rglob("*.po"))
# Characters, or the punctuation that goes with them.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# What stays as it is in Chinese text, with the reason.
SAME_IN_CHINESE = {
    "ID": "an abbreviation that editors know",
    "%(range_start)s - %(range_end)s": "two values and a dash",
    "WebAuthn": "a proper name",
    "Passkey": "a proper name",
}
# English that Wagtail's templates write without a mark: no catalogue can reach it.
HARD_CODED = {"Actions"}


def entries():
    return [entry for path in CATALOGUES for entry in polib.pofile(str(path))]


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def shape(text):
    """What must survive translation: placeholders and tags, in any order."""
    return sorted({*PLACEHOLDER.findall(text), *TAG.findall(text)})


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_compiled_catalogue_is_the_source_compiled(path):
    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary()


def test_the_check_names_a_stale_catalogue_and_compiling_mends_it(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr ""\n\nmsgid "Save"\nmsgstr "保存"\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"django\.mo"):
        call_command("compile_catalogues", check=True)
    call_command("compile_catalogues")
    call_command("compile_catalogues", check=True)
    assert polib.mofile(str(tmp_path / "django.mo"))[0].msgstr == "保存"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_entry_is_empty_fuzzy_or_twice_there(path):
    catalogue = polib.pofile(str(path), check_for_duplicates=True)
    assert catalogue.untranslated_entries() == []
    assert catalogue.fuzzy_entries() == []
    assert catalogue.obsolete_entries() == []
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"


def test_placeholders_and_markup_survive_translation():
    lost = [
        (entry.msgid, text)
        for entry in entries()
        for text in texts(entry)
        if shape(text) not in (shape(entry.msgid), shape(entry.msgid_plural or entry.msgid))
    ]
    assert lost == []


def test_every_translation_is_chinese_with_chinese_punctuation():
    half_width = re.compile(r"[\u3400-\u9fff][,;:?]|\.\.\.|!")
    wrong = [
        (entry.msgid, text)
        for entry in entries()
        for text in texts(entry)
        if not CHINESE.search(text) or half_width.search(TAG.sub("", text))
    ]
    assert wrong == []


def shown_packages():
    """Folders of the installed packages that bring an English source catalogue."""
    for config in apps.get_app_configs():
        folder = Path(config.path) / "locale" / "en" / "LC_MESSAGES"
        if config.name.startswith(("wagtail", "allauth", "taggit")) and folder.is_dir():
            yield config.name, folder
    allauth = Path(find_spec("allauth").origin).parent
    yield "allauth", allauth / "locale" / "en" / "LC_MESSAGES"


@cache
def translation_of(domain, where):
    """What a reader gets. The JavaScript catalogue is served per package, the other is merged."""
    return DjangoTranslation(
        "zh-hans", domain=domain, localedirs=[str(where)] if domain == "djangojs" else None
    )


def without_chinese(domain, folder):
    source = folder / f"{domain}.po"
    if not source.exists():
        return []
    translation = translation_of(domain, folder.parent.parent if domain == "djangojs" else None)
    missing = []
    for entry in polib.pofile(str(source)):
        if entry.obsolete or entry.msgid in SAME_IN_CHINESE:
            continue
        if entry.msgid_plural:
            found = translation.ngettext(entry.msgid, entry.msgid_plural, 2)
        elif entry.msgctxt:
            found = translation.pgettext(entry.msgctxt, entry.msgid)
        else:
            found = translation.gettext(entry.msgid)
        if not CHINESE.search(found):
            missing.append(entry.msgid)
    return missing


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("name", sorted(dict(shown_packages())))
def test_no_text_of_a_package_we_show_is_left_in_english(name, domain):
    assert without_chinese(domain, dict(shown_packages())[name]) == []


@pytest.mark.parametrize("name", ["wagtail.admin", "wagtail", "wagtailmedia", "allauth"])
def test_the_packages_that_matter_are_looked_at(name):
    assert name in dict(shown_packages())


def test_the_list_of_texts_left_alone_is_needed():
    """A package that learns Chinese, or drops a text, shortens the list."""
    sources = {
        entry.msgid
        for _name, folder in shown_packages()
        for path in folder.glob("*.po")
        for entry in polib.pofile(str(path))
    }
    assert set(SAME_IN_CHINESE) <= sources


@pytest.mark.parametrize(
    ("text", "chinese"),
    [("Today", "今天"), ("Past 7 days", "过去 7 天"), ("Locked Out", "已锁定")],
)
def test_packages_without_a_simplified_catalogue_speak_chinese_too(text, chinese):
    assert translation_of("django", None).gettext(text) == chinese


@pytest.mark.django_db
def test_the_editor_in_the_browser_gets_its_texts_in_chinese(signed_in):
    client = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    response = client.get("/cms/jsi18n/")
    assert response.status_code == 200
    assert json.dumps("更改已自动保存。") in response.content.decode()


def visible_texts(page):
    """Every text, label and tooltip of a page, spaces folded."""
    soup = BeautifulSoup(page, "html.parser")
    for element in soup(["script", "style"]):
        element.decompose()
    labels = ("title", "aria-label", "placeholder", "alt")
    found = [*soup.stripped_strings]
    found += [tag[name] for tag in soup.find_all(True) for name in labels if tag.get(name)]
    return {" ".join(text.split()) for text in found}


@cache
def english_texts():
    return {
        " ".join(entry.msgid.split())
        for _name, folder in shown_packages()
        for entry in polib.pofile(str(folder / "django.po"))
        if entry.msgid not in SAME_IN_CHINESE
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/cms/",
        "/cms/account/",
        "/cms/pages/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/media/",
        "/cms/users/new/",
        "/cms/redirects/add/",
        "/cms/reports/site-history/",
        "/cms/reports/workflow/",
    ],
)
def test_no_screen_of_the_editors_shows_a_package_s_english(signed_in, address):
    client = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    response = client.get(address)
    assert response.status_code == 200
    left = visible_texts(response.content.decode()) & english_texts()
    assert left - HARD_CODED == set()


def test_texts_can_be_told_from_markup():
    page = "<style>p {}</style><p title='See  this'>Save <b>now</b></p><script>x</script>"
    assert visible_texts(page) == {"See this", "Save", "now"}


def test_a_text_is_looked_up_in_the_catalogues_once():
    apps.get_app_config("config").ready()  # a test may have had the catalogues read anew
    looked_up = translation(settings.LANGUAGE_CODE).gettext.cache_info
    assert gettext("跳到正文") == "跳到正文"
    before = looked_up()
    assert gettext("跳到正文") == "跳到正文"
    assert (looked_up().hits, looked_up().misses) == (before.hits + 1, before.misses)
