"""Settings of the API: DRF, rate limits and the schema."""

import re
import tomllib

from django.core.exceptions import ImproperlyConfigured

from apps.core.api.operations import TAGS
from config.settings.environment import BASE_DIR, env

RATE = re.compile(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)")
# Limits for requests without a token count by address, which a whole lecture hall may share. The others by person.
RATES = {
    "login_account": "10/min",
    "login_address": "600/min",
    "register": "600/hour",
    "refresh": "600/min",
    "password_change": "10/min",
    "password_reset_account": "5/hour",
    "password_reset_address": "600/hour",
    "runs": "30/min",
    "evaluations": "30/min",
    "polls": "600/min",
    "reads": "1200/min",
    "writes": "300/min",
}


def rates(changed: list[str]) -> dict[str, str]:
    """RATES with changes, each given as name=rate; ImproperlyConfigured for an unknown name or an invalid rate."""
    rates = dict(RATES)
    for one in changed:
        name, _, rate = one.replace(" ", "").partition("=")
        if name not in RATES:
            raise ImproperlyConfigured(f"THROTTLE_RATES names {name!r}; it takes {', '.join(RATES)}.")
        if not RATE.fullmatch(rate):
            raise ImproperlyConfigured(f"THROTTLE_RATES has {one!r}; it takes such as {name}=600/min.")
        rates[name] = rate
    return rates


# In seconds. Two tabs may refresh at once, and responses get lost; later use of a used token means that it was copied.
REFRESH_REUSE_GRACE_S = env.float("REFRESH_REUSE_GRACE_S", default=10.0)
if not 0 <= REFRESH_REUSE_GRACE_S <= 300:
    raise ImproperlyConfigured(f"REFRESH_REUSE_GRACE_S is {REFRESH_REUSE_GRACE_S}; it takes 0 to 300.")
# For one account, from all addresses together. Beyond it, unknown addresses wait longer after each failure.
SIGN_IN_FAILURES_PER_HOUR = env.count("SIGN_IN_FAILURES_PER_HOUR", default=20)
# Simultaneous event streams: of one person for one run, of one person, from one address (more than a lecture hall
# needs), and in one process, where streams never use more than three quarters of the file descriptors.
STREAM_LIMITS = {"run": 3, "person": 10, "address": 1500, "process": 2000}


def stream_limits(changed: list[str]) -> dict[str, int]:
    """STREAM_LIMITS with changes, each given as name=number; ImproperlyConfigured for an unknown name or value."""
    limits = dict(STREAM_LIMITS)
    for one in changed:
        name, _, number = one.replace(" ", "").partition("=")
        if name not in STREAM_LIMITS:
            raise ImproperlyConfigured(f"STREAM_LIMITS names {name!r}; it takes {', '.join(STREAM_LIMITS)}.")
        if not re.fullmatch("[1-9][0-9]{0,8}", number):
            raise ImproperlyConfigured(f"STREAM_LIMITS has {one!r}; it takes such as {name}=5.")
        limits[name] = int(number)
    return limits


# The only place with the version.
PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.users.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.GuardedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.renderers.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.core.api.renderers.JSONFallbackNegotiation",
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.PageNumbers",
    "DEFAULT_FILTER_BACKENDS": [
        "apps.core.api.filters.RejectUnknownParameters",
        "apps.core.api.filters.Filters",
        "apps.core.api.filters.Search",
        "apps.core.api.filters.Ordering",
    ],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.openapi.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.api.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": rates(env.list("THROTTLE_RATES", default=[])),
    "EXCEPTION_HANDLER": "apps.core.api.exceptions.error_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Virtual patient API",
    "DESCRIPTION": PROJECT["description"],
    "VERSION": PROJECT["version"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v2/",
    "TAGS": TAGS,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.api.openapi.read_as_it_is",
        "apps.core.api.openapi.require_what_is_sent",
        "apps.core.api.openapi.spell_out_discriminators",
        "apps.core.api.openapi.refuse_unknown_keys",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AccountRoleEnum": "apps.users.models.Role",
        "MessageRoleEnum": "apps.openai_integration.models.Message.Role",
        "ThreadStateEnum": "apps.openai_integration.conversation.states.ThreadState",
        "RunStatusEnum": "apps.openai_integration.models.Run.Status",
        "ReviewReasonEnum": "apps.marking.review_reasons.REVIEW_REASONS",
        "DoubtReasonEnum": "apps.marking.scoring.DOUBT_REASONS",
        "EvaluationStatusEnum": "apps.openai_integration.models.Evaluation.Status",
    },
}
