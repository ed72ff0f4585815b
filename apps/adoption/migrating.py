"""Runs `migrate --fake-initial` while the Flask service keeps running."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import Error, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import AlterField, Migration

from apps.adoption import expected_schema
from apps.adoption.ddl_batching import BUSY, PATIENCE_S, DDLBatcher, let_others_go_first
from apps.adoption.expected_schema import OLD_TABLES, ReportProgress
from apps.adoption.own_transactions import OwnWrites
from apps.adoption.sessions import own_session
from apps.core.migration_operations import LimitLockWait

# A concurrent index build delays nobody, however long it waits for its locks.
INDEX_LOCK_S = 60
# A killed adoption holds its lock until the server has noticed.
LOCK_WAIT_S = 5
_HOLDERS_SQL = """
    SELECT format('process %%s (%%s, %%s), whose transaction has been open for %%s s', pid,
                  coalesce(nullif(application_name, ''), 'no name'), state,
                  round(extract(epoch FROM clock_timestamp() - xact_start)))
    FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND xact_start < clock_timestamp() - interval '1 s'
      AND pid IN (SELECT pid FROM pg_locks JOIN unnest(%s::text[]) AS name
                  ON relation = to_regclass(quote_ident(name)) WHERE database =
                      (SELECT oid FROM pg_database WHERE datname = current_database()))
    ORDER BY xact_start
"""


# The table that migrations of libraries refer to.
ACCOUNT_TABLE = "user"


class TablesAreBusyError(Exception):
    """The locks were not available; the message says who held them. Finished migrations stay; run it again."""


class _Migrate(migrate.Command):
    """`migrate` with each migration and its record in one transaction, so that a killed run leaves both or neither."""

    def __init__(
        self, connection: BaseDatabaseWrapper, say: ReportProgress, batcher: DDLBatcher, done: list[str]
    ) -> None:
        super().__init__()
        self._connection = connection
        self._say = say
        self._batcher = batcher
        self._done = done
        self._open = ExitStack()
        self._started = 0.0

    def run(self) -> None:
        with self._open:
            call_command(
                self,
                database=self._connection.alias,
                fake_initial=True,
                interactive=False,
                verbosity=0,
                skip_checks=True,
            )

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_start":
            self._started = time.monotonic()
            if migration.atomic:
                self._open.enter_context(transaction.atomic(using=self._connection.alias))
                self._batcher.begin()
                self._execute(f"SET LOCAL lock_timeout = '{LimitLockWait.lock_ms}ms'")
                if _alters_a_key_to_accounts(migration):
                    with self._connection.schema_editor(atomic=False) as editor:
                        LimitLockWait(ACCOUNT_TABLE).database_forwards(migration.app_label, editor, None, None)
            else:
                # Without a transaction there is no SET LOCAL.
                self._execute(f"SET lock_timeout = '{INDEX_LOCK_S}s'")
                self._open.callback(self._lift_lock_timeout)
        elif action == "apply_success":
            self._open.close()
            took = time.monotonic() - self._started
            self._done.append(f"{migration.app_label}.{migration.name}")
            self._say(f"{self._done[-1]}: {'adopted unchanged' if fake else f'{took:.2f} s'}")

    def _lift_lock_timeout(self) -> None:
        # A lost connection has no timeout; its own error must not be hidden.
        with suppress(Error):
            self._execute("SET lock_timeout = 0")

    def _execute(self, statement: str) -> None:
        with expected_schema.execute(self._connection, statement):
            pass


def _alters_a_key_to_accounts(migration: Migration) -> bool:
    """Whether it recreates a foreign key to the accounts, which locks both tables.

    A library's migration locks its own table first. Somebody who deletes an account at that moment holds the other
    lock and waits for the library's table: a deadlock.
    """
    keys = [operation.field.remote_field for operation in migration.operations if isinstance(operation, AlterField)]
    return any(key is not None and key.model == settings.AUTH_USER_MODEL for key in keys)


def run_migrations(connection: BaseDatabaseWrapper, say: ReportProgress, own: OwnWrites) -> list[str]:
    """Run all pending migrations and return their names; `own` records what they write.

    TablesAreBusyError if the locks stay unavailable, PoolerError if a pooler shares the session.
    """
    done: list[str] = []
    batcher = DDLBatcher(say)
    with (
        own_session(connection),
        _exclusive_adoption(connection),
        connection.execute_wrapper(batcher),
        connection.execute_wrapper(own),
    ):
        deadline, progress = time.monotonic() + PATIENCE_S, 0
        while True:
            try:
                _Migrate(connection, say, batcher, done).run()
            except OperationalError as error:
                if not isinstance(error.__cause__, BUSY):
                    raise
                if len(done) > progress:
                    deadline, progress = time.monotonic() + PATIENCE_S, len(done)
                if time.monotonic() > deadline:
                    raise TablesAreBusyError(_busy_message(connection)) from error
            else:
                return done
            let_others_go_first(say)


@contextmanager
def _exclusive_adoption(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold a lock that excludes other adoptions for the whole run."""
    waited_since = time.monotonic()
    while not _query_boolean(connection, "SELECT pg_try_advisory_lock(hashtext('adopt_flask'))"):
        if time.monotonic() - waited_since > LOCK_WAIT_S:
            raise TablesAreBusyError("Another adoption is running on this database.")
        time.sleep(0.2)
    try:
        yield
    finally:
        # A lost connection has released it.
        with suppress(Error):
            _query_boolean(connection, "SELECT pg_advisory_unlock(hashtext('adopt_flask'))")


def _query_boolean(connection: BaseDatabaseWrapper, statement: str) -> bool:
    with expected_schema.execute(connection, statement) as cursor:
        return cursor.fetchone()[0]


def _busy_message(connection: BaseDatabaseWrapper) -> str:
    with expected_schema.execute(connection, _HOLDERS_SQL, [list(OLD_TABLES)]) as cursor:
        holders = [line for (line,) in cursor] or ["no long transaction"]
    return f"The locks on the tables were not available. In use by: {'; '.join(holders)}. Run it again to continue."
