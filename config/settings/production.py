"""Production. base.py has already required all settings that have no safe default."""

from config.observability import start_sentry
from config.settings.base import *  # noqa: F403
from config.settings.base import NUM_PROXIES, SECURE_SSL_REDIRECT, SENTRY_DSN

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.StaticFiles"},
}

# Cookies are secure if the site is served over TLS. With plain HTTP on one machine (SECURE_SSL_REDIRECT=false) nobody
# could sign in to the admin site otherwise.
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
SECURE_HSTS_PRELOAD = False
# Only our own proxy may say that the client used TLS.
if NUM_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Load balancers use plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/"]

# W021: HSTS preloading binds the whole domain permanently, so its owner must decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

start_sentry(SENTRY_DSN)
