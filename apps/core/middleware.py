"""What every request passes on its way in."""

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
    """A line for each request, with its path and without its query string: people search for names and emails."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


@sync_and_async_middleware
def health_under_any_name(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Health endpoints ignore ALLOWED_HOSTS: a load balancer asks by the address."""

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
    """For middleware that waits for nothing: the library's own way takes each request through a thread twice."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        ask, finish = getattr(self, "process_request", None), getattr(self, "process_response", None)
        response = (ask(request) if ask else None) or await cast(Awaitable[Any], self.get_response(request))
        return finish(request, response) if finish else response


class Security(_InTheLoop, SecurityMiddleware):
    """Django's, for async."""


class Common(_InTheLoop, CommonMiddleware):
    """Django's, for async."""


class Frames(_InTheLoop, XFrameOptionsMiddleware):
    """Django's, for async."""


@sync_and_async_middleware
def page_policies(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Tell the browser of a page under CONTENT_SECURITY_POLICIES what the page may load and do."""
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
    """WhiteNoise in web; async has no static files.

    WhiteNoise is synchronous, and Django runs all that is behind such a middleware in a thread for as long as the
    request lasts: whatever waits in async would hold one.
    """
    return get_response if iscoroutinefunction(get_response) else WhiteNoiseMiddleware(get_response)


@sync_and_async_middleware
def serving(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Let the history of teaching content know which request a change comes from."""
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
    """400 for a NUL in the query string: PostgreSQL has no text with one, and fails at the comparison."""
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
