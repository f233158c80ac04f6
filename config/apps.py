from functools import lru_cache

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import translation

from config import checks  # noqa: F401  (registers the checks)

MOST_TEXTS = 20_000


class ConfigConfig(AppConfig):
    """The composition root: it owns no models, only what spans the apps."""

    name = "config"
    verbose_name = _("工声")

    def ready(self):
        """Look each text up in the catalogues once.

        Ours is Chinese in the source and stands in none of them, so Django goes through all thirty
        each time: a tenth of what a page takes.
        """
        catalogue = translation(settings.LANGUAGE_CODE)
        catalogue.gettext = lru_cache(maxsize=MOST_TEXTS)(catalogue.gettext)
