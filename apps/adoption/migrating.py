"""`migrate --fake-initial` beside a service that is running."""

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
from apps.adoption.ddl_batching import BUSY, PATIENCE_S, Gathering, pause
from apps.adoption.expected_schema import OLD_TABLES, Say
from apps.adoption.own_transactions import OwnWrites
from apps.adoption.sessions import own_session
from apps.core.migration_operations import LimitLockWait

# Nobody has to wait for an index that is built concurrently, however long it waits itself.
INDEX_LOCK_S = 60
# One that was killed a moment ago is still there until the server has noticed.
TURN_S = 5
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


# The table that the migrations of libraries point at.
PEOPLE = "user"


class TablesAreBusyError(Exception):
    """The locks could not be had; the text says who held them. What was migrated stays, and the rest can be run."""


class _Migrate(migrate.Command):
    """`migrate`, in which a migration and the record of it are one transaction: killed, it leaves both or neither."""

    def __init__(self, connection: BaseDatabaseWrapper, say: Say, gathering: Gathering, done: list[str]) -> None:
        super().__init__()
        self._connection = connection
        self._say = say
        self._gathering = gathering
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
                self._gathering.begin()
                self._execute(f"SET LOCAL lock_timeout = '{LimitLockWait.lock_ms}ms'")
                if _alters_a_key_to_people(migration):
                    with self._connection.schema_editor(atomic=False) as editor:
                        LimitLockWait(PEOPLE).database_forwards(migration.app_label, editor, None, None)
            else:
                # It has no transaction that this could be local to.
                self._execute(f"SET lock_timeout = '{INDEX_LOCK_S}s'")
                self._open.callback(self._lift_lock_timeout)
        elif action == "apply_success":
            self._open.close()
            took = time.monotonic() - self._started
            self._done.append(f"{migration.app_label}.{migration.name}")
            self._say(f"{self._done[-1]}: {'adopted as it is' if fake else f'{took:.2f} s'}")

    def _lift_lock_timeout(self) -> None:
        # A lost connection has none, and says so by the error that this would hide.
        with suppress(Error):
            self._execute("SET lock_timeout = 0")

    def _execute(self, statement: str) -> None:
        with expected_schema.rows(self._connection, statement):
            pass


def _alters_a_key_to_people(migration: Migration) -> bool:
    """Whether its foreign key is dropped and made again, for which both tables are locked.

    A library's migration locks its own first. Whoever deletes a person at that moment has the other one, and waits for
    the library's: a deadlock.
    """
    keys = [operation.field.remote_field for operation in migration.operations if isinstance(operation, AlterField)]
    return any(key is not None and key.model == settings.AUTH_USER_MODEL for key in keys)


def run(connection: BaseDatabaseWrapper, say: Say, own: OwnWrites) -> list[str]:
    """Run all migrations that are still to be run, and return their names; `own` hears what was written.

    TablesAreBusyError if a lock could not be had for long, PoolerError where the session is shared.
    """
    done: list[str] = []
    gathering = Gathering(say)
    with (
        own_session(connection),
        _turn(connection),
        connection.execute_wrapper(gathering),
        connection.execute_wrapper(own),
    ):
        deadline, progress = time.monotonic() + PATIENCE_S, 0
        while True:
            try:
                _Migrate(connection, say, gathering, done).run()
            except OperationalError as error:
                if not isinstance(error.__cause__, BUSY):
                    raise
                if len(done) > progress:
                    deadline, progress = time.monotonic() + PATIENCE_S, len(done)
                if time.monotonic() > deadline:
                    raise TablesAreBusyError(_busy(connection)) from error
            else:
                return done
            pause(say)


@contextmanager
def _turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Keep every other adoption away, over all transactions of this one."""
    waited_since = time.monotonic()
    while not _asked(connection, "SELECT pg_try_advisory_lock(hashtext('adopt_flask'))"):
        if time.monotonic() - waited_since > TURN_S:
            raise TablesAreBusyError("Another adoption is running on this database.")
        time.sleep(0.2)
    try:
        yield
    finally:
        # A lost connection has let go of it.
        with suppress(Error):
            _asked(connection, "SELECT pg_advisory_unlock(hashtext('adopt_flask'))")


def _asked(connection: BaseDatabaseWrapper, statement: str) -> bool:
    with expected_schema.rows(connection, statement) as cursor:
        return cursor.fetchone()[0]


def _busy(connection: BaseDatabaseWrapper) -> str:
    with expected_schema.rows(connection, _HOLDERS_SQL, [list(OLD_TABLES)]) as cursor:
        holders = [line for (line,) in cursor] or ["nobody who has held one for long"]
    return f"The locks on the tables could not be had. In use by: {'; '.join(holders)}. Run it again to go on."
