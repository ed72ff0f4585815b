"""Lists as plain dicts of values, by SQL that is made once.

Objects and serializers for each row take several times as long as the rows, and of a short list Django's making of the
SQL takes longer than PostgreSQL and the way there and back.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

Row = dict[str, Any]
Rows = list[Row]


class _Statement(NamedTuple):
    sql: str
    parameters: tuple[Any, ...]
    names: list[str]
    compiler: Any
    converters: Any


class CompiledQuery:
    """A queryset of `.values(...)`, the same at each call but for the values of its parameters.

    It has any values for the parameters; those of `rows` are in their order in the SQL. Make it at import, where there
    is no caller: what a queryset was filtered by stays in it.

    It uses Django's compiler, which is not public. Where tests/test_list_queries.py fails after an upgrade of Django,
    mend `_statement`, or until then read by querysets alone: `tuples` by `values_list` of the names, `rows` by
    `list(queryset)`, and `count` by `queryset.count()`, at about a millisecond a list.
    """

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self._queryset = queryset

    def rows(self, *parameters: Any, limit: int | None = None) -> Rows:
        """The rows, as `list(queryset)` has them."""
        names = self._statement.names
        return [dict(zip(names, row, strict=False)) for row in self.tuples(*parameters, limit=limit)]

    def count(self) -> int:
        """How many rows there are."""
        statement = self._statement
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({statement.sql}) AS counted", statement.parameters)  # noqa: S608
            found: int = cursor.fetchone()[0]
        return found

    def tuples(self, *parameters: Any, limit: int | None = None) -> Iterable[Any]:
        """The values of each row, in the order of their names."""
        statement = self._statement
        sql = statement.sql if limit is None else f"{statement.sql} LIMIT {int(limit)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters or statement.parameters)
            found: Iterable[Any] = cursor.fetchall()
        if statement.converters:
            found = statement.compiler.apply_converters(found, statement.converters)
        return found

    @cached_property
    def _statement(self) -> _Statement:
        query = self._queryset.query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        names = list(query.selected or (*query.values_select, *query.annotation_select))
        return _Statement(sql, tuple(parameters), names, compiler, converters)


class _AnyOf(Func):
    """Whether the first expression is in the second, a list that is one parameter, as `_array` writes it."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        elements = {"template": "%(expressions)s))", "arg_joiner": " IN (SELECT value FROM json_each("}
        return super().as_sql(compiler, connection, **elements)


def _array(ids: Iterable[int]) -> str:
    """As PostgreSQL writes an array, for which psycopg takes ten times as long; SQLite has none, and reads JSON."""
    numbers = ",".join(map(str, ids))
    return f"{{{numbers}}}" if connection.vendor == "postgresql" else f"[{numbers}]"


class RelatedRows:
    """The rows that belong to others, by the id of those in `key`; the SQL is the same for any ids."""

    def __init__(self, key: str, queryset: QuerySet[Any, Any]) -> None:
        self._key = key
        self._query = CompiledQuery(queryset.filter(_AnyOf(F(key), Value(""))))

    def of(self, ids: Iterable[int]) -> defaultdict[int, Rows]:
        """Id > its rows; empty for one that has none."""
        wanted = set(ids)
        groups: defaultdict[int, Rows] = defaultdict(list)
        if wanted:
            for row in self._query.rows(_array(wanted)):
                groups[row[self._key]].append(row)
        return groups
