"""Middleware for every request."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django_structlog.middlewares import RequestMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

from apps.core.history import origin


class RequestLog(RequestMiddleware):
    """Logs each request with its path but no query string, since people search for names and emails."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


@sync_and_async_middleware
def health_under_any_name(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Health endpoints ignore ALLOWED_HOSTS: load balancers call them by IP address."""

    def prepare(request: HttpRequest) -> None:
        if request.path.startswith("/health/"):
            request.get_host = lambda: "localhost"  # type: ignore[method-assign]

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            prepare(request)
            return await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        prepare(request)
        return get_response(request)

    return answer


class _InTheLoop(MiddlewareMixin):
    """For middleware that never blocks: Django's own adapter passes each request through a thread twice."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        ask, finish = getattr(self, "process_request", None), getattr(self, "process_response", None)
        response = (ask(request) if ask else None) or await cast(Awaitable[Any], self.get_response(request))
        return finish(request, response) if finish else response


class Security(_InTheLoop, SecurityMiddleware):
    """Django's SecurityMiddleware, without a thread."""


class Common(_InTheLoop, CommonMiddleware):
    """Django's CommonMiddleware, without a thread."""


class Frames(_InTheLoop, XFrameOptionsMiddleware):
    """Django's XFrameOptionsMiddleware, without a thread."""


@sync_and_async_middleware
def page_policies(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Set the Content-Security-Policy of the pages listed in CONTENT_SECURITY_POLICIES."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _with_policies(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _with_policies(request, get_response(request))

    return answer


def _with_policies(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    for path, policy in settings.CONTENT_SECURITY_POLICIES.items():
        if request.path.startswith(path):
            response.headers["Content-Security-Policy"] = policy
            response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
    return response


@sync_and_async_middleware
def static_files(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """WhiteNoise in the web process only; the async process serves no static files.

    WhiteNoise is synchronous, and Django runs everything behind synchronous middleware in a thread for the whole
    request: each waiting stream would hold one.
    """
    return get_response if iscoroutinefunction(get_response) else WhiteNoiseMiddleware(get_response)


@sync_and_async_middleware
def serving(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Tell the history of teaching content which request a change comes from."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            with origin.serving(request):
                return await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        with origin.serving(request):
            return get_response(request)

    return answer


@sync_and_async_middleware
def refuse_nul(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """400 for a NUL in the query string: PostgreSQL text cannot hold one, so the query would fail."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return _nul_refusal() if _has_nul(request) else await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        return _nul_refusal() if _has_nul(request) else get_response(request)

    return answer


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "%00" in query or "\0" in query


def _nul_refusal() -> HttpResponse:
    return JsonResponse({"code": "bad_request", "detail": "The address holds a NUL character."}, status=400)
