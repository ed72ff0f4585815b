"""Sends the DDL of a migration as one batch, so that locks are held only while the server works.

Django spends seconds between the statements of a migration; after the first ALTER TABLE the running service would
wait for all of them.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption.expected_schema import ReportProgress

PATIENCE_S = 120.0
PAUSE_S = (0.2, 0.6)
BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected)
# Statements whose results nobody reads.
_DEFERRABLE = ("ALTER ", "COMMENT ", "CREATE ", "DROP ", "LOCK ", "SET ")


def let_others_go_first(say: ReportProgress) -> None:
    """Let waiting sessions continue before the next attempt to get the locks."""
    say("the tables are in use; trying again")
    time.sleep(random.uniform(*PAUSE_S))  # noqa: S311


class DDLBatcher:
    """An execute wrapper that holds DDL back until another statement follows, then sends all of it in order.

    If a lock is not available, the batch is rolled back and sent again after a pause. Only the first batch of a
    transaction can be repeated: later pauses would hold the locks of earlier batches.
    """

    def __init__(self, say: ReportProgress) -> None:
        self._say = say
        self._waiting: list[str] = []
        self._holds_locks = False

    def begin(self) -> None:
        """Reset at the start of a transaction."""
        self._waiting = []
        self._holds_locks = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        statement = sql if isinstance(sql, str) else ""
        if connection.in_atomic_block and not params and statement.startswith(_DEFERRABLE):
            self._waiting.append(statement)
            return None
        if statement.startswith("ROLLBACK"):
            self._waiting = []
        elif self._waiting:
            # As one message, so that the server does not wait for this process between statements.
            together, self._waiting = ";\n".join(self._waiting), []
            self._send(connection, lambda: execute(together, None, False, context))
        return execute(sql, params, many, context)

    def _send(self, connection: BaseDatabaseWrapper, send: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with transaction.atomic(using=connection.alias):
                    send()
            except OperationalError as error:
                is_busy = isinstance(error.__cause__, BUSY) and not self._holds_locks
                if not is_busy or time.monotonic() > deadline:
                    raise
            else:
                self._holds_locks = True
                return
            let_others_go_first(self._say)
