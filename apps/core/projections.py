"""Projections: how objects look in lists, at their own URLs, and in responses to writes."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from apps.core.list_queries import Row, Rows


class Projection:
    """The columns to read for a model, and how a page of rows becomes the response."""

    def __init__(self, *columns: str, finish: Callable[[Rows], Rows] | None = None) -> None:
        """`columns` are those of `QuerySet.values`; `finish` converts a page of rows, or None leaves them as read."""
        self.columns = columns
        self._finish = finish

    def values(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Row]:
        """The queryset's rows in the form that the other methods take."""
        return queryset.values(*self.columns)

    def row_of(self, instance: Any) -> Row:
        """The row that `values` would read for an instance that was just saved."""
        return {column: _value(instance, column) for column in self.columns}

    def of_rows(self, rows: Rows) -> Rows:
        """The objects of a page."""
        return self._finish(rows) if self._finish else rows

    def of_row(self, row: Row) -> Row:
        """One object."""
        return self.of_rows([row])[0]

    def of_instance(self, instance: Model) -> Row:
        """One object that was just saved."""
        return self.of_row(self.row_of(instance))


def _value(instance: Any, column: str) -> Any:
    """The value of a column; None where the row that has it does not exist."""
    value = instance
    for name in column.split("__"):
        try:
            value = getattr(value, name)
        except ObjectDoesNotExist:
            return None
    return value
