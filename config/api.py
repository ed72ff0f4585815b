"""What every address under /api/v2/ shares: errors, pages, throttles, the parser and the router."""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle
from rest_framework.views import APIView, exception_handler


class Conflict(exceptions.APIException):
    """The request is fine, but what it is about is in a state that does not allow it. `extra` goes into the answer."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This is not possible now."
    default_code = "conflict"

    def __init__(self, detail: str | None = None, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail, code)
        self.extra = extra


def error_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render any error that a view raised as {"code", "detail", "fields"?}; None for one that is not the client's."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {"code": "invalid", "detail": _first_message(response.data), "fields": _fields(response.data)}
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


def _fields(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {"non_field_errors": data}


def _first_message(data: Any, path: str = "") -> str:
    """The first message of DRF's nested errors, with the name of its field in front."""
    if isinstance(data, dict):
        for key, value in data.items():
            inner = path if key in {"non_field_errors", "detail"} else f"{path}.{key}" if path else str(key)
            return _first_message(value, inner)
    if isinstance(data, list) and data:
        return _first_message(data[0], path)
    return f"{path}: {data}" if path else str(data)


class PageNumbers(PageNumberPagination):
    """{count, next, previous, results}; `page_size` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class OldestFirst(CursorPagination):
    """{next, previous, results} for what only grows, oldest first."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("created_at", "id")


class NewestFirst(OldestFirst):
    """The same, newest first."""

    ordering = ("-created_at", "id")


class GuardedJSONParser(JSONParser):
    """JSON whose nesting cannot exhaust the interpreter's stack."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError("JSON parse error - nested too deeply.") from error


class Router(SimpleRouter):
    """Every route with and without its last slash, without a redirect between them."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


class LoginAccountThrottle(SimpleRateThrottle):
    """Guesses at one account from one address."""

    scope = "login_account"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return self.cache_format % {"scope": self.scope, "ident": hash_key(f"{email}|{self.get_ident(request)}")}


class AddressThrottle(SimpleRateThrottle):
    """Requests from one address; a whole lecture hall may share one, so its rates are generous."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class LoginAddressThrottle(AddressThrottle):
    scope = "login_address"


class RegisterThrottle(AddressThrottle):
    scope = "register"


class RunThrottle(UserRateThrottle):
    """Turns and markings that one person asks for; reading is not counted."""

    scope = "runs"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or super().allow_request(request, view)


def hash_key(text: str) -> str:
    """A cache key that does not show what it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()
