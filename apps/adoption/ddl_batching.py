"""The DDL of a migration, sent at one go, so that locks are held for as long as the server works and no longer.

Django works out what to send between one statement and the next, for seconds in all, and each ALTER TABLE would stop
the running service for that long.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption.expected_schema import Say

PATIENCE_S = 120.0
PAUSE_S = (0.2, 0.6)
BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected)
# Nobody reads what these answer.
_DEFERRABLE = ("ALTER ", "COMMENT ", "CREATE ", "DROP ", "LOCK ", "SET ")


def pause(say: Say) -> None:
    """Let those who waited go on, before the next attempt at the locks."""
    say("the tables are in use; trying again")
    time.sleep(random.uniform(*PAUSE_S))  # noqa: S311


class Gathering:
    """An execute wrapper that keeps DDL back until something else is to be executed; then all of it goes, in order.

    If a lock cannot be had, what was sent is taken back, and it is sent again a little later. That is over once a part
    of the transaction has passed: its locks would be kept during the pause.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._waiting: list[str] = []
        self._holds_locks = False

    def begin(self) -> None:
        """A new transaction has begun."""
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
            # As one message: the server does not wait for this process, which may be slow to be given a processor.
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
            pause(self._say)
