"""Records what this session writes, so that none of it is taken for another session's work."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption.expected_schema import OLD_TABLES

# A transaction, and each of its savepoints that wrote, holds a lock on its own number. The statistics of this session
# also include rows written in savepoints that began and ended within one statement.
_NOTE_SQL = """
    SELECT ARRAY(SELECT transactionid::text::bigint FROM pg_locks
                 WHERE pid = pg_backend_pid() AND locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted),
           ARRAY(SELECT name FROM unnest(%s::text[]) AS name,
                             LATERAL (SELECT to_regclass(quote_ident(name))::oid AS oid) AS its
                 WHERE pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                     + pg_stat_get_xact_tuples_deleted(oid) > 0)
"""


class OwnWrites:
    """An execute wrapper that records its connection's transactions, and the old tables to which they wrote rows."""

    def __init__(self) -> None:
        # 32 bits, as rows carry them in xmin.
        self.transactions: set[int] = set()
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        if connection.in_atomic_block:
            result = execute(sql, params, many, context)
            self._note(connection)
            return result
        # Such a statement cannot run in a transaction, and writes no rows.
        if "CONCURRENTLY" in str(sql):
            return execute(sql, params, many, context)
        # Otherwise its transaction would end before its number could be read.
        with transaction.atomic(using=connection.alias):
            result = execute(sql, params, many, context)
            self._note(connection)
        return result

    def _note(self, connection: BaseDatabaseWrapper) -> None:
        # Not with Django's cursor, which would call this wrapper again.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            transactions, tables = cursor.execute(_NOTE_SQL, [list(OLD_TABLES)]).fetchone()
        self.transactions.update(transactions)
        self.tables.update(tables)
