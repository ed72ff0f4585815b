"""Regular expressions that are compiled where they are first used."""

import re
from functools import partial
from typing import cast

from django.utils.functional import SimpleLazyObject


def lazy_pattern(expression: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """As `re.compile`, but at the first use.

    The rules over text have long expressions, which took a third of each process's start, and few processes use them.
    """
    return cast(re.Pattern[str], SimpleLazyObject(partial(re.compile, expression, flags)))
