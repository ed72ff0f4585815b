"""The ASGI application, for the routes that wait: the async process serves them without holding a thread."""

import os
from typing import Any

import django
from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Synchronous middleware takes each request through a thread, twice each: more than half of what it costs to let a
# reader of events in. The routes that wait are the API's, which knows people by their tokens and needs none of what
# stands before pages (None); the rest has a form that stays in the loop.
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
# It has read them. Whoever imports this beside pages, as tests do, still needs them all.
settings.MIDDLEWARE = _all
