"""An UPDATE whose SQL is compiled once: Django's building of a conditional one takes longer than the round trip."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery


class CompiledUpdate:
    """`queryset.update(**values)`, in which the `placeholders` stand for what varies.

    Each is a value that stands nowhere else in the queryset or in the values. Create it where there is no caller, and
    only for PostgreSQL. Like CompiledQuery it uses Django's compiler, which is private API: if
    tests/test_compiled_update.py fails after an upgrade of Django, fix `_statement`, or meanwhile use `update` itself.
    """

    def __init__(self, queryset: QuerySet[Any, Any], placeholders: Sequence[Any], **values: Any) -> None:
        self._queryset = queryset
        self._placeholders = placeholders
        self._values = values

    def run(self, *given: Any) -> int:
        """Update with these values in place of the placeholders; returns the number of rows."""
        sql, parameters, places = self._statement
        filled = list(parameters)
        for place, number in places:
            filled[place] = given[number]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            return int(cursor.rowcount)

    @cached_property
    def _statement(self) -> tuple[str, Sequence[Any], list[tuple[int, int]]]:
        """The SQL, its parameters, and which of them is which placeholder."""
        query: Any = self._queryset.query.chain(UpdateQuery)
        query.add_update_values(self._values)
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        places = [
            (place, self._placeholders.index(parameter))
            for place, parameter in enumerate(parameters)
            if parameter in self._placeholders
        ]
        return sql, tuple(parameters), places
