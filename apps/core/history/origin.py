"""Whose request a change comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

# Of a request line so much is kept.
LINE_MAX = 200

_served: ContextVar[HttpRequest | None] = ContextVar("served", default=None)


@contextmanager
def serving(request: HttpRequest) -> Iterator[None]:
    """What is changed in here, in threads that work for it too, comes from this request."""
    token = _served.set(request)
    try:
        yield
    finally:
        _served.reset(token)


def person_id() -> int | None:
    """The id of whoever sent the request; None outside of requests, and where nobody is signed in.

    It is looked at late: tokens are read by the view, which then sets the request's user.
    """
    user = getattr(_served.get(), "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def request_line() -> str:
    """Method and path, without the query; empty outside of requests."""
    request = _served.get()
    return f"{request.method} {request.path}"[:LINE_MAX] if request is not None else ""
