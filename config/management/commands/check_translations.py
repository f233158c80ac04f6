"""`make check`: every text that a reader may see is marked for translation."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import translation_marks

# Folders whose texts only the people who run the site see, or nobody.
NOT_INTERFACE = {"tests", "migrations", "management", "demo"}


def python_files(root: Path) -> Iterator[Path]:
    """The modules of our own apps below `root`, without those that show nothing to a reader."""
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent == root:
            for path in sorted(folder.rglob("*.py")):
                if not NOT_INTERFACE.intersection(path.relative_to(folder).parts):
                    yield path


def unmarked(root: Path) -> Iterator[str]:
    """Lines `file:line: text` for every text without a mark."""
    files = [
        *(
            (path, translation_marks.in_template)
            for path in sorted(root.glob("templates/**/*.html"))
        ),
        *((path, translation_marks.in_python) for path in python_files(root)),
    ]
    for path, find in files:
        name = path.relative_to(root).as_posix()
        if name in translation_marks.ALLOWED:
            continue
        for found in find(path.read_text(encoding="utf-8")):
            yield f"{name}:{found.line}: {found.text[:60]}"


class Command(BaseCommand):
    help = "检查模板和代码里的界面文字是否都已标记为可翻译。"
    requires_system_checks = ()

    def handle(self, *args, **options):
        lines = list(unmarked(settings.BASE_DIR))
        for line in lines:
            self.stderr.write(line)
        if lines:
            raise CommandError(
                f"{len(lines)} 处界面文字没有翻译标记。代码里用 _(…)，模板里用 {{% translate %}}、"
                "{% blocktranslate %} 或标签参数里的 _(…)；数据模块在 "
                "config/translation_marks.py 的 ALLOWED 中写明理由。"
            )
