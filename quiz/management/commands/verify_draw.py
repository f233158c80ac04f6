"""`manage.py verify_draw tickets.csv record.json`: compute a draw again from what is published."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from quiz import lottery

PART = 1024 * 1024
# Neither as announced (0) nor otherwise (1): there are no winners to compute.
WITHDRAWN = 3


class Command(BaseCommand):
    help = (
        "用公布的奖券名单和开奖记录重算一次抽奖。退出码：一致为 0，不一致为 1；"
        "已撤回、密数和指纹一致的为 3，它没有名单，只给记录。"
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "tickets", type=Path, nargs="?", help="奖券名单（tickets.csv）；已撤回的没有"
        )
        parser.add_argument("record", type=Path, help="开奖记录（record.json）")

    def handle(self, *args, **options):
        try:
            data = json.loads(options["record"].read_text("utf-8"))
            if withdrawal := lottery.read_withdrawal(data):
                return self._withdrawn(withdrawal)
            record = lottery.read_record(data)
            if options["tickets"] is None:
                raise CommandError(_("还要给奖券名单：verify_draw tickets.csv record.json"))
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

    def _withdrawn(self, withdrawal: lottery.Withdrawal) -> None:
        """That there is nothing to draw, and whether the secret is the one that was announced."""
        if lottery.hash_of_secret(withdrawal.secret) != withdrawal.secret_hash:
            words = _("已撤回，但不一致：%(wrong)s")
            raise CommandError(words % {"wrong": lottery.CHECKS["secret"]})
        if not withdrawal.value_due_at:
            words = _("已撤回：%(at)s，没有封存名单，也没有开奖。原因：%(reason)s")
        elif withdrawal.value_was_out:
            words = _(
                "已撤回：%(at)s，公开数值产生以后，没有封存名单，也没有开奖。原因：%(reason)s"
            )
        else:
            words = _(
                "已撤回：%(at)s，公开数值产生以前，没有封存名单，也没有开奖。原因：%(reason)s"
            )
        told = words % {"at": withdrawal.withdrawn_at, "reason": withdrawal.reason}
        raise CommandError(told, returncode=WITHDRAWN)
