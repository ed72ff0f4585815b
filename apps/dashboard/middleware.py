"""Times on the admin site's pages are the school's."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def school_time(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Show times of the admin site in SCHOOL_TIME_ZONE. The API goes on in UTC, as clients expect."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> Any:
            with timezone.override(_zone(request)):
                return await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> Any:
        with timezone.override(_zone(request)):
            return get_response(request)

    return answer


def _zone(request: HttpRequest) -> str:
    return settings.SCHOOL_TIME_ZONE if request.path.startswith("/admin/") else settings.TIME_ZONE


def zone_label(request: HttpRequest) -> list[str]:
    """What the head of each page says of its times, as unfold's ENVIRONMENT."""
    return [f"Times: {settings.SCHOOL_TIME_ZONE}", "info"]
