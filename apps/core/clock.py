"""The database's clock, which all machines share.

Use it for times that one process writes and another compares; a machine's own clock may be hours off.
"""

from datetime import datetime

from django.db import connection
from django.db.models.expressions import Combinable

# A time, or an expression that the database evaluates to one, such as Now().
Moment = datetime | Combinable


def database_now() -> datetime:
    """The database's current time, for calculations in Python. Statements should use Now() instead."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NOW[connection.vendor]}")
        (now,) = cursor.fetchone()
    return now if isinstance(now, datetime) else datetime.fromisoformat(f"{now}+00:00")


# PostgreSQL's now() is the time at which the transaction began.
_NOW = {"postgresql": "STATEMENT_TIMESTAMP()", "sqlite": "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"}
