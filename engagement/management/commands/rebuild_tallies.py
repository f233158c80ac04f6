"""Derive the daily tallies again, or say where they differ from what would be derived."""

from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from engagement import services
from engagement.declaration import registry


class Command(BaseCommand):
    help = "重建日汇总；--check 只比对，不改动，有差异时以非零状态结束。"

    def add_arguments(self, parser):
        yesterday = timezone.localdate() - timedelta(days=1)
        parser.add_argument("--first", type=date.fromisoformat, default=yesterday)
        parser.add_argument("--last", type=date.fromisoformat, default=timezone.localdate())
        parser.add_argument("--check", action="store_true", help="只比对")

    def handle(self, *, first, last, check, **options):
        if first > last:
            raise CommandError("起始日期晚于结束日期。")
        if not check:
            changed = services.roll_up(first=first, last=last)
            self.stdout.write(f"{first} 至 {last}：改动 {changed} 行。")
            return
        found = [
            row
            for measure in registry.values()
            for row in services.differences(measure=measure, first=first, last=last)
        ]
        for row in found:
            self.stdout.write(
                f"{row.measure} {row.day} 工会 {row.union_id}："
                f"汇总为 {row.stored or 0}，应为 {row.derived or 0}"
            )
        if found:
            raise CommandError(f"有 {len(found)} 处差异。")
        self.stdout.write(f"{first} 至 {last}：没有差异。")
