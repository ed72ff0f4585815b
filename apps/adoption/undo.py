"""Take away what this service added to the old one's database, and leave everything else as it stands."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import Error, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import expected_schema, owned_objects
from apps.adoption.ddl_batching import BUSY, PATIENCE_S, pause
from apps.adoption.expected_schema import EXPECTED, OLD_TABLES, Say, quoted
from apps.adoption.owned_objects import RECORD, Ours
from apps.core.migration_operations import GuardStatus
from apps.users.migration_operations import MOVE_BACK, TRIGGERS

# Whoever waits for a table makes all who come later wait too. And PostgreSQL's search for deadlocks begins after 1 s of
# waiting: by then we have let go of everything, so it is never the old service that is sent away.
LOCKS_MS = 400
# Only the catalog changes, so this is far more than it takes.
WORK_MS = 1000
# What `migrate` and the database itself fill, the latter whenever the old service deletes an account: nothing is lost.
_FILLED_BY_ITSELF = {RECORD, "django_content_type", "auth_permission", "freed_emails"}
_IDENTITY = """
    SELECT relname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relname = ANY(%s) AND pg_table_is_visible(attrelid) AND attidentity <> '' ORDER BY relname
"""
# The name is set by the settings; the old service does not go by it.
_SESSIONS_OF_OURS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name = current_setting('application_name') AND application_name <> ''
"""
_HOLDERS = """
    SELECT DISTINCT pid, coalesce(nullif(application_name, ''), 'no name'), date_trunc('second', now() - xact_start)
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted
      AND pid <> pg_backend_pid() AND relation IN (SELECT to_regclass(quote_ident(name)) FROM unnest(%s::text[]) name)
"""


class UndoError(Exception):
    """It was not undone, and nothing was changed; the text is what the operator is told."""


def locked_accounts(connection: BaseDatabaseWrapper) -> int:
    """How many accounts `undo` would let sign in at the old service again. UndoError where it would refuse."""
    return _locked_accounts(connection, _what_is_ours(connection))


def what_would_be_lost(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Table of ours > its rows. UndoError where `undo` would refuse."""
    tables = [name for name in _what_is_ours(connection).tables if name not in _FILLED_BY_ITSELF]
    lost = {}
    for name in tables:
        with expected_schema.rows(connection, f"SELECT count(*) FROM {quoted(name)}") as cursor:  # noqa: S608
            lost[name] = cursor.fetchone()[0]
    return lost


def undo(connection: BaseDatabaseWrapper, say: Say, *, known: Mapping[str, int]) -> None:
    """Drop our tables, columns and indexes in one transaction, in between what the old service does.

    Rows of the old tables stay, whoever wrote them. The processes of this service must have been stopped: `known` is
    what would be lost, as it was before the export, and a table that has other rows by now stops it. UndoError if it
    cannot be done; then nothing has changed.
    """
    found = _what_is_ours(connection)
    say("Taking this service's tables and columns away. Its processes (web, async, worker, beat) must not run.")
    if locked := _locked_accounts(connection, found):
        say(f"{locked} accounts are locked here. The old service knows no locks: they can sign in there again.")
    deadline = time.monotonic() + PATIENCE_S
    while not _try(connection, found, known):
        if time.monotonic() > deadline:
            raise UndoError(f"The tables could not be had within {PATIENCE_S:.0f} s: {_holders(connection, found)}.")
        pause(say)
    say(
        f"Dropped {len(found.tables)} tables, {sum(map(len, found.columns.values()))} columns "
        f"and {len(found.indexes)} indexes. The database is the old service's again."
    )


def _what_is_ours(connection: BaseDatabaseWrapper) -> Ours:
    """UndoError where there is nothing to be undone, or where more than ours would go."""
    if connection.vendor != "postgresql":
        raise UndoError("The old service's database is on PostgreSQL; this one is not.")
    if missing := sorted(set(OLD_TABLES) - expected_schema.read(connection).keys()):
        raise UndoError(f"This is not a database of the Flask service: it has no table {', '.join(missing)}.")
    with_id = {name for name, table in EXPECTED.items() if "id" in table.columns}
    # Where only some are, somebody changed those of the old service, which the adoption takes as they are.
    if with_id <= set(_column(connection, _IDENTITY, [list(OLD_TABLES)])):
        raise UndoError(
            "This service built this database itself (all ids are identity columns, which the Flask service never "
            "made), so there is nothing older to go back to."
        )
    try:
        found = owned_objects.find(connection)
    except owned_objects.UnknownMigrationsError as error:
        raise UndoError(
            f"The database has had migrations that this version does not know: {error}. "
            "Undo it with the version that ran them."
        ) from error
    if found.is_nothing:
        raise UndoError("There is nothing to undo: the database holds nothing of this service.")
    if found.foreign_columns:
        raise UndoError(
            f"Somebody added columns to this service's tables: {', '.join(found.foreign_columns)}. "
            "They would go with the tables; move them elsewhere first."
        )
    if sessions := _column(connection, _SESSIONS_OF_OURS)[0]:
        raise UndoError(
            f"{sessions} other connection(s) of this service are open. Stop its processes (web, async, worker, beat, "
            "shells), then try again."
        )
    return found


def _try(connection: BaseDatabaseWrapper, found: Ours, known: Mapping[str, int]) -> bool:
    """Whether it is done; False if the locks could not be had soon enough."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # As one message: the locks are not held while this process waits for a processor.
            cursor.execute(";\n".join(_statements(found, known)))
    except OperationalError as error:
        if isinstance(error.__cause__, BUSY):
            return False
        raise UndoError(f"The database said no: {_first_line(error)}") from error
    except Error as error:
        if isinstance(error.__cause__, psycopg.errors.RaiseException):
            told = error.__cause__.diag.message_primary
            raise UndoError(f"{told}. Stop this service's processes, then try again.") from error
        if isinstance(error.__cause__, psycopg.errors.DependentObjectsStillExist):
            raise UndoError(f"Something of yours hangs on what would go. {_with_detail(error.__cause__)}") from error
        raise UndoError(f"The database said no: {_first_line(error)}") from error
    return True


def _statements(found: Ours, known: Mapping[str, int]) -> list[str]:
    # Ours point at old rows, and dropping such a key locks both ends. The old ones last: they are in use.
    locked = [*found.tables, *OLD_TABLES]
    statements = [
        f"SET LOCAL statement_timeout = {LOCKS_MS}",
        f"LOCK TABLE {_list(locked)} IN ACCESS EXCLUSIVE MODE",
        f"SET LOCAL statement_timeout = {WORK_MS}",
        *(_refusal_of_news(table, count) for table, count in known.items()),
    ]
    for trigger in map(quoted, TRIGGERS):
        statements += [f'DROP TRIGGER IF EXISTS {trigger} ON "user"', f"DROP FUNCTION IF EXISTS {trigger}()"]
    if "password_while_locked" in found.columns.get("user", []):
        statements += [
            # It writes as many rows as accounts are locked, under whatever triggers the school has.
            "SET LOCAL statement_timeout = 0",
            MOVE_BACK,
            # A table whose rows still have deferred triggers to come cannot be altered.
            "SET CONSTRAINTS ALL IMMEDIATE",
            f"SET LOCAL statement_timeout = {WORK_MS}",
        ]
    # Without CASCADE: what somebody else made upon ours is not ours to drop.
    if found.indexes:
        statements.append(f"DROP INDEX {_list(name for name, _ in found.indexes)}")
    if found.tables:
        statements.append(f"DROP TABLE {_list(found.tables)}")
        # What a trigger calls does not go with its table.
        statements += [f"DROP FUNCTION IF EXISTS {quoted(GuardStatus.name_for(table))}()" for table in found.tables]
    for table, columns in found.columns.items():
        dropped = ", ".join(f"DROP COLUMN {quoted(column)}" for column in columns)
        statements.append(f"ALTER TABLE {quoted(table)} {dropped}")
    return statements


def _refusal_of_news(table: str, count: int) -> str:
    problem = f"Rows of {table} were written or deleted since they were counted"
    return (
        f"DO $$ BEGIN IF (SELECT count(*) FROM {quoted(table)}) <> {count} THEN "  # noqa: S608
        f"RAISE EXCEPTION '{problem}'; END IF; END $$"
    )


def _locked_accounts(connection: BaseDatabaseWrapper, found: Ours) -> int:
    if "is_active" not in found.columns.get("user", []):
        return 0
    return int(_column(connection, 'SELECT count(*) FROM "user" WHERE NOT is_active')[0])


def _holders(connection: BaseDatabaseWrapper, found: Ours) -> str:
    with expected_schema.rows(connection, _HOLDERS, [[*found.tables, *OLD_TABLES]]) as cursor:
        holders = [f"session {pid} ({name}) has had a transaction open for {age}" for pid, name, age in cursor]
    return "; ".join(holders) or "they were never all free at once"


def _column(connection: BaseDatabaseWrapper, statement: str, parameters: list[Any] | None = None) -> list[Any]:
    with expected_schema.rows(connection, statement, parameters) as cursor:
        return [value for (value,) in cursor]


def _first_line(error: Error) -> str:
    return str(error).strip().partition("\n")[0]


def _with_detail(error: psycopg.Error) -> str:
    """With what the server's DETAIL adds: for errors whose DETAIL names objects and no row."""
    return " ".join(f"{error.diag.message_primary}. {error.diag.message_detail or ''}".split())


def _list(names: Any) -> str:
    return ", ".join(map(quoted, names))
