"""Django's backend for PostgreSQL, which asks for less."""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

# For so long after it was found whole a connection is only looked at.
TRUSTED_S = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests is tried before it is used; by a query, as the library does it, only
    where it has been idle.

    A server that ended has said so on the socket, and that is seen at once. A network that has forgotten an idle
    connection tells whoever sends something first, which must not be a request.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whole_at = 0.0

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
