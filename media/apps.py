from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("媒体")

    def ready(self):
        # Each app's own `renditions.py` registers its specs.
        autodiscover_modules("renditions")
        # Models order their tasks by name; the name must be known in every process.
        import_module("media.tasks")
        import_module("media.signals")
