"""The boards of what was there before: the total of each competition, and its days."""

from itertools import groupby
from operator import itemgetter

from django.db import migrations
from django.db.models import Q

CHUNK = 500


def fill(apps, schema_editor):
    Competition = apps.get_model("quiz", "Competition")
    Board = apps.get_model("quiz", "Board")
    Standing = apps.get_model("quiz", "Standing")
    began = Standing.objects.values_list("competition", flat=True).order_by().distinct()
    for competition in Competition.objects.filter(pk__in=list(began)):
        total = Board.objects.create(competition=competition, kind="total")
        # So many changes since there was a ladder: it is built with the next turn of the clock.
        total.unlevelled = Standing.objects.filter(competition=competition).update(board=total)
        total.save()
        fill_days(apps, competition, total)


def fill_days(apps, competition, total):
    """Of each local day the best attempt counts, under either rule."""
    Attempt = apps.get_model("quiz", "Attempt")
    Board = apps.get_model("quiz", "Board")
    Standing = apps.get_model("quiz", "Standing")
    shown = Q(competition=competition, submitted_at__isnull=False)
    if competition.freeze_at and not competition.thawed_at:
        shown &= Q(submitted_at__lt=competition.freeze_at)
    unions = dict(Standing.objects.filter(board=total).values_list("member", "union"))
    rows = (
        Attempt.objects.filter(shown)
        .order_by("day", "member", "cost")
        .values_list("day", "member", "points", "elapsed", "cost")
    )
    for day, of_day in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        board = Board.objects.create(competition=competition, kind="day", day=day)
        found = []
        for member, tries in groupby(of_day, key=itemgetter(1)):
            tries = list(tries)
            _day, _member, points, elapsed, cost = tries[0]
            if member in unions:
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
        Standing.objects.bulk_create(found, batch_size=CHUNK)


def empty(apps, schema_editor):
    Board = apps.get_model("quiz", "Board")
    Standing = apps.get_model("quiz", "Standing")
    Standing.objects.exclude(board__kind="total").delete()
    for board in Board.objects.filter(kind="total"):
        Standing.objects.filter(board=board).update(competition=board.competition_id)


class Migration(migrations.Migration):

    dependencies = [("quiz", "0007_boards")]

    operations = [migrations.RunPython(fill, empty)]
