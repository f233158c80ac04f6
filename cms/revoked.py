"""Where a revoked award may still be told."""

from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from cms.models import (
    LessonPage,
    NoticePage,
    Person,
    StandardPage,
    StoryPage,
    TopicPage,
    VideoPage,
)

WRITTEN = (StoryPage, VideoPage, LessonPage, TopicPage, NoticePage, StandardPage)


def pages_naming_revoked() -> PageQuerySet:
    """Pages that choose such a person (list of people, person card) or write the name.

    Reads the live row and the reference index. Two people of one name are both found: better one
    page too many to look at than one overlooked.
    """
    people = list(Person.objects.with_revoked_awards().values_list("pk", "name"))
    if not people:
        return Page.objects.none()
    chosen = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(Person),
        to_object_id__in=[str(pk) for pk, _ in people],
    ).values_list("object_id", flat=True)
    found = {int(pk) for pk in chosen}
    for model in WRITTEN:
        written = reduce(
            or_, (Q(title__icontains=name) | Q(text__icontains=name) for _, name in people)
        )
        found |= set(model.objects.filter(written).values_list("pk", flat=True))
    return Page.objects.filter(pk__in=found)
