"""Django's settings, derived from the install's own (`config.env`)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from leadloop.config.env import read_env

ENV = read_env()
PACKAGE = Path(__file__).resolve().parent.parent
HOME = ENV.home

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()]
PUBLIC_URL = ENV.public_url or f"http://{ENV.host}:{ENV.port}"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton",
    "django_tasks",
    "allauth",
    "allauth.account",
    "leadloop",
    "leadloop.db",
    "leadloop.web",
    "leadloop.teams",
    "leadloop.consent",
    "leadloop.worktime",
    "leadloop.leads",
    "leadloop.intake",
    "leadloop.matching",
    "leadloop.scoring",
    "leadloop.qualification",
    "leadloop.learning",
    "leadloop.segments",
    "leadloop.routing",
    "leadloop.nurture",
    "leadloop.outcomes",
    "leadloop.capture",
    "leadloop.fieldbook",
    "leadloop.work",
    "leadloop.scrub",
    "leadloop.analytics",
    "leadloop.simulation",
    "leadloop.packs",
    "leadloop.api",
]
MIDDLEWARE = [
    "leadloop.web.middleware.RequestIds",
    "leadloop.api.middleware.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leadloop.web.middleware.PrivatePages",
    "leadloop.web.zones.Zones",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "leadloop.web.middleware.Refusals",
]
ROOT_URLCONF = "leadloop.config.urls"
WSGI_APPLICATION = "leadloop.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadloop.work.unseen.unseen",
            ],
        },
    }
]
COTTON_DIR = "cotton"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
        "PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000"
    ),
}


ASKED_FOR_ONLY = 1_000_000_000  # uses; psycopg prepares no statement by itself, but does where a bulk write asks for it


def _database(url: str) -> dict[str, Any]:
    """SQLite without a url; else what the url says, with the options that measured best (see docs/decisions)."""
    config: dict[str, Any] = (
        dict(dj_database_url.parse(url)) if url else {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "leadloop.sqlite3"}
    )
    if "sqlite" in config["ENGINE"]:
        config.update(ENGINE="leadloop.db.sqlite", OPTIONS=SQLITE_OPTIONS, CONN_MAX_AGE=None)
        config["TEST"] = {"NAME": HOME / "test.sqlite3"}
    else:
        config.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "prepare_threshold": ASKED_FOR_ONLY}
    return config


DATABASES = {"default": _database(ENV.database_url)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "db_cache"}}
TASKS = {"default": {"BACKEND": "leadloop.db.queue.LeaseBackend", "QUEUES": []}}
LEASE = timedelta(seconds=ENV.lease_seconds)

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
]
ACCOUNT_ADAPTER = "leadloop.web.accounts.ClosedSignup"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip", "login": "60/m/ip"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

USE_TZ = True
TIME_ZONE = "UTC"
REPORT_ZONE = ENV.zone
LANGUAGE_CODE = "en"
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "uploads"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144

DIGEST_KEY = ENV.digest_key
JUNK_SUPPRESSION = timedelta(days=ENV.junk_days)
UNDO_WINDOW = timedelta(minutes=ENV.undo_minutes)
DEFAULT_COUNTRY = ENV.country
DEFAULT_CURRENCY = ENV.currency
INBOX_QUEUE = ENV.inbox_queue
FORM_POSTS_PER_MINUTE = ENV.form_posts_per_minute
KEY_CALLS_PER_MINUTE = ENV.key_calls_per_minute

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {  # what strangers get wrong is not news, and must not fill a disk: 404, a wrong Host, a form without its token
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
