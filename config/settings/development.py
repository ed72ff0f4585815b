"""Development: debug pages, and SQLite without DATABASE_URL."""

from django.http import HttpRequest

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK, SENDS_MAIL

DEBUG = True
INTERNAL_IPS = ["127.0.0.1"]
if not SENDS_MAIL:
    # Each mail becomes a file there.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BASE_DIR / ".local" / "mails"
    SENDS_MAIL = True
# Browsers get DRF's pages of the API, authenticated by the admin site's session.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        *REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"],
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        *REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"],
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
}

try:
    import debug_toolbar
except ModuleNotFoundError:  # the demo does not install it
    pass
else:
    INSTALLED_APPS = [*INSTALLED_APPS, debug_toolbar.__name__]
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE]


def shows_toolbar(request: HttpRequest) -> bool:
    """Whether to show the toolbar: not in the admin site and on the students' page, where it would cover buttons."""
    covered = request.path == "/" or request.path.startswith("/admin/")
    return request.META.get("REMOTE_ADDR") in INTERNAL_IPS and not covered


DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": shows_toolbar}
