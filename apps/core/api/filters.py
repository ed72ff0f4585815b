"""Narrowing, searching and ordering lists. What is asked for and is not there is refused, never passed over."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FormError
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from django_filters.constants import EMPTY_VALUES
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from apps.core.api.serializers import HIGHEST_ID


class IdFilter(filters.NumberFilter):
    """Rows by the id of another row, as a plain number: an id that is nobody's finds nothing, as a hidden one does.

    The library's own reads decimals, and makes an integer of -1e5000 digit by digit.
    """

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=HIGHEST_ID, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class StrictBooleanFilter(filters.TypedChoiceFilter):
    """`true` or `false`. The library's own passes over any other word."""

    def __init__(self, **kwargs: Any) -> None:
        words = [(word, word) for word in ("true", "false")]
        super().__init__(choices=words, coerce=lambda word: word == "true", empty_value=None, **kwargs)

    def filter(self, qs: QuerySet, value: bool | None) -> QuerySet:
        return qs if value in EMPTY_VALUES else self.get_method(qs)(**{f"{self.field_name}__{self.lookup_expr}": value})


class UTCDateTimeField(IsoDateTimeField):
    """In UTC: PostgreSQL refuses a moment whose offset, such as -23:50, is nobody's."""

    def to_python(self, value: str | None) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(datetime.UTC)
        except OverflowError as error:  # before the year 1, or after 9999
            raise FormError(self.error_messages["invalid"], code="invalid") from error


class UTCDateTimeFilter(filters.IsoDateTimeFilter):
    """A moment as ISO 8601 writes it."""

    field_class = UTCDateTimeField


class RejectUnknownParameters(BaseFilterBackend):
    """400 for a parameter that no filter, order, search or page of the list knows."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        known = _known_to(view, queryset)
        unknown = [] if _is_of_one(view) else sorted(set(request.query_params) - known)
        if unknown:
            there = ", ".join(sorted(known - {api_settings.URL_FORMAT_OVERRIDE}))
            raise ValidationError({name: [f"There is no such parameter here; there are {there}."] for name in unknown})
        return queryset


class Filters(filters.DjangoFilterBackend):
    """The library's, for lists alone: an object at its address is there or not, whatever else is asked."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        # Making its form takes as long as a query.
        asked = request.query_params and not _is_of_one(view)
        return super().filter_queryset(request, queryset, view) if asked else queryset


class Search(SearchFilter):
    """The library's, for lists alone."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        return queryset if _is_of_one(view) else super().filter_queryset(request, queryset, view)


class Ordering(OrderingFilter):
    """By the view's `ordering_fields`, and then by its `ordering_last`, so that no row is on two pages or on none.

    400 for other fields.
    """

    def get_ordering(self, request: Request, queryset: QuerySet, view: APIView) -> Sequence[str] | None:
        asked = super().get_ordering(request, queryset, view)
        last = getattr(view, "ordering_last", "id")
        return [*asked, last] if asked and not {last, f"-{last}"} & set(asked) else asked

    def get_default_ordering(self, view: APIView) -> None:
        """That of the model."""

    def remove_invalid_fields(
        self, queryset: QuerySet, fields: Iterable[str], view: APIView, request: Request
    ) -> list[str]:
        known = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        unknown = [name for name in fields if name.removeprefix("-") not in known or name.startswith("--")]
        if unknown:
            words = f"There is no order by {', '.join(unknown)}; it takes {', '.join(known)}, with - for descending."
            raise ValidationError({self.ordering_param: [words]})
        return list(fields)

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        return queryset if _is_of_one(view) else super().filter_queryset(request, queryset, view)


def _is_of_one(view: Any) -> bool:
    return bool(getattr(view, "detail", False))


def _known_to(view: Any, queryset: QuerySet) -> set[str]:
    """The names of all parameters that the list takes."""
    filterset = Filters().get_filterset_class(view, queryset)
    pages = ("page_query_param", "page_size_query_param", "cursor_query_param")
    names = {
        *(filterset.base_filters if filterset else ()),
        *(getattr(view.paginator, name, None) for name in pages),
        Search.search_param if getattr(view, "search_fields", None) else None,
        Ordering.ordering_param if getattr(view, "ordering_fields", None) else None,
        api_settings.URL_FORMAT_OVERRIDE,
    }
    return {name for name in names if name}
