"""Which emails people take for one.

Only the database folds: Python and PostgreSQL disagree over letters such as ß and İ, and PostgreSQL by locale.
"""

from django.db.models import CharField, Func

# Every blank of Unicode, as str.strip() takes them. They are part of an index: others need a migration.
BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_FOLDED = f"UPPER(TRIM(%s, '{BLANKS}'))"


class Folded(Func):
    """An email without outer blanks, in one case. SQLite, and PostgreSQL in the locale C, know that of ASCII alone."""

    template = _FOLDED % "%(expressions)s"
    output_field = CharField()
