"""The product's settings with what tests must not share with a running site."""

import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403

STATE_DIR = Path(tempfile.mkdtemp(prefix="gongsheng-test-"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = STATE_DIR / "media"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
PAGE_CACHE_SECONDS = 0  # each test sees its own queries; tests of the cache set it
WHITENOISE_AUTOREFRESH = True
SEARCH_INDEX_DIR = STATE_DIR / "index"
SEARCH_NUDGE = False
# Tests ask a real server where they mean it; all others use the embedded engine.
TEST_ELASTICSEARCH_URL = ELASTICSEARCH_URL
ELASTICSEARCH_URL = ""
REDIS_URL = ""  # tests of the boards' copy start a server of their own
COUNTER_DIR = STATE_DIR / "counters"
