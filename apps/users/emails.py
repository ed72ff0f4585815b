"""Which emails people take for one, and for how long one that was given up is kept from others.

Only the database folds: Python and PostgreSQL disagree over letters such as ß and İ, and PostgreSQL by locale.
"""

from datetime import timedelta

from django.db import connections
from django.db.models import CharField, Func

# Every blank of Unicode, as str.strip() takes them. They are part of an index: others need a migration.
BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# A token of the Flask service, or one of ours at that service, names nothing but the email for an hour. The minute is
# for a sign-in there that had read the account already.
HELD_FOR = timedelta(hours=1, minutes=1)
TAKEN = "An account with this email exists already."
HELD = "Another account had this email until a short time ago. Try again in an hour."
_FOLDED = f"UPPER(TRIM(%s, '{BLANKS}'))"


class Folded(Func):
    """An email without outer blanks, in one case. SQLite, and PostgreSQL in the locale C, know that of ASCII alone."""

    template = _FOLDED % "%(expressions)s"
    output_field = CharField()


def lock(email: str, *, using: str) -> None:
    """Keep all others who ask for this email, or for one that folds to the same, waiting until the transaction ends.

    SQLite has one writer at a time in any case.
    """
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock(hashtextextended({_FOLDED}, 0))", [email])
