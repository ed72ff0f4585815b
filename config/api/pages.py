"""Pages of lists."""

from rest_framework.pagination import CursorPagination, PageNumberPagination


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
