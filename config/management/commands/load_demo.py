"""Write the demo content into an empty site."""

from django.core.management.base import BaseCommand, CommandError

from config.demo.services import NotEmpty, load


class Command(BaseCommand):
    help = "写入演示内容：工会、报道、竞赛、书屋和三十天的活动。"

    def handle(self, *args, **options):
        def say(part: str) -> None:
            self.stdout.write(f"  {part} …")
            self.stdout.flush()

        try:
            load(say)
        except NotEmpty as error:
            raise CommandError(
                "这个站点已经有会员，演示内容只写入空站点。要从头开始：make reset"
            ) from error
