"""Whether the replacements of Django's parts in config.asgi are still needed."""

import inspect

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.handlers import asgi as handlers
from django.utils import deprecation

from config import asgi

MEND = "see docs/adr/0003-one-thread-context-in-async.md: the replacement may go"


def test_django_still_runs_synchronous_middleware_in_threads() -> None:
    """Fails once `MiddlewareMixin` awaits in the loop: then the middleware of config.asgi.INSTEAD can go."""
    assert "sync_to_async" in inspect.getsource(deprecation), MEND


def test_django_still_gives_every_request_a_thread_context_of_its_own() -> None:
    """Fails once `ASGIHandler` does not: then config.asgi.Application can go."""
    # The module's source, because error reporting replaces the class's method.
    assert "ThreadSensitiveContext" in inspect.getsource(handlers), MEND


def test_the_replaced_middleware_is_in_the_settings() -> None:
    assert set(asgi.INSTEAD) <= set(settings.MIDDLEWARE)
    assert isinstance(asgi._ALL_REQUESTS, ThreadSensitiveContext)
