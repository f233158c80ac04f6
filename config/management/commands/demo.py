"""`make demo`: the whole site on this machine, with content, nothing else installed."""

import hashlib
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.demo.logins import PASSWORD
from config.demo.services import is_loaded, known_logins
from config.processes import AlreadyRunning, Group, only_one, port_is_free
from search.services import fill_admin_index

HOST = "127.0.0.1"
STARTS_WITHIN = 60
# How Celery's warning of root begins.
OF_ROOT = "You're running the worker with superuser privileges"


class Command(BaseCommand):
    help = "准备并运行演示站点：网站、后台任务与定时任务。按 Ctrl-C 全部结束。"

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--prepare-only", action="store_true", help="只准备数据与静态文件，不启动"
        )

    def handle(self, *args, port, prepare_only, **options):
        if settings.DATABASE_URL:
            raise CommandError(
                "DATABASE_URL 指向外部数据库。演示账号的密码是公开的，演示只在内置数据库上运行。"
            )
        try:
            with only_one(settings.VAR_DIR / "demo.lock"):
                self.prepare()
                if not prepare_only:
                    self.serve(port)
        except AlreadyRunning as error:
            raise CommandError("演示站点已经在运行。") from error

    def prepare(self) -> None:
        """Bring database, content and static files up to date; say what takes time."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.step("建立数据库", lambda: call_command("migrate", verbosity=0))
        stamp = settings.VAR_DIR / "static.stamp"
        print_now = fingerprint()
        if not stamp.exists() or stamp.read_text() != print_now:
            self.step(
                "收集静态文件",
                lambda: call_command("collectstatic", interactive=False, verbosity=0),
            )
            stamp.write_text(print_now)
        if not is_loaded():
            self.step("写入演示内容", lambda: call_command("load_demo", stdout=self.stdout))
        fill_admin_index()  # a demo of an earlier version has none

    def step(self, title: str, work) -> None:
        """Run `work`, saying what it is and how long it took."""
        self.stdout.write(f"{title} …")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(f"{title}：完成，{time.monotonic() - began:.0f} 秒")
        self.stdout.flush()

    def serve(self, port: int) -> None:
        if not port_is_free(HOST, port):
            raise CommandError(f"端口 {port} 已被占用。换一个端口：make demo PORT=8001")
        group = Group()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, group.ask_to_stop)
        address = f"http://{HOST}:{port}"
        try:
            group.start(
                "网站",
                [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application",
                 "--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "4",
                 "--log-level", "warning", "--no-access-log"],
                {"SITE_URL": address},
            )  # fmt: skip
            group.start(
                "后台任务",
                # Of root, who tries the demo in a container; it takes no work but its own.
                [sys.executable, "-W", f"ignore:{OF_ROOT}", "-m", "celery", "--app", "config",
                 "--quiet", "worker", "--pool", "solo", "--beat", "--loglevel", "WARNING",
                 "--without-gossip", "--without-mingle"],
                {"SITE_URL": address},
            )  # fmt: skip
            self.wait_until_it_answers(group, address)
            if not group.stopping and not group.ended():
                self.greet(address)
            ended = group.wait()
            if ended:
                raise CommandError(f"{ended}进程意外结束，演示站点已停止。")
        finally:
            self.stdout.write("正在结束 …")
            group.stop()
            self.stdout.write("已全部结束。数据保留在 var/，再次运行 make demo 继续。")

    def wait_until_it_answers(self, group: Group, address: str) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if group.stopping or group.ended():
                return
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own http address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)  # a server says nothing when it begins to listen
        raise CommandError("网站没有在一分钟内启动。")

    def greet(self, address: str) -> None:
        lines = [
            "",
            f"  网站      {address}/",
            f"  编辑后台  {address}/cms/",
            f"  工作台    {address}/manage/",
            "",
            f"  演示账号（密码都是 {PASSWORD}）：",
            *(f"    {login.username:<9}  {login.title}" for login in known_logins()),
            "",
            "  按 Ctrl-C 结束。",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def fingerprint() -> str:
    """What the collected static files depend on: our own files and the installed packages."""
    digest = hashlib.sha256()
    sources = [settings.BASE_DIR / "requirements.txt"]
    sources += sorted(Path(settings.STATICFILES_DIRS[0]).rglob("*"))
    for source in sources:
        if source.is_file():
            digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()
