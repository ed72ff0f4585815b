"""Django's backend for PostgreSQL, which asks for less, and whose errors say nothing of what the rows hold."""

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

# For so long after it was found whole a connection is only looked at.
TRUSTED_S = 1.0
# SQLSTATE class of a value that is none of its type; the message ends in it: `invalid input syntax for type uuid: "x"`
DATA_EXCEPTION = "22"
# What a function says in its own words (RAISE), which may be any value of a row; and of those words the ones of ours.
FUNCTIONS_WORDS = "P0"
OUR_WORDS = re.compile(r"the status of \w+ cannot change from \w+ to \w+")
QUOTED_TO_THE_END = re.compile(r"(?s)[\s:：]*[\"'\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c-\u300f].*")


class Validation(BaseDatabaseValidation):
    """What `check --database default` and `migrate` say of the database itself."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            [encoding] = cursor.fetchone()
        if encoding in ("UTF8", b"UTF8"):  # as bytes where the database does not say what its bytes mean
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
    """A connection that is kept between requests is tried before it is used; by a query, as the library does it, only
    where it has been idle.

    A server that ended has said so on the socket, and that is seen at once. A network that has forgotten an idle
    connection tells whoever sends something first, which must not be a request.
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
        except psycopg.Error:  # it has been closed
            return False
        return not waiting.poll(0)


class ErrorsWithoutValues(DatabaseErrorWrapper):
    """The driver's error and Django's, whose text is the server's first line alone: it names table, column and rule.

    DETAIL, LINE and CONTEXT hold the values of a row or of a statement, which are what students and teachers wrote,
    and an error's text goes to logs and error reports. `diag` of the driver's error still has everything.
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
    # In whatever language the server speaks (lc_messages), a value stands in quotation marks.
    return QUOTED_TO_THE_END.sub("", message) or f"a value that is none of its type ({sqlstate})"
