from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from search import checks  # noqa: F401  (registers the checks)


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("搜索")

    def ready(self):
        from search import signals  # noqa: PLC0415  (models must be loaded first)

        autodiscover_modules("documents")
        signals.connect_documents()
        signals.connect_site()
