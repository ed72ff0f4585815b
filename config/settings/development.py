"""A developer's machine: debug pages, and SQLite where no DATABASE_URL is given."""

from django.http import HttpRequest

from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK

DEBUG = True
INTERNAL_IPS = ["127.0.0.1"]
# A browser that asks for a page of the API gets one, as whoever is signed in at the admin site.
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
except ModuleNotFoundError:  # the demo's set of packages has none
    pass
else:
    INSTALLED_APPS = [*INSTALLED_APPS, debug_toolbar.__name__]
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE]


def shows_toolbar(request: HttpRequest) -> bool:
    """Not in the admin site, whose buttons it would lie over."""
    return request.META.get("REMOTE_ADDR") in INTERNAL_IPS and not request.path.startswith("/admin/")


DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": shows_toolbar}
