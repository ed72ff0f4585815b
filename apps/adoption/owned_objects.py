"""What in a database is this service's own: the migrations that it has had say so, not what looks unfamiliar."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.adoption import expected_schema
from apps.adoption.expected_schema import OLD_TABLES

Key = tuple[str, str]

RECORD = MigrationRecorder.Migration._meta.db_table
_COLUMNS = """
    SELECT relname, array_agg(attname::text)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relname = ANY(%s) AND relkind IN ('r', 'p') AND pg_table_is_visible(pg_class.oid)
    GROUP BY relname
"""
_INDEXES = """
    SELECT indexes.relname, tables.relname
    FROM pg_index
    JOIN pg_class indexes ON indexes.oid = indexrelid
    JOIN pg_class tables ON tables.oid = indrelid
    WHERE tables.relname = ANY(%s) AND pg_table_is_visible(tables.oid)
"""


class UnknownMigrationsError(Exception):
    """Others than this version's migrations are recorded in the database; the text names them."""


@dataclass
class Layout:
    """Tables with their columns, and (index, table), by name."""

    tables: dict[str, set[str]] = field(default_factory=dict)
    indexes: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Ours:
    """What is there and is ours. What goes with our tables and columns, such as keys and defaults, is not named."""

    tables: list[str]
    # Old table > columns that were added to it.
    columns: dict[str, list[str]]
    # (index, old table)
    indexes: list[tuple[str, str]]
    # table.column of columns that somebody else added to a table of ours.
    foreign_columns: list[str]

    @property
    def is_nothing(self) -> bool:
        return not (self.tables or self.columns or self.indexes)


def find(connection: BaseDatabaseWrapper) -> Ours:
    """Look at the records and at the catalog.

    A migration without a record counts where it was cut off: between its work and the record, or, if it is not one
    transaction, in its work. UnknownMigrationsError where the records do not fit this version.
    """
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    if unknown := sorted(applied - set(loader.graph.nodes)):
        raise UnknownMigrationsError(", ".join(f"{app}.{name}" for app, name in unknown))
    layout = _layout(loader, applied)
    actual = _actual(connection, {RECORD, *OLD_TABLES, *_layout(loader, loader.graph.nodes).tables})
    for key in _next(loader, applied):
        _add_what_was_cut_off(layout, _layout(loader, {*applied, key}), actual)
    old = _layout(loader, {key for key in loader.graph.nodes if _made_old_tables(loader, key)})
    tables = sorted((layout.tables.keys() - old.tables.keys() | {RECORD}) & actual.tables.keys())
    added = {name: layout.tables.get(name, set()) - columns for name, columns in old.tables.items()}
    columns = {name: sorted(more & actual.tables.get(name, set())) for name, more in sorted(added.items())}
    return Ours(
        tables=tables,
        columns={name: more for name, more in columns.items() if more},
        indexes=sorted(pair for pair in (layout.indexes - old.indexes) & actual.indexes if pair[1] in old.tables),
        foreign_columns=[
            f"{name}.{column}"
            for name in tables
            if name != RECORD
            for column in sorted(actual.tables[name] - layout.tables[name])
        ],
    )


def _made_old_tables(loader: MigrationLoader, key: Key) -> bool:
    """Whether it is the initial migration of an app that stands on old tables: there is nothing of ours in those."""
    migration = loader.disk_migrations[key]
    tables = {getattr(operation, "options", {}).get("db_table") for operation in migration.operations}
    return bool(migration.initial) and not tables.isdisjoint(OLD_TABLES)


def _layout(loader: MigrationLoader, keys: Iterable[Key]) -> Layout:
    """What the database has after these migrations and those that they need."""
    nodes = list(keys)
    models: list[Any] = loader.project_state(nodes).apps.get_models(include_auto_created=True) if nodes else []
    return Layout(
        {m._meta.db_table: {f.column for f in m._meta.concrete_fields if f.column} for m in models if m._meta.managed},
        {(index.name, model._meta.db_table) for model in models for index in model._meta.indexes},
    )


def _next(loader: MigrationLoader, applied: set[Key]) -> list[Key]:
    """The migrations that could have been running."""
    if not applied:
        return []
    nodes = loader.graph.node_map
    return [key for key in nodes if key not in applied and all(parent.key in applied for parent in nodes[key].parents)]


def _add_what_was_cut_off(layout: Layout, then: Layout, actual: Layout) -> None:
    """Take in what a migration without a record has left.

    One that makes tables has its record written after its transaction: all of its tables are there, column for column,
    or it was not run and a table of such a name is somebody else's. One that makes indexes is no transaction at all.
    """
    made = then.tables.keys() - layout.tables.keys()
    if made and all(actual.tables.get(name) == then.tables[name] for name in made):
        layout.tables.update(then.tables)
    layout.indexes |= then.indexes & actual.indexes


def _actual(connection: BaseDatabaseWrapper, names: set[str]) -> Layout:
    wanted = sorted(names)
    with expected_schema.rows(connection, _COLUMNS, [wanted]) as found:
        tables = {name: set(columns) for name, columns in found}
    with expected_schema.rows(connection, _INDEXES, [wanted]) as found:
        return Layout(tables, set(found))
