"""The WSGI application: pages and the API, each with the middleware that it needs."""

import contextlib
import os
from collections.abc import Iterable
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Middleware for pages only. The API authenticates by token.
FOR_PAGES = frozenset(
    {
        "apps.core.middleware.static_files",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    }
)
# The largest body that nginx passes on, in bytes.
LARGEST_BODY = 2 * 1024 * 1024
AT_ONCE = 64 * 1024


class Application:
    """Serves everything; in production, the API and the old addresses with less middleware."""

    def __init__(self) -> None:
        self._pages = self._api = WSGIHandler()
        if not settings.DEBUG:  # the browsable API consists of pages
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
    """Read the rest of the body: closing a connection with unread data resets it and loses the response."""
    with contextlib.suppress(OSError):  # the client has disconnected
        for _ in range(LARGEST_BODY // AT_ONCE + 1):
            if not body.read(AT_ONCE):
                break


django.setup(set_prefix=False)
application = Application()
