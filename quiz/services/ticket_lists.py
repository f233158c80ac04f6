"""The published list of a frozen draw as a file: written once, for the list never changes."""

import logging
from collections.abc import Iterable
from hashlib import sha256
from tempfile import TemporaryFile

from celery import signature
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from quiz import lottery
from quiz.models import Draw, Ticket

logger = logging.getLogger(__name__)

CHUNK = 5000
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
        name = f"draws/{draw.pk}-{digest.hexdigest()[:16]}.csv"
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


def ask_for_list(*, draw: Draw) -> None:
    """Have the lost file of `draw` written in the background; once, however many ask."""
    if cache.add(f"quiz:ticket-list:{draw.pk}", 1, ASKED_SECONDS):
        # By its name, for its module imports this one; whoever asks has an answer without it.
        message = signature("quiz.tasks.restore_ticket_list", args=(draw.pk,))
        transaction.on_commit(lambda: message.apply_async(), robust=True)
