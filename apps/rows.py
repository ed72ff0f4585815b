"""Lists as plain dicts of values: objects and serializers for each row take several times as long."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
Rows = list[Row]


def grouped(pairs: Iterable[tuple[Any, Any]]) -> defaultdict[Any, list[Any]]:
    """Key > its values, in their order."""
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
