from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = "统计"

    def ready(self):
        autodiscover_modules("measures")
