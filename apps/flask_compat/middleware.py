"""Headers and error format of all responses at the old addresses."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.http import http_date

NOT_OLD = ("/api/v2/", "/api/schema", "/api/docs")


@sync_and_async_middleware
def old_format(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Add the Deprecation (RFC 9745) and Sunset (RFC 8594) headers, and put errors from outside the views in the
    old format.
    """
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return _in_old_format(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        return _in_old_format(request, get_response(request))

    return answer


def _in_old_format(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.startswith("/api/") or request.path.startswith(NOT_OLD):
        return response
    if response.status_code >= 400 and not _has_message_of(response):
        _set_message_of(response, _message_of(response))
    response["Deprecation"] = f"@{_midnight(settings.COMPAT_DEPRECATED_ON)}"
    response["Sunset"] = http_date(_midnight(settings.COMPAT_SUNSET_ON))
    return response


def _set_message_of(response: HttpResponse, text: str) -> None:
    """Replace the body. Other headers stay: without those of CORS a browser could not read it."""
    response.content = json.dumps({"message": text}).encode()
    response["Content-Type"] = "application/json"
    response["Content-Length"] = str(len(response.content))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())


def _json_body(response: HttpResponse) -> Any:
    if not response.get("Content-Type", "").startswith("application/json"):
        return None
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _has_message_of(response: HttpResponse) -> bool:
    body = _json_body(response)
    return isinstance(body, dict) and isinstance(body.get("message"), str)


def _message_of(response: HttpResponse) -> str:
    body = _json_body(response)
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return str(body["detail"])
    return HTTPStatus(response.status_code).phrase
