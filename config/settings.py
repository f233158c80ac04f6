"""Settings of every installation; the only reader of the environment.

An empty URL means the embedded part: SQLite, the file-system broker, the tantivy index, local
files. `.env.example` lists every variable. Production safety is checked by `config.checks`.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from kombu import Queue

from config.environment import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or secret_key(VAR_DIR)
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=SITE_URL.startswith("https://"))

INSTALLED_APPS = [
    "config",
    "cms",
    "quiz",
    "reading",
    "helpdesk",
    "search",
    "media",
    "engagement",
    "unions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "ninja",  # else Wagtail's API docs load their scripts from a CDN
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "unions.apps.AdminUsersConfig",  # wagtail.users with our member's forms
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtailmedia",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.middleware.LanguageMiddleware",
    "config.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.page_cache.PageCacheMiddleware",
    "config.middleware.BodyLimitMiddleware",
    "config.middleware.StrictInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivateCacheMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# Database: SQLite (durable: an acknowledged answer is on disk) unless DATABASE_URL names another.

DATABASE_URL = env("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "db.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
                ),
            },
            # A file, not memory: tests of races open it from several threads.
            "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How old a page for visitors may be that only the clock has changed; 0 keeps none.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=60)
REDIS_URL = env("REDIS_URL", default="")
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_API_KEY = env("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_CA_CERTS = env("ELASTICSEARCH_CA_CERTS", default="")
ELASTICSEARCH_INDEX = env("ELASTICSEARCH_INDEX", default="gongsheng")
CACHES = {
    "default": (
        {
            "BACKEND": "config.caches.RedisCache",
            "LOCATION": REDIS_URL,
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    ),
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Accounts

AUTH_USER_MODEL = "unions.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "unions.auth.PhoneOrUsernameBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "unions.auth.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "unions.forms.LoginForm",
    "change_password": "unions.forms.ChangePasswordForm",
    "reauthenticate": "unions.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "unions.forms.AuthenticateCodeForm",
    "reauthenticate": "unions.forms.ReauthenticateCodeForm",
    "activate_totp": "unions.forms.ActivateTOTPForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Behind one factory address sit thousands of people: lock the account and device, never the
# address alone.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_CALLABLE = "unions.auth.account_typed"
AXES_CLIENT_IP_CALLABLE = "unions.auth.client_address"
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
# allauth's own limits per address would stop a whole shift at the gate; axes locks accounts.
ACCOUNT_RATE_LIMITS = {"login": "1200/m/ip", "login_failed": "600/m/ip"}

# Language and time: the interface is written in Chinese; locale/ fills Wagtail's own gaps.

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# How much of a PDF or Word attachment is read for the search, and what reading may take.
DOCUMENT_TEXT = {
    "MAX_MB": env.int("DOCUMENT_TEXT_MAX_MB", default=20),
    "MAX_PAGES": env.int("DOCUMENT_TEXT_MAX_PAGES", default=500),
    "MAX_CHARACTERS": env.int("DOCUMENT_TEXT_MAX_CHARACTERS", default=50_000),
    "SECONDS": env.int("DOCUMENT_TEXT_SECONDS", default=60),
    "MEMORY_MB": env.int("DOCUMENT_TEXT_MEMORY_MB", default=512),
}
# How many attempts may begin in a second, and how many at once before that counts; others queue.
QUIZ_STARTS = {
    "PER_SECOND": env.float("QUIZ_STARTS_PER_SECOND", default=50),
    "BURST": env.int("QUIZ_STARTS_BURST", default=200),
}
# Pages that wait for an opening load again within so many seconds after it, each at its own.
QUIZ_OPENING_SPREAD = env.int("QUIZ_OPENING_SPREAD", default=30)
SEARCH_INDEX_DIR = VAR_DIR / "index"
# Ask for a sync right after a commit instead of waiting for beat.
SEARCH_NUDGE = True
COUNTER_DIR = VAR_DIR / "counters"

# Tasks: always Celery, only the broker differs.

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="") or "filesystem://localhost"
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "processed_folder": str(VAR_DIR / "queue-done"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "store_processed": False,
    }
    for folder in ("queue", "queue-done", "queue-control"):
        (VAR_DIR / folder).mkdir(exist_ok=True)
# A worker takes turns between the queues: a batch of pictures doesn't hold up the search index.
CELERY_TASK_QUEUES = [
    Queue("celery", routing_key="celery"),
    Queue("pictures", routing_key="pictures"),
]
CELERY_TASK_ROUTES = {
    "media.tasks.*": {"queue": "pictures", "routing_key": "pictures"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Name → task and when: every so many seconds, or daily. What was not begun when the next of its
# kind is due would only make a queue longer; a daily one may be half a day late.
BY_THE_CLOCK: dict[str, tuple[str, float | crontab]] = {
    "publish-scheduled": ("cms.tasks.publish_scheduled", 60.0),
    "sync-search": ("search.tasks.sync_pending", 10.0),
    "forget-old-queries": ("search.tasks.forget_old_queries", crontab(hour=3, minute=50)),
    "make-renditions": ("media.tasks.make_missing_renditions", 300.0),
    "read-documents": ("media.tasks.resend_texts", 60.0),
    "purge-uploads": ("media.tasks.purge_uploads", crontab(hour=3, minute=40)),
    "submit-overdue": ("quiz.tasks.submit_overdue", 30.0),
    "thaw-boards": ("quiz.tasks.thaw_boards", 30.0),
    "issue-certificates": ("quiz.tasks.issue_certificates", 60.0),
    "resend-imports": ("quiz.tasks.resend_imports", 60.0),
    "resume-freezes": ("quiz.tasks.resume_freezes", 60.0),
    "run-regrades": ("quiz.tasks.run_regrades", 60.0),
    "promote-alternates": ("quiz.tasks.promote_alternates", 600.0),
    "look-for-unfair-play": ("quiz.tasks.order_scans", crontab(minute=30)),
    "purge-ticket-lists": ("quiz.tasks.purge_ticket_lists", crontab(hour=3, minute=10)),
    "question-statistics": ("quiz.tasks.compute_statistics", crontab(hour=3, minute=20)),
    "resume-statistics": ("quiz.tasks.resume_statistics", 60.0),
    "fold-standings": ("quiz.tasks.fold_changes", 5.0),
    "keep-boards-quick": ("quiz.tasks.keep_boards_quick", 60.0),
    "flush-counters": ("engagement.tasks.flush_counters", 15.0),
    "roll-up-today": ("engagement.tasks.roll_up_today", 300.0),
    "roll-up-yesterday": ("engagement.tasks.roll_up_yesterday", crontab(hour=0, minute=20)),
}
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": task,
        "schedule": when,
        "options": {"expires": when if isinstance(when, float) else 12 * 60 * 60},
    }
    for name, (task, when) in BY_THE_CLOCK.items()
}

# Wagtail

WAGTAIL_SITE_NAME = "工声"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/cms/login/"
WAGTAILADMIN_RECENT_EDITS_LIMIT = 5
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Times are typed and told in Beijing time, whoever sits where.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_AUTOSAVE_INTERVAL = 3000
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.wagtail_backend"}}
WAGTAILIMAGES_IMAGE_MODEL = "media.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
# The front page fits its budget on a phone with room for photographs.
WAGTAILIMAGES_WEBP_QUALITY = 65
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "media.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "media.forms.DocumentForm"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_EXTENSIONS = ["doc", "docx", "pdf", "ppt", "pptx", "txt", "xls", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_FRONTEND_LOGIN_URL = "/login/"
WAGTAILEMBEDS_FINDERS = [{"class": "cms.embeds.AllowListFinder"}]
# Hosts (and their subdomains) that a text may link a film to, with the name that readers see.
EMBED_PROVIDERS = {
    "bilibili.com": "哔哩哔哩",
    "v.qq.com": "腾讯视频",
    "youku.com": "优酷",
    "cctv.com": "央视网",
    "ixigua.com": "西瓜视频",
}
WAGTAILMEDIA = {
    "MEDIA_MODEL": "media.SiteMedia",
    "MEDIA_FORM_BASE": "media.forms.MediaForm",
    "AUDIO_EXTENSIONS": ["m4a", "mp3", "ogg"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
}

# Security headers. The public site is strict; Wagtail's admin needs inline scripts, but still no
# other host (config.middleware.SecurityHeadersMiddleware swaps the policy below /cms/).

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": [NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if SECURE_COOKIES else 0)
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=False)
if env.bool("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}

SILENCED_SYSTEM_CHECKS: list[str] = []
