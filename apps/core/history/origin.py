"""The request that a change comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

# The longest part of a request line that is kept.
LINE_MAX = 200

_served: ContextVar[HttpRequest | None] = ContextVar("served", default=None)


@contextmanager
def serving(request: HttpRequest) -> Iterator[None]:
    """Attribute changes made in this block, and in threads that work for it, to this request."""
    token = _served.set(request)
    try:
        yield
    finally:
        _served.reset(token)


def person_id() -> int | None:
    """The id of the request's user; None outside a request or without a signed-in user.

    It is read late because the view sets the request's user when it authenticates the token.
    """
    user = getattr(_served.get(), "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def request_line() -> str:
    """Method and path, without the query string; empty outside a request."""
    request = _served.get()
    return f"{request.method} {request.path}"[:LINE_MAX] if request is not None else ""
