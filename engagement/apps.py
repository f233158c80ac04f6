from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from unions.tabs import add_tab


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = _("统计")

    def ready(self):
        autodiscover_modules("measures")
        add_tab(route="manage_unit", title=_("概览"), place=10)
