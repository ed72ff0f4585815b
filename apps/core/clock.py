"""The clock that all machines share: the database's.

Times that one process writes and another compares are told by it; a machine's own clock may be hours off.
"""

from datetime import datetime

from django.db import connection
from django.db.models.expressions import Combinable

# A time, or what the database reckons as one, such as Now().
Moment = datetime | Combinable


def database_now() -> datetime:
    """What the database's clock says, for what is reckoned here; a statement of its own says Now() instead."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NOW[connection.vendor]}")
        (now,) = cursor.fetchone()
    return now if isinstance(now, datetime) else datetime.fromisoformat(f"{now}+00:00")


# Not PostgreSQL's now(), which is when the transaction began.
_NOW = {"postgresql": "STATEMENT_TIMESTAMP()", "sqlite": "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"}
