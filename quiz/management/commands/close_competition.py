"""`manage.py close_competition <slug>`: hand in what is open and make the board final."""

from django.core.management.base import BaseCommand, CommandError

from quiz import services
from quiz.errors import QuizError
from quiz.models import Competition
from quiz.rules import moment


class Command(BaseCommand):
    help = "结束一场竞赛：收齐没交的答卷，公布最终名次。可以重复执行。"

    def add_arguments(self, parser):
        parser.add_argument("slug", help="竞赛的网址名")
        parser.add_argument(
            "--now", action="store_true", help="还没到截止时间也现在截止，并记入操作日志"
        )

    def handle(self, *args, slug, now, **options):
        competition = Competition.objects.filter(slug=slug).first()
        if competition is None:
            raise CommandError(f"没有网址名为“{slug}”的竞赛。")
        try:
            done = services.close_competition(competition=competition, early=now)
        except QuizError as error:
            hint = "要现在截止，加上 --now。" if error.code == "not_over" else ""
            raise CommandError(f"{error.message}{hint}") from error
        if done.moved_from:
            self.stdout.write(f"截止时间由{moment(done.moved_from)}改到现在，已记入操作日志。")
        self.stdout.write(f"收齐没交的答卷 {done.handed_in} 份，上榜 {done.standings} 人。")
        if done.still_open:
            self.stdout.write(f"还有 {done.still_open} 份答卷没收上来，稍后再执行一次。")
        else:
            self.stdout.write("最终名次已公布。")
