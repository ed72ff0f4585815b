"""Sessions for the adoption: not shared by a pooler, and without time limits."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption.expected_schema import SQLConnection, execute

# Only those that the server knows: the last is new in 17. Statements that must not wait set their own lock_timeout.
TIME_LIMITS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
)
# How often the server checks during a statement whether this process still exists.
_CLIENT_CHECK = "client_connection_check_interval"


class PoolerError(Exception):
    """A pooler shares the connection; the message tells the operator what to do."""


def is_pooled(session: psycopg.Connection) -> bool:
    """Whether a pooler shares the server's sessions among clients.

    PgBouncer and similar poolers invent the process id that clients get for cancelling queries; tunnels, balancers and
    address translation pass on the server's. Pgpool-II may pass it on too, and is not detected then.
    """
    return session.info.backend_pid != session.execute("SELECT pg_backend_pid()").fetchall()[0][0]


def refuse_pooler(session: psycopg.Connection) -> None:
    """PoolerError if our settings or locks could remain in somebody else's session."""
    if is_pooled(session):
        raise PoolerError(
            f"At {session.info.host} port {session.info.port} is a connection pooler, which shares sessions. "
            "Nothing was changed. Give the address of PostgreSQL itself in DATABASE_URL for this command."
        )


def lift_time_limits(connection: SQLConnection, *, in_transaction: bool) -> None:
    """Lift the time limits, which are meant for requests, until the transaction or else the session ends."""
    statement = "SELECT set_config(name, '0', %s) FROM pg_settings WHERE name = ANY(%s)"
    with execute(connection, statement, [in_transaction, list(TIME_LIMITS)]):
        pass


@contextmanager
def without_time_limits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A transaction without time limits."""
    with transaction.atomic(using=connection.alias):
        lift_time_limits(connection, in_transaction=True)
        yield


@contextmanager
def own_session(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A session without time limits, which the server ends soon after this process is killed.

    Its settings are restored afterwards, since it may return to a pool of this process. PoolerError if a pooler
    shares it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        refuse_pooler(connection.connection)
    try:
        lift_time_limits(connection, in_transaction=False)
        with execute(connection, f"SET {_CLIENT_CHECK} = '1s'"):
            pass
        yield
    finally:
        # If the connection is lost, so are its settings.
        with (
            suppress(Error),
            execute(
                connection,
                "SELECT set_config(name, reset_val, false) FROM pg_settings WHERE name = ANY(%s)",
                [[*TIME_LIMITS, _CLIENT_CHECK]],
            ),
        ):
            pass
        connection.close()
