"""The limit of an attempt: the same server and database, and as many bare SQL statements.

`POST /<reads>/<writes>/` sends so many SELECTs by primary key and, in one transaction, so many
UPDATEs of one row by primary key. Each writes something else: SQLite leaves a row alone that would
become what it is, and then has nothing to bring to the disk.
"""

import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import JsonResponse
from django.urls import path

from config.settings import DATABASES

settings.configure(
    SECRET_KEY="bench",  # noqa: S106 - a server on this machine, for a minute
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES=DATABASES,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
ROWS = 1000


def statements(request, reads, writes):
    number = id(request) % ROWS + 1
    with connection.cursor() as cursor:
        for _ in range(reads):
            cursor.execute("SELECT body FROM bench_bare WHERE id = %s", [number])
            cursor.fetchone()
        if writes:
            with transaction.atomic():
                for _ in range(writes):
                    cursor.execute(
                        "UPDATE bench_bare SET body = %s WHERE id = %s",
                        [f"{time.monotonic_ns():020d}" * 100, number],
                    )
    return JsonResponse({"ok": True})


urlpatterns = [path("<int:reads>/<int:writes>/", statements)]
application = get_wsgi_application()
