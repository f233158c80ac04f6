"""WSGI entry point (WSGI on purpose: under ASGI the same pages are ten times slower)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
