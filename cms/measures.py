"""What of this app is counted."""

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from cms.models import StoryPage
from engagement.declaration import Measure, register


@register
class StoriesPublished(Measure):
    name = "stories_published"
    label = _("发布报道")
    unit = _("篇")
    definition = _("当日首次发布、现在仍可公开阅读的报道篇数，按发布单位计。")
    additive = True

    @classmethod
    def per_day(cls, first, last):
        return (
            cls._counted()
            .filter(first_published_at__date__range=(first, last))
            .annotate(day=TruncDate("first_published_at"))
            .order_by("day", "union")
            .values_list("day", "union")
            .annotate(value=Count("pk"))
        )

    @classmethod
    def total(cls, unions, first, last):
        return (
            cls._counted()
            .filter(union__in=unions, first_published_at__date__range=(first, last))
            .count()
        )

    @staticmethod
    def _counted():
        return StoryPage.objects.published().filter(union__isnull=False)
