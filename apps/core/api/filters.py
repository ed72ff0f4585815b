"""Filtering, searching and ordering of lists. Unknown parameters are refused rather than ignored."""

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
    """Filter by a related row's id, a whole number. An id that does not exist matches nothing, like a hidden one.

    The library's NumberFilter parses decimals, and expands -1e5000 into an integer of 5000 digits.
    """

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=HIGHEST_ID, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class StrictBooleanFilter(filters.TypedChoiceFilter):
    """`true` or `false`. The library's filter ignores any other value."""

    def __init__(self, **kwargs: Any) -> None:
        words = [(word, word) for word in ("true", "false")]
        super().__init__(choices=words, coerce=lambda word: word == "true", empty_value=None, **kwargs)

    def filter(self, qs: QuerySet, value: bool | None) -> QuerySet:
        return qs if value in EMPTY_VALUES else self.get_method(qs)(**{f"{self.field_name}__{self.lookup_expr}": value})


class UTCDateTimeField(IsoDateTimeField):
    """Converts to UTC: PostgreSQL rejects times with offsets that no zone has, such as -23:50."""

    def to_python(self, value: str | None) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(datetime.UTC)
        except OverflowError as error:  # before the year 1, or after 9999
            raise FormError(self.error_messages["invalid"], code="invalid") from error


class UTCDateTimeFilter(filters.IsoDateTimeFilter):
    """A date and time in ISO 8601."""

    field_class = UTCDateTimeField


class RejectUnknownParameters(BaseFilterBackend):
    """400 for a query parameter that the list does not support."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        known = _known_parameters(view, queryset)
        unknown = [] if _is_detail(view) else sorted(set(request.query_params) - known)
        if unknown:
            names = ", ".join(sorted(known - {api_settings.URL_FORMAT_OVERRIDE}))
            raise ValidationError({name: [f"Unknown parameter. Known ones: {names}."] for name in unknown})
        return queryset


class Filters(filters.DjangoFilterBackend):
    """The library's backend, applied to lists only: filters do not hide an object from its own URL."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        # Building the filter form takes as long as a query, so it is skipped when there are no parameters.
        asked = request.query_params and not _is_detail(view)
        return super().filter_queryset(request, queryset, view) if asked else queryset


class Search(SearchFilter):
    """The library's backend, applied to lists only."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        return queryset if _is_detail(view) else super().filter_queryset(request, queryset, view)


class Ordering(OrderingFilter):
    """Order by the view's `ordering_fields`, then by `ordering_last`, so that pages neither repeat nor skip rows.

    400 for other fields.
    """

    def get_ordering(self, request: Request, queryset: QuerySet, view: APIView) -> Sequence[str] | None:
        asked = super().get_ordering(request, queryset, view)
        last = getattr(view, "ordering_last", "id")
        return [*asked, last] if asked and not {last, f"-{last}"} & set(asked) else asked

    def get_default_ordering(self, view: APIView) -> None:
        """Leave the default to the model."""

    def remove_invalid_fields(
        self, queryset: QuerySet, fields: Iterable[str], view: APIView, request: Request
    ) -> list[str]:
        known = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        unknown = [name for name in fields if name.removeprefix("-") not in known or name.startswith("--")]
        if unknown:
            message = f"Cannot order by {', '.join(unknown)}. Choose from {', '.join(known)}, with - for descending."
            raise ValidationError({self.ordering_param: [message]})
        return list(fields)

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        return queryset if _is_detail(view) else super().filter_queryset(request, queryset, view)


def _is_detail(view: Any) -> bool:
    return bool(getattr(view, "detail", False))


def _known_parameters(view: Any, queryset: QuerySet) -> set[str]:
    """The names of all parameters that the list supports."""
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
