"""Which emails count as equal, and how long an email that an account gave up stays reserved.

Only the database folds emails: Python and PostgreSQL disagree on letters such as ß and İ, and locales differ too.
"""

from datetime import timedelta

from django.db import connections
from django.db.models import CharField, Func

# All of Unicode's blanks, as str.strip() removes them. They are part of an index, so changing them needs a migration.
BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# A token of the Flask service, or one of ours used there, identifies people by email for an hour. The extra minute is
# for a sign-in there that had already read the account.
HELD_FOR = timedelta(hours=1, minutes=1)
EMAIL_IN_USE = "An account with this email exists already."
EMAIL_RECENTLY_FREED = "Another account had this email until a short time ago. Try again in an hour."
_FOLDED = f"UPPER(TRIM(%s, '{BLANKS}'))"


class Folded(Func):
    """An email in upper case without outer blanks. SQLite, and PostgreSQL in the locale C, convert ASCII only."""

    template = _FOLDED % "%(expressions)s"
    output_field = CharField()


def lock_email(email: str, *, using: str) -> None:
    """Make others who want this email, or one that folds to the same, wait until the transaction ends.

    SQLite has one writer at a time anyway.
    """
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock(hashtextextended({_FOLDED}, 0))", [email])
