"""The Flask service's tables: the expected schema as data, and the actual schema from the catalog."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from django.apps import apps

# Reports progress to the operator, one line for each call.
ReportProgress = Callable[[str], None]


class SQLConnection(Protocol):
    """A connection of Django or of psycopg."""

    def cursor(self) -> Any: ...


@dataclass(frozen=True)
class Column:
    type: str
    not_null: bool = True
    # Whether new rows get the next number of a sequence (serial or identity).
    counted: bool = False
    # Any other default, as an expression.
    default: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    table: str
    column: str
    action: str = "NO ACTION"
    # False for a NOT VALID key, which does not check older rows.
    validated: bool = True


@dataclass(frozen=True)
class Table:
    """A table without the names of its keys, and without whether they are deferrable."""

    columns: dict[str, Column]
    primary_key: tuple[str, ...]
    unique: frozenset[tuple[str, ...]] = frozenset()
    foreign_keys: dict[str, ForeignKey] = field(default_factory=dict)


@dataclass(frozen=True)
class Sequence:
    """The sequence that numbers a column, and its state."""

    table: str
    column: str
    name: str
    next_value: int
    highest: int | None

    @property
    def is_behind(self) -> bool:
        """Whether the next inserts would reach a number that a row already has."""
        return self.highest is not None and self.next_value <= self.highest


_ID = Column("integer", counted=True)
_INTEGER = Column("integer")
_TEXT = Column("text")

EXPECTED: dict[str, Table] = {
    "user": Table(
        columns={
            "id": _ID,
            "username": Column("character varying(150)"),
            "email": Column("character varying(120)"),
            "password": Column("character varying(200)"),
            "role": Column("character varying(70)", not_null=False),
        },
        primary_key=("id",),
        unique=frozenset({("email",)}),
    ),
    "assistant_scenarios": Table(
        columns={
            "id": _ID,
            "scenario_text": _TEXT,
            "additional_instructions": _TEXT,
            "enable": Column("boolean"),
            "role": _TEXT,
            "openid": _TEXT,
            "communication_preferences": Column("text", not_null=False),
        },
        primary_key=("id",),
    ),
    "assistant_tags": Table(
        columns={"id": _ID, "tag": _TEXT, "scenario_id": _INTEGER},
        primary_key=("id",),
        foreign_keys={"scenario_id": ForeignKey("assistant_scenarios", "id")},
    ),
    "rubric_questions": Table(
        columns={"id": _ID, "question": _TEXT, "scenario_id": _INTEGER},
        primary_key=("id",),
        foreign_keys={"scenario_id": ForeignKey("assistant_scenarios", "id")},
    ),
    "categories": Table(
        columns={"id": _ID, "name": Column("character varying(255)"), "total_required_to_pass": _INTEGER},
        primary_key=("id",),
    ),
    "subcategories": Table(
        columns={
            "id": _ID,
            "name": Column("character varying(255)"),
            "marking_instructions": _TEXT,
            "category_id": _INTEGER,
        },
        primary_key=("id",),
        foreign_keys={"category_id": ForeignKey("categories", "id")},
    ),
    "activities": Table(
        columns={"id": _ID, "pre_brief": _TEXT, "character_id": _INTEGER},
        primary_key=("id",),
        foreign_keys={"character_id": ForeignKey("assistant_scenarios", "id")},
    ),
    "activity_categories": Table(
        columns={"activity_id": _INTEGER, "category_id": _INTEGER},
        primary_key=("activity_id", "category_id"),
        foreign_keys={
            "activity_id": ForeignKey("activities", "id"),
            "category_id": ForeignKey("categories", "id"),
        },
    ),
}
OLD_TABLES = tuple(EXPECTED)

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_TABLES_SQL = """
    SELECT name FROM unnest(%s::text[]) AS name
    JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
    WHERE relkind IN ('r', 'p')
"""
# A default depends on its sequence; the sequence of an identity column belongs to the column.
_COLUMNS_SQL = """
    SELECT name, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
           CASE WHEN attidentity <> '' THEN pg_get_serial_sequence(quote_ident(name), attname)
                ELSE (SELECT quote_ident(nspname) || '.' || quote_ident(relname)
                      FROM pg_depend
                      JOIN pg_class ON pg_class.oid = refobjid AND relkind = 'S'
                      JOIN pg_namespace ON pg_namespace.oid = relnamespace
                      WHERE classid = 'pg_attrdef'::regclass AND objid = pg_attrdef.oid
                        AND refclassid = 'pg_class'::regclass
                      LIMIT 1)
           END
    FROM unnest(%s::text[]) AS name
    JOIN pg_attribute ON attrelid = to_regclass(quote_ident(name)) AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    ORDER BY name, attnum
"""
_UNIQUE_SQL = """
    SELECT name, indisprimary,
           ARRAY(SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, position)
                 JOIN pg_attribute ON attrelid = indrelid AND pg_attribute.attnum = key.attnum
                 WHERE position <= indnkeyatts ORDER BY position)
    FROM unnest(%s::text[]) AS name
    JOIN pg_index ON indrelid = to_regclass(quote_ident(name))
    WHERE indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL
"""
_FOREIGN_KEYS_SQL = """
    SELECT name, source.attname, target.relname, target_column.attname, confdeltype::text, convalidated
    FROM unnest(%s::text[]) AS name
    JOIN pg_constraint ON conrelid = to_regclass(quote_ident(name)) AND contype = 'f' AND cardinality(conkey) = 1
    JOIN pg_attribute source ON source.attrelid = conrelid AND source.attnum = conkey[1]
    JOIN pg_class target ON target.oid = confrelid
    JOIN pg_attribute target_column ON target_column.attrelid = confrelid AND target_column.attnum = confkey[1]
"""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def execute(connection: SQLConnection, statement: str, parameters: Iterable[Any] | None = None) -> Iterator[Any]:
    """Execute a statement and yield its cursor."""
    with connection.cursor() as cursor:
        cursor.execute(statement, None if parameters is None else list(parameters))
        yield cursor


def text_column(connection: SQLConnection, statement: str, parameters: Iterable[Any] | None = None) -> list[str]:
    """The results of a SELECT of one text column."""
    with execute(connection, statement, parameters) as cursor:
        return [line for (line,) in cursor]


def read_schema(connection: SQLConnection) -> dict[str, Table]:
    """Name > schema of the old tables that exist, with all columns, whoever added them."""
    names = list(OLD_TABLES)
    with execute(connection, _TABLES_SQL, [names]) as found:
        there = [name for (name,) in found]
    columns: dict[str, dict[str, Column]] = {name: {} for name in there}
    primary: dict[str, tuple[str, ...]] = dict.fromkeys(there, ())
    unique: dict[str, set[tuple[str, ...]]] = {name: set() for name in there}
    foreign: dict[str, dict[str, ForeignKey]] = {name: {} for name in there}
    with execute(connection, _COLUMNS_SQL, [there]) as found:
        for table, name, kind, not_null, default, sequence in found:
            counted = sequence is not None
            columns[table][name] = Column(kind, not_null, counted, None if counted else default)
    with execute(connection, _UNIQUE_SQL, [there]) as found:
        for table, is_primary, names_of_key in found:
            if is_primary:
                primary[table] = tuple(names_of_key)
            else:
                unique[table].add(tuple(names_of_key))
    with execute(connection, _FOREIGN_KEYS_SQL, [there]) as found:
        for table, name, target, target_column, action, validated in found:
            foreign[table][name] = ForeignKey(target, target_column, _ACTIONS[action], validated)
    return {
        name: Table(columns[name], primary[name], frozenset(unique[name]), foreign[name])
        for name in OLD_TABLES
        if name in columns
    }


def read_sequences(connection: SQLConnection) -> list[Sequence]:
    """The sequences of the old tables, which must all exist."""
    with execute(connection, _COLUMNS_SQL, [list(OLD_TABLES)]) as found:
        counted = [(table, column, sequence) for table, column, _, _, _, sequence in found if sequence]
    result = []
    for table, column, sequence in counted:
        statement = (
            f"SELECT CASE WHEN is_called THEN last_value + seqincrement ELSE last_value END,"  # noqa: S608
            f" (SELECT max({quoted(column)}) FROM {quoted(table)})"
            f" FROM {sequence}, pg_sequence WHERE seqrelid = %s::regclass"
        )
        with execute(connection, statement, [sequence]) as found:
            result.append(Sequence(table, column, sequence, *found.fetchone()))
    return result


@cache
def added_columns(table: str) -> frozenset[str]:
    """The columns that adoption adds to an old table, by the current models."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            return frozenset(f.column for f in model._meta.concrete_fields if f.column) - EXPECTED[table].columns.keys()
    raise LookupError(f"No model is on {table}.")
