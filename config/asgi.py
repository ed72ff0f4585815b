"""The ASGI application, for the routes that wait: the async process serves them without holding a thread."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The routes that wait are the API's, which knows people by their tokens. What stands before pages is synchronous, and
# takes each request through a thread several times: half of what it costs to let a reader of events in.
PAGES_ONLY = {
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
}
_all = settings.MIDDLEWARE
settings.MIDDLEWARE = [name for name in _all if name not in PAGES_ONLY]
application = get_asgi_application()
# It has read them. Whoever imports this beside pages, as tests do, still needs them all.
settings.MIDDLEWARE = _all
