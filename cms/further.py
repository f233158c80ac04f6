"""What goes with a practice question beyond its explanation: a lesson, a book in a room near by."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cms.models import LessonPage
from quiz.further import Further, Subject, add_source
from reading.models import Holding, ReadingRoom
from reading.subjects import words_of
from unions.models import Member

MOST_LESSONS = 2


def register() -> None:
    """Let practice ask us; once per process."""
    add_source(name="cms.lessons", source=lessons, place=10)
    add_source(name="cms.book", source=book, place=20)


def lessons(member: Member, subject: Subject) -> Iterator[Further]:
    """The latest lessons that ask this question, as far as everybody may see them."""
    found = LessonPage.objects.live().public().filter(questions__question=subject.question)
    for lesson in found.order_by("-first_published_at", "-pk")[:MOST_LESSONS]:
        yield Further(lesson.title, lesson.address, _("微课"))


def book(member: Member, subject: Subject) -> Iterator[Further]:
    """A book on the subject that is in, in a room near `member`; else the room that is nearest.

    Nothing for who is registered with no union: nobody knows what is near.
    """
    if member.union is None:
        return
    words = words_of(subject.law, subject.category)
    holding = Holding.objects.on_shelf().about(words).near(member.union).first()
    if holding is not None:
        sample = _("（示例）") if holding.title.is_sample else ""
        yield Further(
            f"{holding.title}{sample}",
            holding.title.get_absolute_url(),
            _("%(room)s在架") % {"room": holding.room.name},
        )
        return
    room = ReadingRoom.objects.public().near(member.union).first()
    if room is not None:
        yield Further(room.name, room.get_absolute_url(), _("附近书屋"))
