"""What every answer under the old addresses has, whatever made it."""

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
    """Date the old addresses (RFC 9745, RFC 8594), and give errors from outside of their views the old format."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return _finish(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        return _finish(request, get_response(request))

    return answer


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.startswith("/api/") or request.path.startswith(NOT_OLD):
        return response
    if response.status_code >= 400 and not _has_message(response):
        _say(response, _message(response))
    response["Deprecation"] = f"@{_midnight(settings.COMPAT_DEPRECATED_ON)}"
    response["Sunset"] = http_date(_midnight(settings.COMPAT_SUNSET_ON))
    return response


def _say(response: HttpResponse, text: str) -> None:
    """Replace the body and leave the other headers, such as those by which a browser may read it."""
    response.content = json.dumps({"message": text}).encode()
    response["Content-Type"] = "application/json"
    response["Content-Length"] = str(len(response.content))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())


def _body(response: HttpResponse) -> Any:
    if not response.get("Content-Type", "").startswith("application/json"):
        return None
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _has_message(response: HttpResponse) -> bool:
    body = _body(response)
    return isinstance(body, dict) and isinstance(body.get("message"), str)


def _message(response: HttpResponse) -> str:
    body = _body(response)
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return str(body["detail"])
    return HTTPStatus(response.status_code).phrase
