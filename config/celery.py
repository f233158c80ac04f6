"""The Celery application: embedded on a filesystem broker, at scale on CELERY_BROKER_URL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gongsheng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
