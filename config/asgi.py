"""The ASGI application, for the routes that wait: the async process serves them without holding a thread."""

import os
from typing import Any

import django
from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Synchronous middleware uses a thread twice for each request, more than half of the cost of opening an event stream.
# The routes that wait belong to the API, which authenticates by token and needs no middleware for pages (None). The
# rest has asynchronous forms.
INSTEAD = {
    "django.contrib.sessions.middleware.SessionMiddleware": None,
    "django.middleware.csrf.CsrfViewMiddleware": None,
    "django.contrib.auth.middleware.AuthenticationMiddleware": None,
    "django.contrib.messages.middleware.MessageMiddleware": None,
    "django.middleware.security.SecurityMiddleware": "apps.core.middleware.Security",
    "django.middleware.common.CommonMiddleware": "apps.core.middleware.Common",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "apps.core.middleware.Frames",
}


class Application(ASGIHandler):
    """Django's gives every request a thread for as long as it lasts. Here one serves all: what is synchronous around a
    view takes microseconds, and the views take theirs from apps.core.async_views.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served, not {scope['type']}.")
        token = SyncToAsync.thread_sensitive_context.set(_ALL_REQUESTS)
        try:
            await self.handle(scope, receive, send)
        finally:
            SyncToAsync.thread_sensitive_context.reset(token)


_ALL_REQUESTS = ThreadSensitiveContext()
django.setup(set_prefix=False)
_all = settings.MIDDLEWARE
settings.MIDDLEWARE = [here for name in _all if (here := INSTEAD.get(name, name))]
application = Application()
# The application has read it. Code that imports this module and serves pages too, such as tests, needs all of it.
settings.MIDDLEWARE = _all
