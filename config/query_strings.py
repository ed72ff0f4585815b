"""Addresses that are refused before any page looks at them."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def refuse_nul(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """400 for a NUL in the query string: PostgreSQL has no text with one, and fails at the comparison."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return _refusal() if _has_nul(request) else await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        return _refusal() if _has_nul(request) else get_response(request)

    return answer


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "%00" in query or "\0" in query


def _refusal() -> HttpResponse:
    return JsonResponse({"code": "bad_request", "detail": "The address holds a NUL character."}, status=400)
