"""How objects are shown: the same in lists, at their own addresses, and in the answers to what was written."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.db.models import Model, QuerySet

from apps.core.list_queries import Row, Rows


class Projection:
    """The columns that are read of a model's rows, and what is made of a page of them."""

    def __init__(self, *columns: str, finish: Callable[[Rows], Rows] | None = None) -> None:
        """`columns` as `QuerySet.values` takes them; without `finish` they are shown as they are read."""
        self.columns = columns
        self._finish = finish

    def values(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Row]:
        """What the other methods need of a queryset's rows."""
        return queryset.values(*self.columns)

    def row_of(self, instance: Any) -> Row:
        """What `values` would read of an object that has just been saved."""
        return {column: attrgetter(column.replace("__", "."))(instance) for column in self.columns}

    def of_rows(self, rows: Rows) -> Rows:
        """The objects of a page."""
        return self._finish(rows) if self._finish else rows

    def of_row(self, row: Row) -> Row:
        """One object."""
        return self.of_rows([row])[0]

    def of_instance(self, instance: Model) -> Row:
        """One object that has just been saved."""
        return self.of_row(self.row_of(instance))
