"""`manage.py generate_quiz_scale`: a made-up competition of a whole province, to measure with."""

from django.core.management.base import BaseCommand, CommandError

from quiz import services
from quiz.errors import QuizError


class Command(BaseCommand):
    help = "造一场全省规模的示例竞赛（成绩和工会都是编的），用来量榜单有多快；--remove 全部删掉。"

    def add_arguments(self, parser):
        parser.add_argument("--standings", type=int, default=2_000_000, help="上榜人数")
        parser.add_argument("--unions", type=int, default=5_000, help="工会数，分三级")
        parser.add_argument("--questions", type=int, default=9_000, help="题库的题数")
        parser.add_argument("--remove", action="store_true", help="删掉造出来的一切")

    def handle(self, *args, standings, unions, questions, remove, **options):
        if remove:
            count = services.remove_scale(progress=self.show)
            self.stdout.write(f"已删除，含 {count} 条成绩。")
            return
        if not 1 <= standings <= 5_000_000 or not 30 <= unions <= 50_000:
            raise CommandError("人数在 1 到 5000000 之间，工会数在 30 到 50000 之间。")
        if not 20 <= questions <= 20_000:
            raise CommandError("题数在 20 到 20000 之间。")
        try:
            found = services.generate_scale(
                standings=standings, unions=unions, questions=questions, progress=self.show
            )
        except QuizError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"造好了：{found.get_absolute_url()}")

    def show(self, what: str, done: int, total: int) -> None:
        """One line that overwrites itself on a terminal; elsewhere one for each tenth."""
        if self.stdout.isatty():
            self.stdout.write(f"{what} {done}/{total}", ending="\r")
        elif done == total or done % max(total // 10, 1) < 5000:
            self.stdout.write(f"{what} {done}/{total}")
        self.stdout.flush()
