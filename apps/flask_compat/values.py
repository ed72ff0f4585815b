"""Values as the Flask service accepted them: numbers as text, and null or "" for a missing value."""

import re
from typing import Any

from apps.flask_compat.errors import Invalid


def is_blank(value: Any) -> bool:
    """Whether it counts as left out: true for None and ""."""
    return value is None or value == ""


def is_whole_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,20}", text) is not None


def whole_number(value: Any, name: str) -> int:
    """The integer that a number or a text stands for; Invalid for anything else."""
    if isinstance(value, str) and is_whole_number(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(f"{name} must be a whole number")
    return value
