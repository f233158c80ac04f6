"""`manage.py verify_draw tickets.csv record.json`: compute a draw again from what is published."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from quiz import lottery

PART = 1024 * 1024


class Command(BaseCommand):
    help = "用公布的奖券名单和开奖记录重算一次抽奖；一致则退出码为 0，否则为 1。"

    def add_arguments(self, parser):
        parser.add_argument("tickets", type=Path, help="奖券名单（tickets.csv）")
        parser.add_argument("record", type=Path, help="开奖记录（record.json）")

    def handle(self, *args, **options):
        try:
            record = lottery.read_record(json.loads(options["record"].read_text("utf-8")))
            with options["tickets"].open("rb") as file:
                found = lottery.problems(record, iter(lambda: file.read(PART), b""))
        except (OSError, TypeError, ValueError) as error:
            raise CommandError(_("读不了文件：%(error)s") % {"error": error}) from error
        if found:
            wrong = "、".join(str(lottery.CHECKS[code]) for code in found)
            raise CommandError(_("不一致：%(wrong)s") % {"wrong": wrong})
        self.stdout.write(
            _("一致：%(count)d 张奖券，%(winners)d 人中奖。")
            % {"count": record.ticket_count, "winners": len(record.winners)}
        )
