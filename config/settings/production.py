"""Production: nothing guessed. base.py has already refused to go on without what is required."""

from config.observability import start_sentry
from config.settings.base import *  # noqa: F403
from config.settings.base import NUM_PROXIES, SECURE_SSL_REDIRECT, SENTRY_DSN

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Cookies are marked secure where the site itself is served over TLS; a set behind plain HTTP on one machine
# (SECURE_SSL_REDIRECT=false) could not sign anybody in to the admin otherwise.
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
SECURE_HSTS_PRELOAD = False
# Only a proxy of ours may say that the client came by TLS.
if NUM_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Load balancers ask by plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/"]

# W021: preloading HSTS binds a whole domain for good, which is for its owner to decide and not for this service.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

start_sentry(SENTRY_DSN)
