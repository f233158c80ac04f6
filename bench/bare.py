"""The limit: a Django site of one JSON view and three middlewares, for the same server."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

settings.configure(
    SECRET_KEY="bench",  # noqa: S106 - a server on this machine, for a minute
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)

urlpatterns = [path("", lambda request: JsonResponse({"ok": True}))]
application = get_wsgi_application()
