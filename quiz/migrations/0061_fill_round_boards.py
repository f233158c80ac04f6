"""The boards of the rounds that were played before rounds had boards."""

from itertools import groupby
from operator import itemgetter

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

CHUNK = 500


def fill(apps, schema_editor):
    """Of each round the best attempt counts, of what the competition's total board shows."""
    Attempt = apps.get_model("quiz", "Attempt")
    Board = apps.get_model("quiz", "Board")
    Round = apps.get_model("quiz", "Round")
    now = timezone.now()
    for round in Round.objects.select_related("competition").order_by("pk"):
        competition = round.competition
        shown = Q(round=round, submitted_at__isnull=False, void_at__isnull=True)
        if competition.freeze_at and competition.freeze_at <= now and not competition.thawed_at:
            shown &= Q(submitted_at__lt=competition.freeze_at)
        attempts = Attempt.objects.filter(shown)
        total = Board.objects.filter(competition=competition, kind="total").first()
        if total is None or not attempts.exists():
            continue
        board = Board.objects.create(competition=competition, kind="round", round=round)
        # So many changes since there was a ladder: it is built with the next turn of the clock.
        board.unlevelled = fill_board(apps, board, total, attempts)
        board.save()


def fill_board(apps, board, total, attempts) -> int:
    Standing = apps.get_model("quiz", "Standing")
    unions = dict(Standing.objects.filter(board=total).values_list("member", "union"))
    rows = attempts.order_by("member", "cost").values_list("member", "points", "elapsed", "cost")
    found, count = [], 0
    for member, tries in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        tries = list(tries)
        if member not in unions:
            continue
        _member, points, elapsed, cost = tries[0]
        found.append(
            Standing(
                board=board,
                member_id=member,
                union_id=unions[member],
                points=points,
                elapsed=elapsed,
                cost=cost,
                completions=len(tries),
            )
        )
        count += 1
        if len(found) == CHUNK:
            Standing.objects.bulk_create(found)
            found = []
    Standing.objects.bulk_create(found)
    return count


def empty(apps, schema_editor):
    apps.get_model("quiz", "StandingChange").objects.filter(board__kind="round").delete()
    apps.get_model("quiz", "Rung").objects.filter(board__kind="round").delete()
    apps.get_model("quiz", "Standing").objects.filter(board__kind="round").delete()
    apps.get_model("quiz", "Board").objects.filter(kind="round").delete()


class Migration(migrations.Migration):

    dependencies = [("quiz", "0060_round_boards")]

    operations = [migrations.RunPython(fill, empty)]
