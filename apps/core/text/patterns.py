"""Regular expressions that are compiled where they are first used."""

import re
from typing import Any, cast


class _LazyPattern:
    """Compiles an expression when its first attribute is asked for, and then has all of them as its own.

    So each later use costs no more than that of a compiled pattern: rules over text make thousands for a message.
    """

    def __init__(self, expression: str, flags: int | re.RegexFlag) -> None:
        self._made_of = expression, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._made_of)
        self.__dict__.update({one: getattr(compiled, one) for one in dir(compiled) if not one.startswith("_")})
        return getattr(compiled, name)


def lazy_pattern(expression: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """As `re.compile`, but at the first use.

    The rules over text have long expressions, which took a third of each process's start, and few processes use them.
    """
    return cast(re.Pattern[str], _LazyPattern(expression, flags))
