"""What PostgreSQL says of the tables: columns, keys, indexes, sequences, rows."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

OLD_TABLES = [
    "user",
    "assistant_scenarios",
    "assistant_tags",
    "rubric_questions",
    "categories",
    "subcategories",
    "activities",
    "activity_categories",
]
ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@dataclass(frozen=True)
class Column:
    type: str
    not_null: bool
    default: str | None
    identity: bool
    collation: str | None


@dataclass(frozen=True)
class Key:
    """A foreign key of one column."""

    table: str
    column: str
    target: str
    action: str
    not_null: bool

    @property
    def is_new(self) -> bool:
        """Whether it is one of ours that points at the old service's rows."""
        return self.target in OLD_TABLES and self.table not in OLD_TABLES

    def __str__(self) -> str:
        nullable = "" if not self.not_null else " (NOT NULL)"
        return f"{self.table}.{self.column}{nullable} > {self.target}: ON DELETE {self.action}"


def columns(connection: psycopg.Connection) -> dict[tuple[str, str], Column]:
    """(table, column) > the column, of the old tables."""
    found = connection.execute(
        """
        SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
               attidentity <> '', collname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        LEFT JOIN pg_collation ON pg_collation.oid = attcollation
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND attnum > 0 AND NOT attisdropped
        ORDER BY relname, attnum
        """,
        [OLD_TABLES],
    )
    return {(table, name): Column(*rest) for table, name, *rest in found}


def constraints(connection: psycopg.Connection) -> dict[tuple[str, str], str]:
    """(table, name) > the definition, of the old tables; without NOT NULL, which only newer servers list here."""
    found = connection.execute(
        """
        SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND contype <> 'n'
        """,
        [OLD_TABLES],
    )
    return {(table, name): definition for table, name, definition in found}


def indexes(connection: psycopg.Connection) -> dict[str, tuple[str, bool, bool]]:
    """Name > (definition, unique, valid), of the old tables."""
    found = connection.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisunique, indisvalid
        FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
        """,
        [OLD_TABLES],
    )
    return {name: (definition, unique, valid) for name, definition, unique, valid in found}


def sequences(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """The sequences of the old tables, with where they stand."""
    return connection.execute(
        """
        SELECT sequencename, data_type::text, start_value, increment_by, cycle, last_value
        FROM pg_sequences
        WHERE sequencename = ANY(%s)
        ORDER BY 1
        """,
        [[f"{table}_id_seq" for table in OLD_TABLES]],
    ).fetchall()


def files(connection: psycopg.Connection) -> dict[str, int]:
    """Old table > the file it is in, which is another one after a rewrite."""
    found = connection.execute(
        "SELECT t, pg_relation_filenode(quote_ident(t)::regclass) FROM unnest(%s::text[]) t", [OLD_TABLES]
    )
    return dict(found.fetchall())


def rows(connection: psycopg.Connection, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    """The table's rows by those columns, each with the transaction that wrote it."""
    query = sql.SQL("SELECT xmin::text, {} FROM {} ORDER BY 2, 3").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
    )
    return connection.execute(query).fetchall()


def keys(connection: psycopg.Connection) -> list[Key]:
    """All foreign keys of the database, by table and column."""
    found = connection.execute(
        """
        SELECT source.relname, attname, target.relname, confdeltype::text, attnotnull
        FROM pg_constraint
        JOIN pg_class source ON source.oid = conrelid
        JOIN pg_class target ON target.oid = confrelid
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f'
        ORDER BY 1, 2
        """
    )
    return [Key(table, column, target, ACTIONS[action], not_null) for table, column, target, action, not_null in found]


def keys_without_index(connection: psycopg.Connection) -> list[str]:
    """Foreign keys to or from old tables that no valid index begins with: a delete would read the whole table."""
    found = connection.execute(
        """
        SELECT source.relname || '.' || attname
        FROM pg_constraint
        JOIN pg_class source ON source.oid = conrelid
        JOIN pg_class target ON target.oid = confrelid
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND (source.relname = ANY(%(old)s) OR target.relname = ANY(%(old)s))
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1]
                          AND indisvalid AND indpred IS NULL)
        """,
        {"old": OLD_TABLES},
    )
    return [name for (name,) in found]


def keys_that_stop_deletes(connection: psycopg.Connection) -> list[str]:
    """Foreign keys of ours that make the old service's DELETE fail: to its tables, or to rows that go with theirs."""
    everything = keys(connection)
    deleted_from = set(OLD_TABLES)
    while more := {
        key.table
        for key in everything
        if key.target in deleted_from and key.action == "CASCADE" and key.table not in deleted_from
    }:
        deleted_from |= more
    return [
        str(key)
        for key in everything
        if key.target in deleted_from
        and key.table not in OLD_TABLES
        and (key.action != "CASCADE" and (key.action != "SET NULL" or key.not_null))
    ]
