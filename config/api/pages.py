"""Pages of lists."""

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request


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
    ordering: tuple[str, ...] = ("created_at", "id")

    def decode_cursor(self, request: Request) -> Any:
        """DRF leaves the position inside a cursor unread, and the database fails at one that is no time."""
        cursor: Any = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_a_time(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class NewestFirst(OldestFirst):
    """The same, newest first."""

    ordering = ("-created_at", "id")


def _is_a_time(text: str) -> bool:
    """Whether it is a date and time with an offset, in a year that databases know."""
    try:
        time: datetime | None = parse_datetime(text)
        return time is not None and time.tzinfo is not None and bool(time.astimezone(UTC))
    except (ValueError, OverflowError):
        return False
