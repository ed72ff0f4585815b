"""Lists as plain dicts, read by SQL that is compiled once.

Model instances and serializers take several times as long as the query. For a short list, Django's building of the
SQL alone takes longer than the round trip to PostgreSQL.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

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
    """A `.values(...)` queryset whose SQL stays the same while its parameters vary.

    The values in the queryset's parameters are placeholders; `rows` takes the real ones in the order of the SQL.
    Create it at import, where there is no caller: whatever the queryset was filtered by stays in it.

    It uses Django's compiler, which is private API. If tests/test_list_queries.py fails after an upgrade of Django, fix
    `_statement`, or meanwhile use querysets: `values_list` for `tuples`, `list(queryset)` for `rows`, and
    `queryset.count()` for `count`, which costs about a millisecond a list.
    """

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self._queryset = queryset

    def rows(self, *parameters: Any, limit: int | None = None) -> Rows:
        """The rows, equal to `list(queryset)`."""
        names = self._statement.names
        return [dict(zip(names, row, strict=False)) for row in self.tuples(*parameters, limit=limit)]

    @property
    def parameters(self) -> tuple[Any, ...]:
        """Those of the queryset, in the order of the SQL."""
        return self._statement.parameters

    def count(self) -> int:
        """The number of rows."""
        statement = self._statement
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({statement.sql}) AS counted", statement.parameters)  # noqa: S608
            found: int = cursor.fetchone()[0]
        return found

    def tuples(self, *parameters: Any, limit: int | None = None) -> Iterable[Any]:
        """The values of each row, in the order of the columns."""
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
    """Whether the first expression is in the second, a list passed as one parameter in the format of `_array`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        elements = {"template": "%(expressions)s))", "arg_joiner": " IN (SELECT value FROM json_each("}
        return super().as_sql(compiler, connection, **elements)


def _array(ids: Iterable[int] | Iterable[UUID]) -> str:
    """A PostgreSQL array literal, ten times as fast as psycopg's adaptation; a JSON array for SQLite."""
    if connection.vendor == "postgresql":
        return f"{{{','.join(map(str, ids))}}}"
    return json.dumps([one.hex if isinstance(one, UUID) else one for one in ids])


_Id = TypeVar("_Id", int, UUID)
# The place of the ids among the parameters.
_IDS = "{ids}"


class RelatedRows(Generic[_Id]):
    """Child rows by the parent's id in `key`; the SQL is the same for any ids."""

    def __init__(self, key: str, queryset: QuerySet[Any, Any]) -> None:
        self._key = key
        self._query = CompiledQuery(queryset.filter(_AnyOf(F(key), Value(_IDS))))

    def of(self, ids: Iterable[_Id]) -> defaultdict[_Id, Rows]:
        """Parent id > its rows; an empty list for a parent without any."""
        wanted = set(ids)
        groups: defaultdict[_Id, Rows] = defaultdict(list)
        if wanted:
            array = _array(wanted)
            parameters = (array if one == _IDS else one for one in self._query.parameters)
            for row in self._query.rows(*parameters):
                groups[row[self._key]].append(row)
        return groups
