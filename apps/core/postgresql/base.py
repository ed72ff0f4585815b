"""Django's PostgreSQL backend with cheaper connection checks, and with errors that reveal no row values."""

import re
import select
import time
from functools import cached_property
from types import TracebackType
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Warning
from django.db.backends.base.validation import BaseDatabaseValidation
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper

# For this long after a successful query, only the socket is checked.
TRUSTED_S = 1.0
# SQLSTATE of an invalid value. The message ends with the value: `invalid input syntax for type uuid: "x"`.
DATA_EXCEPTION = "22"
# A function's own message (RAISE) may contain any value of a row. OUR_WORDS are the messages of our own triggers.
FUNCTIONS_WORDS = "P0"
OUR_WORDS = re.compile(r"the status of \w+ cannot change from \w+ to \w+")
QUOTED_TO_THE_END = re.compile(r"(?s)[\s:：]*[\"'\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c-\u300f].*")


class Validation(BaseDatabaseValidation):
    """Checks of the database itself, for `check --database default` and `migrate`."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            [encoding] = cursor.fetchone()
        if encoding in ("UTF8", b"UTF8"):  # bytes if the connection has no client encoding
            return []
        name = encoding if isinstance(encoding, str) else encoding.decode()
        return [
            Warning(
                f"The encoding of the database is {name}: what people write in another script cannot be kept.",
                hint="Restore a dump of it into a database that was made with ENCODING 'UTF8'.",
                id="core.W001",
            )
        ]


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a kept connection before it is used again. It sends a query, as Django does, only after an idle period.

    If the server has closed the connection, the socket shows it at once. If the network has dropped an idle connection,
    only a send reveals it, and that must not be a request's own query.
    """

    validation_class = Validation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whole_at = 0.0

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        return ErrorsWithoutValues(self)

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        now = time.monotonic()
        usable = (now - self._whole_at < TRUSTED_S and self._is_quiet()) or super().is_usable()
        self._whole_at = now if usable else 0.0
        return usable

    def _is_quiet(self) -> bool:
        waiting = select.poll()
        try:
            waiting.register(self.connection.fileno(), select.POLLIN)
        except psycopg.Error:  # already closed
            return False
        return not waiting.poll(0)


class ErrorsWithoutValues(DatabaseErrorWrapper):
    """Reduces database errors to the server's first line, which names the table, column and constraint.

    DETAIL, LINE and CONTEXT contain values of rows or statements: what students and teachers wrote. Error texts go to
    logs and error reports. The driver error's `diag` still has everything.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, psycopg.Error) and exc_value.diag.message_primary:
            exc_value.args = (_without_value(exc_value.diag.message_primary, exc_value.sqlstate),)
        super().__exit__(exc_type, exc_value, traceback)


def _without_value(message: str, sqlstate: str | None) -> str:
    kind = (sqlstate or "")[:2]
    if kind == FUNCTIONS_WORDS and not OUR_WORDS.fullmatch(message):
        return f"a function of the database refused it ({sqlstate})"
    if kind != DATA_EXCEPTION:
        return message
    # The server puts values in quotation marks in every language (lc_messages).
    return QUOTED_TO_THE_END.sub("", message) or f"a value that is none of its type ({sqlstate})"
