"""Finds this service's own objects in a database, by its applied migrations and not by unfamiliar names."""

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
    """The database has migrations that this version does not know; the message names them."""


@dataclass
class Layout:
    """Names of tables with their columns, and (index, table)."""

    tables: dict[str, set[str]] = field(default_factory=dict)
    indexes: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class OwnedObjects:
    """This service's objects that exist. Keys and defaults are left out: they go with their tables and columns."""

    tables: list[str]
    # Old table > columns that were added to it.
    columns: dict[str, list[str]]
    # (index, old table)
    indexes: list[tuple[str, str]]
    # table.column of columns that somebody else added to our tables.
    foreign_columns: list[str]

    @property
    def is_nothing(self) -> bool:
        return not (self.tables or self.columns or self.indexes)


def find_owned_objects(connection: BaseDatabaseWrapper) -> OwnedObjects:
    """Find them by the recorded migrations and the catalog.

    An unrecorded migration also counts if it was interrupted before its record was written, or during its work if it is
    not one transaction. UnknownMigrationsError if this version does not know a recorded migration.
    """
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    if unknown := sorted(applied - set(loader.graph.nodes)):
        raise UnknownMigrationsError(", ".join(f"{app}.{name}" for app, name in unknown))
    layout = _layout(loader, applied)
    actual = _actual_layout(connection, {RECORD, *OLD_TABLES, *_layout(loader, loader.graph.nodes).tables})
    for key in _next_migrations(loader, applied):
        _add_interrupted(layout, _layout(loader, {*applied, key}), actual)
    old = _layout(loader, {key for key in loader.graph.nodes if _made_old_tables(loader, key)})
    tables = sorted((layout.tables.keys() - old.tables.keys() | {RECORD}) & actual.tables.keys())
    added = {name: layout.tables.get(name, set()) - columns for name, columns in old.tables.items()}
    columns = {name: sorted(more & actual.tables.get(name, set())) for name, more in sorted(added.items())}
    return OwnedObjects(
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
    """Whether it is the initial migration of an app on old tables, which creates nothing of ours."""
    migration = loader.disk_migrations[key]
    tables = {getattr(operation, "options", {}).get("db_table") for operation in migration.operations}
    return bool(migration.initial) and not tables.isdisjoint(OLD_TABLES)


def _layout(loader: MigrationLoader, keys: Iterable[Key]) -> Layout:
    """The layout after these migrations and their dependencies."""
    nodes = list(keys)
    models: list[Any] = loader.project_state(nodes).apps.get_models(include_auto_created=True) if nodes else []
    return Layout(
        {m._meta.db_table: {f.column for f in m._meta.concrete_fields if f.column} for m in models if m._meta.managed},
        {(index.name, model._meta.db_table) for model in models for index in model._meta.indexes},
    )


def _next_migrations(loader: MigrationLoader, applied: set[Key]) -> list[Key]:
    """The migrations that may have been interrupted."""
    if not applied:
        return []
    nodes = loader.graph.node_map
    return [key for key in nodes if key not in applied and all(parent.key in applied for parent in nodes[key].parents)]


def _add_interrupted(layout: Layout, then: Layout, actual: Layout) -> None:
    """Add what an unrecorded migration has left.

    A migration that creates tables is one transaction, recorded afterwards: either all of its tables exist with the
    same columns, or a table of that name is somebody else's. One that creates indexes is not a transaction.
    """
    made = then.tables.keys() - layout.tables.keys()
    if made and all(actual.tables.get(name) == then.tables[name] for name in made):
        layout.tables.update(then.tables)
    layout.indexes |= then.indexes & actual.indexes


def _actual_layout(connection: BaseDatabaseWrapper, names: set[str]) -> Layout:
    wanted = sorted(names)
    with expected_schema.execute(connection, _COLUMNS, [wanted]) as found:
        tables = {name: set(columns) for name, columns in found}
    with expected_schema.execute(connection, _INDEXES, [wanted]) as found:
        return Layout(tables, set(found))
