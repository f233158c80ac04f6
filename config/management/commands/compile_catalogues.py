"""`make messages`: compile every catalogue under locale/, so that no machine needs gettext."""

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "把 locale/ 下的 .po 编译为 .mo（两者都纳入版本管理）。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="只检查 .mo 是否与 .po 一致。")

    def handle(self, *args, **options):
        stale = []
        for folder in settings.LOCALE_PATHS:
            for source in sorted(folder.rglob("*.po")):
                target = source.with_suffix(".mo")
                compiled = polib.pofile(str(source)).to_binary()
                if target.exists() and target.read_bytes() == compiled:
                    continue
                if options["check"]:
                    stale.append(str(target.relative_to(folder)))
                else:
                    target.write_bytes(compiled)
                    self.stdout.write(f"{target.relative_to(folder)} 已更新")
        if stale:
            raise CommandError(f"请运行 make messages：{'、'.join(stale)} 与 .po 不一致。")
