"""Pagination of lists."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request

if TYPE_CHECKING:
    from apps.core.list_queries import CompiledQuery

LARGEST = 500


# The example of a page around its rows; the library's default links to another service's URLs.
ONLY_PAGE = {"count": 1, "next": None, "previous": None}


class _Sized:
    """Page sizes from 1 to LARGEST; 400 for any other `page_size`."""

    page_size_query_param = "page_size"
    max_page_size = LARGEST
    page_size: int

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not re.fullmatch("[0-9]{1,3}", asked) or not 1 <= int(asked) <= self.max_page_size:
            raise ValidationError({self.page_size_query_param: [f"Must be a whole number from 1 to {LARGEST}."]})
        return int(asked)

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)  # type: ignore[misc]
        for name in ONLY_PAGE.keys() & described["properties"].keys():
            described["properties"][name]["example"] = ONLY_PAGE[name]
        return described

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)  # type: ignore[misc]
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
            elif parameter["schema"]["type"] == "integer":
                parameter["schema"]["minimum"] = 1
        return parameters


class PageNumbers(_Sized, PageNumberPagination):  # type: ignore[misc]
    """{count, next, previous, results}. A first page that is not full needs no COUNT query."""

    page_size = 50

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        size = self.get_page_size(request)
        if request.query_params.get(self.page_query_param, "1") != "1":
            return super().paginate_queryset(queryset, request, view)
        return self._first_page(list(queryset[: size + 1]), size, queryset.count, request)

    def paginate_whole(self, whole: "CompiledQuery", request: Request) -> list[Any]:
        """The first page of a list whose SQL has been compiled."""
        size = self.get_page_size(request)
        return self._first_page(whole.rows(limit=size + 1), size, whole.count, request)

    def _first_page(self, rows: list[Any], size: int, count: Callable[[], int], request: Request) -> list[Any]:
        paginator = self.django_paginator_class(rows, size)
        if len(rows) > size:
            paginator.count = count()
        self.request, self.page = request, Page(rows[:size], 1, paginator)
        self.display_page_controls = len(rows) > size
        return rows[:size]


class OldestFirst(_Sized, CursorPagination):  # type: ignore[misc]
    """{next, previous, results} for lists that only grow, oldest first."""

    page_size = 100
    ordering: tuple[str, ...] = ("created_at", "id")

    def decode_cursor(self, request: Request) -> Any:
        """Check the cursor's position: DRF does not, and the database fails on one that is not a time."""
        cursor: Any = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_a_time(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class NewestFirst(OldestFirst):
    """{next, previous, results}, newest first."""

    ordering = ("-created_at", "id")


def _is_a_time(text: str) -> bool:
    """Whether the text is a date and time with an offset, in a year that databases support."""
    try:
        time: datetime | None = parse_datetime(text)
        return time is not None and time.tzinfo is not None and bool(time.astimezone(UTC))
    except (ValueError, OverflowError):
        return False
