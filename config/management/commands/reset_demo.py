"""`make reset`: forget everything under var/ and start over, if it is the demo's."""

import shutil

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.services import is_somebody_elses
from config.processes import AlreadyRunning, only_one


class Command(BaseCommand):
    help = "删除演示站点的全部数据（var/），下次 make demo 从头开始。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--yes", action="store_true", help="不是演示站点也清空：会员、内容、上传的文件都没有了"
        )

    def handle(self, *args, yes, **options):
        if settings.DATABASE_URL:
            raise CommandError("DATABASE_URL 指向外部数据库，不在这里清空。")
        lock = settings.VAR_DIR / "demo.lock"
        try:
            with only_one(lock):
                if not yes and is_somebody_elses():
                    raise CommandError(
                        "这里不是演示站点：有别的会员登记在册，没有清空。"
                        "确定全部不要了：python manage.py reset_demo --yes"
                    )
                for path in settings.VAR_DIR.iterdir():
                    if path == lock:
                        continue
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
        except AlreadyRunning as error:
            raise CommandError("演示站点正在运行，请先按 Ctrl-C 结束它。") from error
        self.stdout.write("已清空。运行 make demo 从头开始。")
