"""`manage.py rebuild_index`: build the search index anew while the old one answers."""

from django.core.management.base import BaseCommand, CommandError

from search import services
from search.engines.base import EngineError


class Command(BaseCommand):
    help = "重建搜索索引：在旁边建好再换用，期间搜索照常。"

    def handle(self, *args, verbosity, **options):
        try:
            count = services.rebuild(progress=self.show if verbosity else None)
        except (services.SearchError, EngineError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"索引已换用，共 {count} 条。")

    def show(self, seen: int, total: int) -> None:
        """One line that overwrites itself on a terminal."""
        ending = "\r" if self.stdout.isatty() else "\n"
        self.stdout.write(f"建索引 {seen}/{total}", ending=ending)
