"""`make reset`: forget everything under var/ and start over."""

import shutil

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.processes import AlreadyRunning, only_one


class Command(BaseCommand):
    help = "删除演示站点的全部数据（var/），下次 make demo 从头开始。"
    requires_system_checks = ()

    def handle(self, *args, **options):
        if settings.DATABASE_URL:
            raise CommandError("DATABASE_URL 指向外部数据库，不在这里清空。")
        lock = settings.VAR_DIR / "demo.lock"
        try:
            with only_one(lock):
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
