"""Settings of all environments, complete and safe. The other files relax or harden a few of them."""

import logging
from datetime import timedelta

from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

from config.settings.api import (  # noqa: F401
    REFRESH_REUSE_GRACE_S,
    REST_FRAMEWORK,
    SIGN_IN_FAILURES_PER_HOUR,
    SPECTACULAR_SETTINGS,
    stream_limits,
)
from config.settings.bounds import (  # noqa: F401
    MESSAGE_MAX_CHARACTERS,
    THREAD_MAX_CHARACTERS,
    THREAD_MAX_MESSAGES,
    THREAD_MAX_UNASKED,
    THREADS_MAX_A_DAY,
)
from config.settings.environment import BASE_DIR, DJANGO_ENV, env
from config.settings.logs import logging_config
from config.settings.mail import EMAIL, EMAIL_FROM, PASSWORD_RESET_PAGE, PASSWORD_RESET_TIMEOUT  # noqa: F401
from config.settings.model import (  # noqa: F401
    EMULATOR_URL,
    EVALUATION_DEADLINE_S,
    EVALUATION_REPEAT_DIFFERENCE,
    EVALUATION_SAMPLES,
    EVALUATION_SECOND_LOOK,
    OPENAI_API,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    OPENAI_BODY,
    OPENAI_CONTEXT_TOKENS,
    OPENAI_EMULATED,
    OPENAI_EXAMINER,
    OPENAI_FALLBACK,
    OPENAI_FIRST_TEXT_TIMEOUT_S,
    OPENAI_HEADERS,
    OPENAI_MAX_TOKENS,
    OPENAI_MODEL,
    OPENAI_PATIENT,
    OPENAI_REASONING_EFFORT,
    OPENAI_RUN_MODE,
    OPENAI_TEMPERATURE,
    OPENAI_TIMEOUT_S,
    OPENAI_TRAITS,
    RUN_DEADLINE_S,
)
from config.settings.pages import CONTENT_SECURITY_POLICIES, PERMISSIONS_POLICY, SCHOOL_TIME_ZONE  # noqa: F401
from config.settings.registration import REGISTRATION, REGISTRATION_DOMAINS  # noqa: F401
from config.settings.schedule import CELERY_BEAT_SCHEDULE, CELERY_TASK_ROUTES  # noqa: F401
from config.settings.sidebar import UNFOLD  # noqa: F401
from config.settings.welfare import (  # noqa: F401
    WELFARE_HELP_TEXT,
    WELFARE_SITE_URL,
    WELFARE_WHO_IS_TOLD,
)

PRODUCTION = DJANGO_ENV == "production"
_required = {} if PRODUCTION else {"default": ""}

# --- Identity and addresses
SECRET_KEY = env.str("SECRET_KEY", **_required) or "development-only-key-that-production-refuses-to-start-with"
# The Flask service's key while both run, so that each accepts the other's tokens.
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY", default=SECRET_KEY)
# Makes the pseudonyms in downloads; another key makes others.
PSEUDONYM_KEY = env.str("PSEUDONYM_KEY", default=SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=env.NOTSET if PRODUCTION else [])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
# Callers authenticate by a token in a header, so any origin may be allowed, as in Flask. The refresh cookie needs
# X-Refresh-Token, which is none of the headers that are allowed below, and no credentials are.
CORS_ALLOW_ALL_ORIGINS = CORS_ALLOWED_ORIGINS == ["*"]
if CORS_ALLOW_ALL_ORIGINS:
    CORS_ALLOWED_ORIGINS = []
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "last-event-id"]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotency-Replayed", "Retry-After", "X-Request-ID"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
REST_FRAMEWORK["NUM_PROXIES"] = NUM_PROXIES
# `check --deploy` requires it to be set; 0 is valid.
NUM_PROXIES_GIVEN = "NUM_PROXIES" in env.ENVIRON
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)

# --- Application
INSTALLED_APPS = [
    "apps.dashboard",  # its first page of the admin site stands before unfold's
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "health_check",
    "rest_framework",
    "rest_framework_simplejwt",
    "rest_framework_simplejwt.token_blacklist",
    "apps.core",
    "apps.users",
    "apps.tryout",  # its template adds to one of the patient's page
    "apps.scenarios",
    "apps.assessments",
    "apps.activities",
    "apps.openai_integration",
    "apps.adoption",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestLog",
    "apps.core.middleware.refuse_nul",
    "apps.core.middleware.serving",
    "apps.core.middleware.health_under_any_name",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.middleware.page_policies",
    "apps.core.middleware.static_files",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.dashboard.middleware.school_time",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Data
DATABASES = {
    "default": env.database("DATABASE_URL", **({} if PRODUCTION else {"default": f"sqlite:///{BASE_DIR}/db.sqlite3"}))
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Server-side cursors outside transactions fail behind a pooler, and all lists here fit into memory.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["ENGINE"] = "apps.core.postgresql"
# With 0 each thread keeps its own connection; otherwise the threads of a process share this many.
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=0)
if DATABASE_POOL_SIZE < 0:
    raise ImproperlyConfigured(f"DATABASE_POOL_SIZE is {DATABASE_POOL_SIZE}; it must be 0 or above.")
_pooled = DATABASE_POOL_SIZE > 0 and not DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASES["default"]["CONN_MAX_AGE"] = 0 if _pooled else 60
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    _options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
else:
    # The timeouts notice a lost server in seconds; the kernel's default takes minutes. application_name distinguishes
    # our connections from the Flask service's.
    _options = {"connect_timeout": 5, "application_name": "virtual-patient"}
if _pooled:
    # If all connections are in use, a request waits `timeout` and then fails with OperationalError. The pool stops
    # reconnecting after `reconnect_timeout`, and the next request starts it again; its own pauses grow to minutes.
    _options["pool"] = {
        "min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10.0, "max_idle": 60.0, "reconnect_timeout": 5.0,
    }  # fmt: skip
# Options in the URL, such as ?sslmode=require, take precedence.
DATABASES["default"]["OPTIONS"] = {**_options, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", **_required) or "redis://127.0.0.1:6379/0"
# For uses that can do without Redis: throttle counts and live text.
REDIS_TIMEOUT_S = 1.0
STREAM_LIMITS = stream_limits(env.list("STREAM_LIMITS", default=[]))

# --- People
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["apps.users.backends.EmailBackend"]
PASSWORD_HASHERS = ["apps.users.hashers.PasslibPBKDF2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "apps.users.hashers.LimitLength"}]
# The Flask service still uses these tables: values stay in its formats, and its tokens are accepted.
FLASK_PARALLEL = env.bool("FLASK_PARALLEL", default=True)
FLASK_TOKENS = env.bool("FLASK_TOKENS", default=FLASK_PARALLEL)
# Flask writes 29,000 rounds, which take 7 ms; 2,000,000 take half a second.
FLASK_ROUNDS, PASSWORD_MAX_ROUNDS = 29_000, 2_000_000
PASSWORD_ROUNDS = env.int("PASSWORD_ROUNDS", default=FLASK_ROUNDS)
if not FLASK_ROUNDS <= PASSWORD_ROUNDS <= PASSWORD_MAX_ROUNDS:
    raise ImproperlyConfigured(
        f"PASSWORD_ROUNDS is {PASSWORD_ROUNDS}; it takes {FLASK_ROUNDS} to {PASSWORD_MAX_ROUNDS}."
    )
if FLASK_PARALLEL and PASSWORD_ROUNDS > FLASK_ROUNDS:
    raise ImproperlyConfigured(
        f"PASSWORD_ROUNDS is {PASSWORD_ROUNDS} while the Flask service runs, which writes {FLASK_ROUNDS}: "
        "leave it out, or switch that service off and set FLASK_PARALLEL=false."
    )
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    # HMAC pads short keys with zeros itself, so the signatures are the same. PyJWT gets a key that is long enough, and
    # does not warn at each request; `check --deploy` warns once Flask's key is no longer needed.
    "SIGNING_KEY": JWT_SIGNING_KEY + "\0" * (32 - len(JWT_SIGNING_KEY.encode())),
    "UPDATE_LAST_LOGIN": False,
}

# --- Work in the background
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis refuses writes when it is out of memory; workers wait as if it were unavailable.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
# The sweep sends again what is in the database, so an unavailable broker may delay a request by two seconds at most.
# visibility_timeout must exceed the longest task, which would otherwise run twice at once, and the difference between
# workers' clocks, by which each worker measures it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 4 * 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A request that publishes would otherwise retry for six seconds; workers and beat retry on their own.
    "max_retries": 0,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

# --- Pages and files
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
LOGIN_REDIRECT_URL = "admin:index"  # unfold's sign-in form has no next page
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

# --- Safety
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# Only the admin site has sessions. Each request renews the session, with one UPDATE.
ADMIN_SESSION_HOURS = env.count("ADMIN_SESSION_HOURS", default=4)
SESSION_COOKIE_AGE = ADMIN_SESSION_HOURS * 3600
SESSION_SAVE_EVERY_REQUEST = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A patient's page may have 400 facts with 6 fields each, and 2,000 tags and questions with 4 (apps/scenarios/admin).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
SENTRY_DSN = env.str("SENTRY_DSN", default="")

# --- Mail, to welfare contacts and to who forgot a password; without EMAIL_URL none is sent
EMAIL_HOST = EMAIL["EMAIL_HOST"]
SENDS_MAIL = bool(EMAIL_HOST)
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = EMAIL_FROM

# --- Logs
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = logging_config(level=LOG_LEVEL, as_json=PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = None
# One line for each request, at its end; the proxy's log has the addresses.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Clients that close an event stream are not worth a warning.
DJANGO_STRUCTLOG_REQUEST_CANCELLED_LOG_LEVEL = logging.INFO
# Our own middleware accepts only valid request ids.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = NUM_PROXIES > 0

# --- The students' page: this block goes with apps/practice
INSTALLED_APPS.append("apps.practice")
PRACTICE_PAGE = env.bool("PRACTICE_PAGE", default=True)
# --- end of the students' page

# --- The old API: this block goes with apps/flask_compat
INSTALLED_APPS.append("apps.flask_compat")
MIDDLEWARE.insert(0, "apps.flask_compat.middleware.old_format")
COMPAT_DEPRECATED_ON = env.date("COMPAT_DEPRECATED_ON", default="2026-11-22")
COMPAT_SUNSET_ON = env.date("COMPAT_SUNSET_ON", default="2027-05-31")
COMPAT_GRADING_WAIT_S = env.float("COMPAT_GRADING_WAIT_S", default=110.0)
COMPAT_MESSAGE_MAX_CHARACTERS = env.count("COMPAT_MESSAGE_MAX_CHARACTERS", default=10_000)
# For compare_flask, which prompts for it if it is blank.
COMPARE_PASSWORD = env.str("COMPARE_PASSWORD", default="")
# --- end of the old API
