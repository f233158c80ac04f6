from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("栏目与内容")

    def ready(self):
        from cms import further, page_cache  # noqa: F401, PLC0415 - its signals, in workers too

        further.register()
