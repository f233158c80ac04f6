"""Settings of search that can't work, told at start."""

from django.conf import settings
from django.core.checks import Error, register
from django.utils.translation import gettext as _


@register()
def engine_exists(app_configs, **kwargs):
    """`ELASTICSEARCH_URL` names an engine that this version does not have."""
    if not settings.ELASTICSEARCH_URL:
        return []
    return [
        Error(
            _("ELASTICSEARCH_URL 已设置，但本版本还没有 Elasticsearch 引擎。"),
            hint=_("清空 ELASTICSEARCH_URL，使用内置搜索。"),
            id="search.E001",
        )
    ]
