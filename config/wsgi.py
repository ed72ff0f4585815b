"""The WSGI application: pages and the API, each behind the middleware that it needs."""

import contextlib
import os
from collections.abc import Iterable
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What stands before pages. The API knows people by their tokens.
FOR_PAGES = frozenset(
    {
        "apps.core.middleware.static_files",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    }
)
# What nginx lets through, in bytes.
LARGEST_BODY = 2 * 1024 * 1024
AT_ONCE = 64 * 1024


class Application:
    """The whole, and in production a shorter way to what is under /api/v2/ and the old addresses."""

    def __init__(self) -> None:
        self._pages = self._api = WSGIHandler()
        if not settings.DEBUG:  # the browsable API is made of pages
            self._api = self._without_pages()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        handler = self._api if environ.get("PATH_INFO", "").startswith("/api/") else self._pages
        answer: Iterable[bytes] = handler(environ, start_response)
        if environ.get("CONTENT_LENGTH", "") not in {"", "0"}:
            _read_the_rest(environ["wsgi.input"])
        return answer

    def _without_pages(self) -> WSGIHandler:
        everything = settings.MIDDLEWARE
        settings.MIDDLEWARE = [name for name in everything if name not in FOR_PAGES]
        try:
            return WSGIHandler()
        finally:
            settings.MIDDLEWARE = everything


def _read_the_rest(body: Any) -> None:
    """What no view has read: a connection that is closed with something unread is reset, and the answer with it."""
    with contextlib.suppress(OSError):  # the client has gone
        for _ in range(LARGEST_BODY // AT_ONCE + 1):
            if not body.read(AT_ONCE):
                break


django.setup(set_prefix=False)
application = Application()
