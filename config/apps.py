from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config import checks  # noqa: F401  (registers the checks)


class ConfigConfig(AppConfig):
    """The composition root: it owns no models, only what spans the apps."""

    name = "config"
    verbose_name = _("工声")
