"""All settings, read from the environment; ``newsletter.checks`` guards them."""

import importlib.util
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from newsletter.broker import broker
from newsletter.installation import is_loopback, queue_socket, secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- Where this installation lives ---

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
PORT = env.int("PORT", 8000)
SITE_URL = env.str("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
# Only this machine can open it: secrets may be made, mail stays in the house.
IS_TRIAL = is_loopback(SITE_URL)
DEBUG = env.bool("DEBUG", False)

SECRET_KEY = secret("SECRET_KEY", data_dir=DATA_DIR, may_make=IS_TRIAL)
# The first key signs, all of them verify: a link in an old mail must go on working.
LINK_KEYS = secret("LINK_KEYS", data_dir=DATA_DIR, may_make=IS_TRIAL).split(",")
ADDRESS_PEPPER = secret("ADDRESS_PEPPER", data_dir=DATA_DIR, may_make=IS_TRIAL)

_site_host = SITE_URL.split("//", 1)[-1].split("/")[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"] if IS_TRIAL else [_site_host],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Machines inside, as host:port, that editors may take articles from all the same.
FETCH_PRIVATE_HOSTS: list[str] = env.list("FETCH_PRIVATE_HOSTS", [])

# --- The parts ---

INSTALLED_APPS = [
    "newsletter",
    "subscribers",
    "newsletter.admin.apps.NewsletterAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "js_asset",
    "content_editor",
    "django_prose_editor",
    "imagefield",
    "reversion",
    "anymail",
    "csp",
]
if importlib.util.find_spec("django_linear_migrations"):
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsletter.kept_pages.KeptPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "newsletter.urls"
WSGI_APPLICATION = "newsletter.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- The truth ---

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
    ),
}


# No task lasts longer, and no change of the database may: whoever froze in the middle
# of one holds its rows, and PostgreSQL takes them back then.
TASK_SECONDS = env.float("TASK_SECONDS", 120.0)


def _database(url: str) -> dict[str, Any]:
    import dj_database_url

    database: dict[str, Any] = dict(dj_database_url.parse(url))
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = SQLITE_OPTIONS
    else:
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
        # Compiling our questions takes longer than answering them, up to seconds each.
        frozen = f"idle_in_transaction_session_timeout={TASK_SECONDS * 1000:.0f}"
        options = database.setdefault("OPTIONS", {})
        options.setdefault("options", f"-c jit=off -c {frozen}")
    return database


DATABASES = {
    "default": _database(
        env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'newsletter.sqlite3'}"
    )
}
# The second witness stands apart: never backed up or restored with the rest.
WITNESS_DATABASE = _database(
    env.str("WITNESS_DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'witness.sqlite3'}"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The clock (only newsletter.celery and newsletter.tasks know Celery)

REDIS_URL = env.str("REDIS_URL", "") or f"redis+socket://{queue_socket(DATA_DIR)}"
SWEEP_EVERY = timedelta(seconds=env.float("SWEEP_SECONDS", 5.0))
# A queue message that was not taken up within this time is taken for lost.
ENQUEUE_AGAIN_AFTER = timedelta(seconds=env.float("ENQUEUE_AGAIN_SECONDS", 60.0))
# Connect < read < hard limit of a task < lease < visibility; quarantine >= lease.
# checks.py refuses any other order: a late worker must be stopped by its lease
# before another may take its batch.
PROVIDER_CONNECT_SECONDS = env.float("PROVIDER_CONNECT_SECONDS", 5.0)
PROVIDER_READ_SECONDS = env.float("PROVIDER_READ_SECONDS", 45.0)
LEASE_SECONDS = env.float("LEASE_SECONDS", 300.0)
VISIBILITY_SECONDS = env.float("VISIBILITY_SECONDS", 900.0)
QUARANTINE_SECONDS = env.float("QUARANTINE_SECONDS", 600.0)
# How long the first few readers are watched before the others follow, and how long a
# provider that failed three times in a row is left alone (longer each time after).
FIRST_WAVE_SECONDS = env.float("FIRST_WAVE_SECONDS", 60.0)
BREAKER_SECONDS = env.float("BREAKER_SECONDS", 60.0)
# Batches that one worker process hands over at once, each over a connection of its own.
SEND_THREADS = env.int(
    "SEND_THREADS", 1 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 4
)
# A mailbox that took nothing so many times in a row, over so many days, is given up.
SOFT_BOUNCES, SOFT_BOUNCE_DAYS = (
    env.int("SOFT_BOUNCES", 5),
    env.int("SOFT_BOUNCE_DAYS", 28),
)
# Events appear in a provider's search late and out of order; only after this time does
# "not found" mean "not taken" (Mailgun, "Event polling": half an hour).
SEARCH_LAG_SECONDS = env.float("SEARCH_LAG_SECONDS", 1800.0)

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker(
    REDIS_URL, visibility_seconds=VISIBILITY_SECONDS
)
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_SECONDS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
# Tasks are claims in the database, so one that comes twice does no harm.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = TASK_SECONDS - min(20.0, TASK_SECONDS / 4)
CELERY_TASK_TIME_LIMIT = TASK_SECONDS
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ROUTES = {
    "newsletter.tasks.sweep": {"queue": "clock"},
    "newsletter.tasks.submit": {"queue": "send"},
    "newsletter.tasks.settle": {"queue": "send"},
    "newsletter.tasks.send_outgoing_mail": {"queue": "mail"},
    "newsletter.tasks.work_out_calls": {"queue": "mail"},
    "newsletter.tasks.remind_colleagues": {"queue": "mail"},
    "newsletter.tasks.go_on_asking_to_stay": {"queue": "mail"},
    "newsletter.tasks.keep_no_longer_than_needed": {"queue": "mail"},
    "newsletter.tasks.tell_other_systems": {"queue": "links"},
    "newsletter.tasks.keep_up_the_archive": {"queue": "mail"},
    "newsletter.tasks.try_links": {"queue": "links"},
    "newsletter.tasks.ask_for_all_links": {"queue": "links"},
    "newsletter.tasks.ask_feeds": {"queue": "links"},
    "newsletter.tasks.fetch_mail": {"queue": "links"},
    "newsletter.tasks.take_in_lists": {"queue": "links"},
    "newsletter.tasks.do_chores": {"queue": "links"},
    "newsletter.tasks.count_readers": {"queue": "links"},
    "newsletter.tasks.count_what_came_of_issues": {"queue": "links"},
    "newsletter.tasks.tell_of_the_week": {"queue": "mail"},
    "newsletter.tasks.look_for_trouble": {"queue": "clock"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A batch that waits inside a busy worker is a batch that another could send.
CELERY_WORKER_DISABLE_PREFETCH = not REDIS_URL.startswith("filesystem")
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 60.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Amsterdam"

# --- Mail ---

EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", "local").lower()
INBOUND_DOMAIN = env.str("INBOUND_DOMAIN", "")
# A mailbox to fetch readers' mail from: imaps://user:password@host/folder.
INBOUND_IMAP_URL = env.str("INBOUND_IMAP_URL", "")
MAILBOX_DIR = DATA_DIR / "mailbox"
if EMAIL_PROVIDER == "local":
    EMAIL_BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"
elif EMAIL_PROVIDER == "smtp":
    _smtp = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp["EMAIL_HOST"]
    EMAIL_PORT = _smtp["EMAIL_PORT"]
    EMAIL_HOST_USER = _smtp["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _smtp["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _smtp["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = PROVIDER_READ_SECONDS
else:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "redactie@localhost.localdomain")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# The topics (TopicArn, with commas) by which Amazon may tell us what became of mails.
SNS_TOPICS: list[str] = env.list("SNS_TOPICS", [])

# The names under which the DKIM keys of the sender's domain stand, such as "mailo".
DKIM_SELECTORS: list[str] = env.list("DKIM_SELECTORS", [])

# django-anymail refuses the wish where a provider has no such switch (Brevo, Resend,
# Mailtrap, Scaleway, Amazon SES): there it is switched off in the account.
TRACKING_SWITCHES = frozenset(
    {
        "mailersend",
        "mailgun",
        "mailjet",
        "mandrill",
        "postmark",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    }
)
NO_TRACKING = {"track_opens": False, "track_clicks": False}

# --- For how many days what is kept (manage.py keep_no_longer_than_needed) ---

KEEP_DAYS = {
    name: env.int(f"KEEP_{name}_DAYS", days)
    for name, days in {
        "CONSENT_EVIDENCE": 30,
        "UNCONFIRMED": 30,
        "OUTGOING_MAIL": 90,
        "READER_MAIL": 730,
        "PROVIDER_EVENTS": 400,
        "PRIVACY_REQUESTS": 1825,
        "ADMIN_LOG": 400,
    }.items()
}

# Every ANYMAIL_<NAME> goes to django-anymail's setting <NAME>.
ANYMAIL: dict[str, Any] = {
    "IGNORE_UNSUPPORTED_FEATURES": False,
    "REQUESTS_TIMEOUT": (PROVIDER_CONNECT_SECONDS, PROVIDER_READ_SECONDS),
    "SEND_DEFAULTS": NO_TRACKING if EMAIL_PROVIDER in TRACKING_SWITCHES else {},
}
ANYMAIL |= {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_") and value
}

# --- Words, time, files ---

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [
    BASE_DIR / "newsletter" / "locale",
    BASE_DIR / "newsletter" / "locale_of_django",
]
USE_I18N = True
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Compressing takes 15 seconds and saves nothing on one's own machine.
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if IS_TRIAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
IMAGEFIELD_BIN_DEPTH = 2
IMAGEFIELD_FORMATS: dict[str, Any] = {}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# An issue of many blocks is one form with many fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
_IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _IN_MEMORY},
    # Each process keeps its own: no page waits for a queue that is away (see
    # newsletter.kept_pages). About 15 kB each, packed.
    "pages": {
        "BACKEND": _IN_MEMORY,
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
# How old a process's knowledge may be of what was published or taken back.
PAGES_LOOK_SECONDS = env.float("PAGES_LOOK_SECONDS", 1.0)

# --- Doors and locks ---

LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
_over_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _over_https
CSRF_COOKIE_SECURE = _over_https
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _over_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _over_https
SECURE_HSTS_PRELOAD = False
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", False)
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The proxy in front speaks https to the world; RFC 8058 forbids any redirect of ours.
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "SAMEORIGIN"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # The mail in the preview carries its style in the lines themselves.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "https:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "object-src": ["'none'"],
    }
}

SILENCED_SYSTEM_CHECKS = [
    # The proxy in front redirects to https; a redirect by us would break RFC 8058.
    "security.W008",
    # The composer and the mailbox show mails in frames of our own.
    "security.W019",
    # Preloading a domain in browsers is the owner's decision, not a newsletter's.
    "security.W021",
]

# --- What is said while running ---

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "newsletter.discretion.DiscreetFormatter",
            "fmt": "%(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "stream": sys.stderr,
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
