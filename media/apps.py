from importlib import import_module

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "媒体"

    def ready(self):
        # Models order their tasks by name; the name must be known in every process.
        import_module("media.tasks")
