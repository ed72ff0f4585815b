"""What PostgreSQL adds to a message holds the values of a row: it is cut from whatever leaves this service as text.

Errors of the connection that Django has are without it already (apps.core.postgresql). This is for the others, such as
those of a driver's own connection.
"""

import re
from typing import Any

# Values may contain line breaks, so PostgreSQL's additions end only where the next error of a chain begins.
_ADDED = re.compile(
    r"""\n[ |]*(?:DETAIL|HINT|QUERY|CONTEXT|LINE[ ]\d+):.*?
        (?=\n[ |]*\n[ |]*(?:The[ ]above[ ]exception[ ]was|During[ ]handling[ ]of)|\n[ |]*\+-|\Z)""",
    re.VERBOSE | re.DOTALL,
)


def without_row_values(value: Any) -> Any:
    """A log entry or error report without the values of rows in any of its texts."""
    if isinstance(value, str):
        return _ADDED.sub("", value) if "\n" in value else value
    if isinstance(value, dict):
        return {name: without_row_values(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_row_values(inner) for inner in value]
    return value
