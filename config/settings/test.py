"""The test suite: PostgreSQL and Redis as in production, no secrets, no address outside this machine."""

from config.settings.api import RATES
from config.settings.base import *  # noqa: F403
from config.settings.base import MIDDLEWARE, REST_FRAMEWORK

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Tests that are about throttles lower these again; the others must not depend on how many ran before them.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(RATES, "100000/min"),
}
SIGN_IN_FAILURES_PER_HOUR = 100_000
SENDS_MAIL = True
# On a busy machine a second is soon over, and a Redis that was given up lets every request through its throttle.
REDIS_TIMEOUT_S = 30.0
# Nothing is answered to any test that the schema does not tell of.
MIDDLEWARE = ["tests.conformance.check_answers", *MIDDLEWARE]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files as they lie in the packages: nothing is collected for a test run.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
