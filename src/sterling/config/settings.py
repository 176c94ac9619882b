"""Settings come from the environment alone, and a bad one stops the start. Business variation is data."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from sterling.config.environment import database, dkim_key, env_bool

SECRET_KEY = os.environ.get("STERLING_SECRET_KEY") or ""
AUTH_USER_MODEL = "accounts.User"
BASE_URL = os.environ.get("STERLING_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
DEBUG = False
_base = urlsplit(BASE_URL)
if _base.scheme not in {"http", "https"} or not _base.hostname:
    raise ImproperlyConfigured("STERLING_BASE_URL: write it like https://support.example.com")

# The reverse proxy or the local listener is trusted for the name; the guarded doors do not depend on it.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _base.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "sterling.accounts.views_sign_in.csrf_failure"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "sterling.base",
    "sterling.accounts",
    "sterling.plans",
    "sterling.sla",
    "sterling.tickets",
    "sterling.premium.hours",
    "sterling.premium.rca",
    "sterling.premium.engineers",
    "sterling.premium.sponsors",
    "sterling.reports",
    "sterling.channels.email",
    "sterling.desk",
    "sterling.portal",
    "sterling.api",
]
MIDDLEWARE = [
    "sterling.base.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sterling.accounts.middleware.SignedIn",
    "sterling.base.middleware.Viewer",
    "django_htmx.middleware.HtmxMiddleware",
    "sterling.base.middleware.Refusals",
]
ROOT_URLCONF = "sterling.config.urls"
WSGI_APPLICATION = "sterling.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
            ],
        },
    },
]

if "DATABASE_URL" in os.environ:
    DATABASES = {
        "default": database(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    }
else:
    # Type checking and --help need settings but no database; anything that connects says what is missing.
    DATABASES = {"default": {"ENGINE": "sterling.base.engine", "NAME": "DATABASE_URL_is_not_set"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env_bool("STERLING_AUTORELOAD", False)
STORAGES = {
    "default": {"BACKEND": "sterling.base.storage.PostgresStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DEMO = env_bool("STERLING_DEMO", default=False)
SMTP_URL = os.environ.get("STERLING_SMTP_URL", "")
MAIL_FROM = os.environ.get("STERLING_MAIL_FROM", "support@sterling.example")
if "@" not in MAIL_FROM:
    raise ImproperlyConfigured("STERLING_MAIL_FROM: must be an address such as support@example.com")
DKIM_KEY, DKIM_SELECTOR = dkim_key(
    os.environ.get("STERLING_DKIM_KEY", ""), os.environ.get("STERLING_DKIM_SELECTOR", "")
)
MESSAGE_LIMIT = 25 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MESSAGE_LIMIT * 3 // 2  # base64 in JSON takes a third more
FILE_UPLOAD_MAX_MEMORY_SIZE = MESSAGE_LIMIT

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("STERLING_LOG_LEVEL", "WARNING")},
}
