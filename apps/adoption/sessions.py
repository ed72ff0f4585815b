"""What the adoption needs of its connection: a session of its own in the server, which no time limit ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption.expected_schema import Connection, rows

# Those that the server knows: the last one is new in 17. What must not wait for a lock says so for itself.
TIME_LIMITS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
)
# How often the server looks, while it works, whether this process is still there.
_LOOK = "client_connection_check_interval"


class PoolerError(Exception):
    """The connection is shared with others; the text is what the operator is told."""


def is_pooled(session: psycopg.Connection) -> bool:
    """Whether something in between shares the server's sessions out among its clients.

    PgBouncer and its like make up the process id that a client is told for cancelling its queries; a tunnel, a balancer
    and translated addresses pass on that of the server's process. So may Pgpool-II, which then is not seen here.
    """
    return session.info.backend_pid != session.execute("SELECT pg_backend_pid()").fetchall()[0][0]


def refuse_pooler(session: psycopg.Connection) -> None:
    """PoolerError where a setting or a lock of ours could stay behind with somebody else."""
    if is_pooled(session):
        raise PoolerError(
            f"At {session.info.host} port {session.info.port} is a connection pooler, which shares sessions out. "
            "Nothing was changed. Give the address of PostgreSQL itself in DATABASE_URL for this command."
        )


def lift_time_limits(connection: Connection, *, in_transaction: bool) -> None:
    """Until the transaction ends, or else the session: what an account is given for requests is short for this."""
    statement = "SELECT set_config(name, '0', %s) FROM pg_settings WHERE name = ANY(%s)"
    with rows(connection, statement, [in_transaction, list(TIME_LIMITS)]):
        pass


@contextmanager
def without_time_limits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One transaction without them."""
    with transaction.atomic(using=connection.alias):
        lift_time_limits(connection, in_transaction=True)
        yield


@contextmanager
def own_session(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A session without time limits, which ends in the server soon after this process was killed.

    It is left with the settings that it had, since it may go back to a pool of this process. PoolerError if it is not
    ours alone.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        refuse_pooler(connection.connection)
    try:
        lift_time_limits(connection, in_transaction=False)
        with rows(connection, f"SET {_LOOK} = '1s'"):
            pass
        yield
    finally:
        # Where the connection is lost, so are they.
        with (
            suppress(Error),
            rows(
                connection,
                "SELECT set_config(name, reset_val, false) FROM pg_settings WHERE name = ANY(%s)",
                [[*TIME_LIMITS, _LOOK]],
            ),
        ):
            pass
        connection.close()
