"""API errors: base classes for domain code, and the handler that renders them."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

log = structlog.get_logger(__name__)

# Raised by the driver when the database is down, starting, or out of connections. An invalid query raises
# ProgrammingError instead, which remains a server error.
DATABASE_AWAY = (OperationalError, InterfaceError)
DATABASE_RETRY_AFTER_S = 5


class Conflict(exceptions.APIException):
    """The request is valid, but the state of its object does not allow it. `extra` is added to the response."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This is not possible now."
    default_code = "conflict"

    def __init__(self, detail: str | None = None, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail, code)
        self.extra = extra


class DatabaseUnavailable(exceptions.APIException):
    """The database cannot be reached; the client may send the same request again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached. Please try again in a few seconds."
    default_code = "database_unavailable"
    # DRF's attribute for Retry-After, in seconds.
    wait = DATABASE_RETRY_AFTER_S


def error_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render an exception as {"code", "detail", "fields"?}; None if it is not the client's error."""
    from rest_framework.views import exception_handler  # views read the settings that name this module

    if isinstance(error, DATABASE_AWAY):
        log.warning("database_unavailable", error=type(error).__name__)
        error = DatabaseUnavailable()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        fields = _fields(response.data)
        response.data = {"code": "invalid", "detail": _first(fields), "fields": fields}
    else:
        response.data = {"code": _code(error), "detail": _detail(error, response), **getattr(error, "extra", {})}
    return response


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else str(getattr(error, "default_code", "error"))


def _detail(error: Exception, response: Response) -> str:
    if isinstance(error, Http404):
        return "Not found."
    detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    return str(detail) or "The request could not be answered."


def _fields(data: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested errors: {"categories.1.name": ["This field is required."]}."""
    if isinstance(data, dict):
        # DRF's keys for errors that concern no single field: report them for the enclosing object.
        places = [(path if key in _OF_THE_WHOLE and path else _below(path, key), value) for key, value in data.items()]
    elif all(isinstance(one, str) for one in data):
        return {path or "non_field_errors": [str(one) for one in data]}
    else:
        places = [(_below(path, place), value) for place, value in enumerate(data)]
    flat: dict[str, list[str]] = {}
    for place, value in places:
        messages = {place: [str(value)]} if isinstance(value, str) else _fields(value, place)
        for name, words in messages.items():
            flat.setdefault(name, []).extend(words)
    return flat


_OF_THE_WHOLE = frozenset({"non_field_errors", "detail"})


def _below(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _first(fields: dict[str, list[str]]) -> str:
    """The first message, prefixed with the name of its field."""
    for name, words in fields.items():
        return words[0] if name == "non_field_errors" else f"{name}: {words[0]}"
    return "The request is not valid."
