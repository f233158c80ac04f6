"""What this app counts itself."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from engagement.declaration import Measure, register
from engagement.models import PageViews


@register
class PageViewsMeasure(Measure):
    name = "page_views"
    label = _("报道阅读")
    unit = _("次")
    definition = _(
        "本单位及下级发布的页面每打开一次计一次，同一人重复打开重复计；后台预览和看不到的页面不计。"
        "没有发布单位的页面不计入任何单位。"
    )

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        return PageViews.objects.during(first, last).per_union_and_day()
