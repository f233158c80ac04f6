"""Write the demo content into an empty site."""

from django.core.management.base import BaseCommand, CommandError

from config.demo.services import is_loaded, load


class Command(BaseCommand):
    help = "写入演示内容：工会、报道、竞赛、书屋和三十天的活动。"

    def handle(self, *args, **options):
        if is_loaded():
            raise CommandError("演示内容已经在了。要从头开始：make reset")

        def say(part: str) -> None:
            self.stdout.write(f"  {part} …")
            self.stdout.flush()

        load(say)
