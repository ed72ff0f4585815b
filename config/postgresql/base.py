"""Django's backend for PostgreSQL, which asks for less."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests is looked at before it is used: the library's own way is a query.

    A server that ended, or cut the connection, has said so on the socket; one on which nothing can be read is whole as
    far as a query could tell without waiting.
    """

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True
