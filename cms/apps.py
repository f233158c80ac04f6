from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "栏目与内容"
