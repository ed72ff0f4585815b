"""Removes what this service added to the Flask service's database, and nothing else."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import Error, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import expected_schema, owned_objects
from apps.adoption.ddl_batching import BUSY, PATIENCE_S, let_others_go_first
from apps.adoption.expected_schema import EXPECTED, OLD_TABLES, ReportProgress, quoted
from apps.adoption.owned_objects import RECORD, OwnedObjects
from apps.core.migration_operations import GuardStatus
from apps.users.migration_operations import MOVE_BACK, TRIGGERS

# A session that waits for a table makes all later ones wait too. PostgreSQL looks for deadlocks after 1 s of waiting;
# by then we have released everything, so it never cancels the Flask service.
LOCKS_MS = 400
# Only the catalog changes, so this is more than enough.
WORK_MS = 1000
# Tables that `migrate` fills, or a trigger when Flask deletes an account: nothing in them would be lost.
_FILLED_BY_ITSELF = {RECORD, "django_content_type", "auth_permission", "freed_emails"}
_IDENTITY = """
    SELECT relname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relname = ANY(%s) AND pg_table_is_visible(attrelid) AND attidentity <> '' ORDER BY relname
"""
# The settings set this name; the Flask service uses another one.
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
    """Nothing was undone or changed; the message tells the operator why."""


def locked_accounts(connection: BaseDatabaseWrapper) -> int:
    """How many accounts could sign in at Flask again after `undo`. UndoError if it would refuse."""
    return _locked_accounts(connection, _find_owned_objects(connection))


def what_would_be_lost(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Table of this service > its number of rows. UndoError if `undo` would refuse."""
    tables = [name for name in _find_owned_objects(connection).tables if name not in _FILLED_BY_ITSELF]
    lost = {}
    for name in tables:
        with expected_schema.execute(connection, f"SELECT count(*) FROM {quoted(name)}") as cursor:  # noqa: S608
            lost[name] = cursor.fetchone()[0]
    return lost


def undo(connection: BaseDatabaseWrapper, say: ReportProgress, *, known: Mapping[str, int]) -> None:
    """Drop this service's tables, columns and indexes in one transaction, while the Flask service keeps running.

    Rows of the old tables stay, whoever wrote them. This service's processes must be stopped: `known` has the row
    counts from before the export, and any other count is refused. After an UndoError nothing has changed.
    """
    found = _find_owned_objects(connection)
    say("Removing this service's tables and columns. Its processes (web, async, worker, beat) must not run.")
    if locked := _locked_accounts(connection, found):
        say(f"{locked} accounts are locked here. The Flask service has no locks: they can sign in there again.")
    deadline = time.monotonic() + PATIENCE_S
    while not _try_once(connection, found, known):
        if time.monotonic() > deadline:
            raise UndoError(
                f"The tables could not be locked within {PATIENCE_S:.0f} s: {_lock_holders(connection, found)}."
            )
        let_others_go_first(say)
    say(
        f"Dropped {len(found.tables)} tables, {sum(map(len, found.columns.values()))} columns "
        f"and {len(found.indexes)} indexes. The database is the Flask service's again."
    )


def _find_owned_objects(connection: BaseDatabaseWrapper) -> OwnedObjects:
    """This service's objects; UndoError if there is nothing to undo, or if others' objects would be lost."""
    if connection.vendor != "postgresql":
        raise UndoError("The old service's database is on PostgreSQL; this one is not.")
    if missing := sorted(set(OLD_TABLES) - expected_schema.read_schema(connection).keys()):
        raise UndoError(f"This is not a database of the Flask service: it has no table {', '.join(missing)}.")
    with_id = {name for name, table in EXPECTED.items() if "id" in table.columns}
    # If only some are, somebody changed them in the Flask service's tables, and adoption kept them.
    if with_id <= set(_column_values(connection, _IDENTITY, [list(OLD_TABLES)])):
        raise UndoError(
            "This service built this database itself (all ids are identity columns, which the Flask service never "
            "made), so there is nothing older to go back to."
        )
    try:
        found = owned_objects.find_owned_objects(connection)
    except owned_objects.UnknownMigrationsError as error:
        raise UndoError(
            f"The database has had migrations that this version does not know: {error}. "
            "Undo it with the version that ran them."
        ) from error
    if found.is_nothing:
        raise UndoError("There is nothing to undo: the database has nothing of this service.")
    if found.foreign_columns:
        raise UndoError(
            f"Somebody added columns to this service's tables: {', '.join(found.foreign_columns)}. "
            "They would be dropped with the tables; move them elsewhere first."
        )
    if sessions := _column_values(connection, _SESSIONS_OF_OURS)[0]:
        raise UndoError(
            f"{sessions} other connection(s) of this service are open. Stop its processes (web, async, worker, beat, "
            "shells), then try again."
        )
    return found


def _try_once(connection: BaseDatabaseWrapper, found: OwnedObjects, known: Mapping[str, int]) -> bool:
    """Try once; False if the locks were not available soon enough."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # As one message, so that locks are not held while this process waits.
            cursor.execute(";\n".join(_statements(found, known)))
    except OperationalError as error:
        if isinstance(error.__cause__, BUSY):
            return False
        raise UndoError(f"The database refused: {_first_line(error)}") from error
    except Error as error:
        if isinstance(error.__cause__, psycopg.errors.RaiseException):
            message = error.__cause__.diag.message_primary
            raise UndoError(f"{message}. Stop this service's processes, then try again.") from error
        if isinstance(error.__cause__, psycopg.errors.DependentObjectsStillExist):
            raise UndoError(
                f"Other objects depend on what would be dropped. {_with_detail(error.__cause__)}"
            ) from error
        raise UndoError(f"The database refused: {_first_line(error)}") from error
    return True


def _statements(found: OwnedObjects, known: Mapping[str, int]) -> list[str]:
    # Our tables refer to old rows, and dropping such a key locks both tables. The old ones last, as they are in use.
    locked = [*found.tables, *OLD_TABLES]
    statements = [
        f"SET LOCAL statement_timeout = {LOCKS_MS}",
        f"LOCK TABLE {_quoted_list(locked)} IN ACCESS EXCLUSIVE MODE",
        f"SET LOCAL statement_timeout = {WORK_MS}",
        *(_require_row_count(table, count) for table, count in known.items()),
    ]
    for trigger in map(quoted, TRIGGERS):
        statements += [f'DROP TRIGGER IF EXISTS {trigger} ON "user"', f"DROP FUNCTION IF EXISTS {trigger}()"]
    if "password_while_locked" in found.columns.get("user", []):
        statements += [
            # No limit: it writes a row for each locked account, and runs any triggers that others added.
            "SET LOCAL statement_timeout = 0",
            MOVE_BACK,
            # A table with pending deferred triggers cannot be altered.
            "SET CONSTRAINTS ALL IMMEDIATE",
            f"SET LOCAL statement_timeout = {WORK_MS}",
        ]
    # Without CASCADE: objects that others built on ours are not ours to drop.
    if found.indexes:
        statements.append(f"DROP INDEX {_quoted_list(name for name, _ in found.indexes)}")
    if found.tables:
        statements.append(f"DROP TABLE {_quoted_list(found.tables)}")
        # Trigger functions are not dropped with their table.
        statements += [f"DROP FUNCTION IF EXISTS {quoted(GuardStatus.name_for(table))}()" for table in found.tables]
    for table, columns in found.columns.items():
        dropped = ", ".join(f"DROP COLUMN {quoted(column)}" for column in columns)
        statements.append(f"ALTER TABLE {quoted(table)} {dropped}")
    return statements


def _require_row_count(table: str, count: int) -> str:
    problem = f"Rows of {table} were written or deleted since they were counted"
    return (
        f"DO $$ BEGIN IF (SELECT count(*) FROM {quoted(table)}) <> {count} THEN "  # noqa: S608
        f"RAISE EXCEPTION '{problem}'; END IF; END $$"
    )


def _locked_accounts(connection: BaseDatabaseWrapper, found: OwnedObjects) -> int:
    if "is_active" not in found.columns.get("user", []):
        return 0
    return int(_column_values(connection, 'SELECT count(*) FROM "user" WHERE NOT is_active')[0])


def _lock_holders(connection: BaseDatabaseWrapper, found: OwnedObjects) -> str:
    with expected_schema.execute(connection, _HOLDERS, [[*found.tables, *OLD_TABLES]]) as cursor:
        holders = [f"session {pid} ({name}) has had a transaction open for {age}" for pid, name, age in cursor]
    return "; ".join(holders) or "they were never all free at the same time"


def _column_values(connection: BaseDatabaseWrapper, statement: str, parameters: list[Any] | None = None) -> list[Any]:
    with expected_schema.execute(connection, statement, parameters) as cursor:
        return [value for (value,) in cursor]


def _first_line(error: Error) -> str:
    return str(error).strip().partition("\n")[0]


def _with_detail(error: psycopg.Error) -> str:
    """The server's message with its DETAIL, for errors whose DETAIL names objects and not rows."""
    return " ".join(f"{error.diag.message_primary}. {error.diag.message_detail or ''}".split())


def _quoted_list(names: Any) -> str:
    return ", ".join(map(quoted, names))
