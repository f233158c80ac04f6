"""The published list of a frozen draw as a file: written once, for the list never changes."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from tempfile import TemporaryFile

from celery import signature
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from quiz import lottery
from quiz.models import Draw, Ticket

logger = logging.getLogger(__name__)

CHUNK = 5000
FOLDER = "draws"
# A freeze that is still between its file and its draw is much younger.
ORPHAN_AGE = timedelta(days=1)
# So long a lost file is not asked for again.
ASKED_SECONDS = 600


def keep_list(*, draw: Draw, tickets: Iterable[tuple[int, str]]) -> tuple[str, str]:
    """Store the list of `tickets`, (number, code) in order; returns its name and its hash.

    The caller writes the name to the draw: what stands there is whole.
    """
    digest = sha256()
    with TemporaryFile() as file:
        for line in lottery.list_bytes(tickets):
            digest.update(line)
            file.write(line)
        file.seek(0)
        name = f"{FOLDER}/{draw.pk}-{digest.hexdigest()[:16]}.csv"
        return default_storage.save(name, File(file)), digest.hexdigest()


def restore_list(*, draw: Draw) -> bool:
    """Write the file of the frozen `draw` from its tickets, if it is lost; returns whether it was.

    Tickets that are not those whose hash was published are no list: they are not kept.
    """
    if not draw.is_frozen or draw.has_list():
        return False
    tickets = Ticket.objects.lines(draw).iterator(chunk_size=CHUNK)
    name, list_hash = keep_list(draw=draw, tickets=tickets)
    if list_hash != draw.list_hash:
        default_storage.delete(name)
        logger.error("the tickets of draw %s are not those of its published hash", draw.pk)
        return False
    Draw.objects.filter(pk=draw.pk).update(list_file=name)
    return True


def purge_lists(*, now: datetime | None = None) -> int:
    """Delete the files that no draw names and that are a day old; returns how many.

    A worker that is killed between the file and its draw leaves one. No draw will ever name it:
    each list is kept under a name of its own.
    """
    before = (now or timezone.now()) - ORPHAN_AGE
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    named = set(Draw.objects.exclude(list_file="").values_list("list_file", flat=True))
    found = {f"{FOLDER}/{file}" for file in files} - named
    orphans = [name for name in found if default_storage.get_modified_time(name) < before]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def ask_for_list(*, draw: Draw) -> None:
    """Have the lost file of `draw` written in the background; once, however many ask."""
    if cache.add(f"quiz:ticket-list:{draw.pk}", 1, ASKED_SECONDS):
        # By its name, for its module imports this one; whoever asks has an answer without it.
        message = signature("quiz.tasks.restore_ticket_list", args=(draw.pk,))
        transaction.on_commit(lambda: message.apply_async(), robust=True)
