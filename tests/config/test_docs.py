"""The documents name everything that they are there to name."""

import ast
import re
import subprocess

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from config.middleware import BodyLimitMiddleware as BodyLimit
from tests.test_layers import LAYERS, RANK

ROOT = settings.BASE_DIR
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "organisers.zh-CN.md").read_text(encoding="utf-8")
GUIDE_PICTURES = ROOT / "docs" / "screenshots" / "organisers"
LARGEST_PICTURE = 60 * 1024


def first_cells(markdown):
    """The first cell of every row of every table."""
    return re.findall(r"^\|([^|]+)\|", markdown, re.MULTILINE)


def names_in_glossary():
    return {name for cell in first_cells(GLOSSARY) for name in re.findall(r"`(\w+)`", cell)}


def planned_in_glossary():
    return {name for cell in first_cells(GLOSSARY) for name in re.findall(r"\(`(\w+)`\)", cell)}


def classes():
    """The names of all classes of our apps."""
    return {
        node.name
        for app in RANK
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }


def variables_of_settings():
    """The names that config/settings.py asks the environment for."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return {
        call.args[0].value
        for call in calls
        if ast.unparse(call.func).partition(".")[0] == "env"
        and isinstance(call.args[0], ast.Constant)
    }


# In every app the same; the map explains them once. Tests and templates follow the apps.
RECURRING = {"management", "migrations", "models", "services", "templatetags", "views", "viewsets"}
FOLLOWING = {"locale", "templates", "tests"}


def folders():
    """Every folder that holds a file of the project, without what recurs."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for file in files.splitlines():
        parts = file.split("/")[:-1]
        if parts and parts[0] not in FOLLOWING and not RECURRING.intersection(parts):
            yield "/".join(parts) + "/"


def test_the_map_names_every_folder():
    named = re.findall(r"`([\w./]+/)`", (ROOT / "docs" / "map.md").read_text(encoding="utf-8"))
    nested = {"config/demo/illustrations/" + name for name in ("motifs/", "scenes/")}
    assert set(folders()) - set(named) - nested - {".ci/elasticsearch/launcher/"} == set()


def test_the_glossary_names_every_model():
    models = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in RANK and not model._meta.auto_created
    }
    missing = sorted(models - names_in_glossary())
    assert missing == [], (
        f"add to docs/glossary.md: {', '.join(missing)} – a row `Name` | 中文 | meaning in its "
        "app's table, or under “Technical tables” if no screen ever names it"
    )


def test_the_glossary_names_only_what_there_is_and_marks_what_is_planned():
    absent = names_in_glossary() - classes()
    assert absent == planned_in_glossary(), (
        "in docs/glossary.md put into parentheses (`Name`) what is only planned, and take the "
        "parentheses from what is there"
    )


def test_the_glossary_names_nothing_twice():
    found = [name for cell in first_cells(GLOSSARY) for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("name", ["Union", "SiteImage", "SiteRendition"])
def test_the_glossary_is_read_as_we_think(name):
    assert name in names_in_glossary()


def test_every_variable_is_explained_and_no_other():
    explained = {
        name for cell in first_cells(RUNNING) for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)
    }
    assert explained == variables_of_settings()


def test_every_variable_is_in_the_example_and_no_other():
    assert set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE)) == variables_of_settings()


def test_the_containers_set_only_what_the_settings_read():
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    shared = compose.partition("services:")[0]
    given = set(re.findall(r"^    ([A-Z][A-Z_]+):", shared, re.MULTILINE))
    assert {"DATABASE_URL", "ELASTICSEARCH_URL"} <= given <= variables_of_settings()


def test_the_settings_are_read_as_we_think():
    assert {"DATABASE_URL", "DEBUG", "TRUST_FORWARDED_PROTO"} <= variables_of_settings()


def test_only_the_settings_read_the_environment():
    """config/environment.py, config/celery.py and the entry points only set a default."""
    files = [
        path
        for app in RANK
        for path in sorted((ROOT / app).rglob("*.py"))
        if "demo" not in path.parts and path != ROOT / "config" / "processes.py"
    ]
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in files
        if re.search(r"os\.getenv|os\.environ(\.get|\[)", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_the_decision_on_layers_names_the_layers_that_are_checked():
    decision = (ROOT / "docs" / "decisions" / "0001-the-architecture.md").read_text("utf-8")
    chain = re.search(r"Imports go down: ([^;]+);", decision)[1]
    assert [set(re.findall(r"\w+", layer)) for layer in chain.split("→")] == LAYERS


def test_the_web_server_in_front_is_told_what_bodies_the_site_takes():
    megabytes = {limit // 1024**2 for limit in (BodyLimit.LIMIT, BodyLimit.FILM_LIMIT)}
    told = re.search(r"Let bodies through.*?\.\n", RUNNING, re.DOTALL)[0]
    assert {int(number) for number in re.findall(r"(\d+) MB", told)} == megabytes
    assert BodyLimit.FILM_PATH in told


def commands_in_docs():
    """The names in `manage.py name`, wherever a document tells of it."""
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")]
    return {name for text in texts for name in re.findall(r"manage\.py (\w+)", text)}


def test_every_command_of_ours_is_explained():
    ours = {
        path.stem
        for app in RANK
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if path.stem != "__init__"
    }
    assert "verify_draw" in ours
    assert sorted(ours - commands_in_docs()) == []


def test_every_command_in_the_documents_exists():
    assert sorted(commands_in_docs() - set(get_commands())) == []


def links():
    """(document, target) for every link to a file within the repository."""
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                yield path.relative_to(ROOT).as_posix(), target


def test_every_link_of_a_document_leads_somewhere():
    broken = [
        (name, target) for name, target in links() if not ((ROOT / name).parent / target).exists()
    ]
    assert broken == []


def headings(markdown):
    """The anchors of a document's headings, as its readers' software makes them."""
    found = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in found}


def test_every_link_to_a_heading_leads_to_one():
    broken = [
        (path.name, target, anchor)
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", path.read_text("utf-8"))
        if anchor not in headings((path.parent / target if target else path).read_text("utf-8"))
    ]
    assert broken == []


def test_the_organisers_guide_shows_every_picture_of_its_folder_and_none_is_heavy():
    shown = set(re.findall(r"\]\(screenshots/organisers/([^)]+)\)", GUIDE))
    assert shown == {path.name for path in GUIDE_PICTURES.iterdir()}
    heavy = [
        path.name for path in GUIDE_PICTURES.iterdir() if path.stat().st_size > LARGEST_PICTURE
    ]
    assert heavy == []


def words_of_screens():
    """What templates, modules and catalogues say, a sentence of several literals in one piece."""
    folders = [*RANK, "templates", "locale"]
    text = "".join(
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".po"} and "demo" not in path.parts
    )
    return re.sub(r'"\s*\n\s*"', "", text)


def words_of_the_guide():
    """Names and messages that the guide quotes, without what differs from case to case."""
    quoted = re.findall(r"“([^“”]+)”", GUIDE)
    messages = [cell for cell in first_cells(GUIDE) if re.search(r"[。？] $", cell)]
    for quote in [*quoted, *messages]:
        for part in re.split(r"…|\d+", quote.removeprefix("新建")):
            yield part.strip()


def test_the_organisers_guide_quotes_what_the_screens_say():
    screens = words_of_screens()
    assert sorted({words for words in words_of_the_guide() if words not in screens}) == []
