"""Values as the old service took them: numbers as text, nothing as null or as the empty text."""

import re
from typing import Any

from apps.flask_compat.errors import Invalid


def is_blank(value: Any) -> bool:
    """Whether it counts as left out: null and the empty text do."""
    return value is None or value == ""


def is_whole_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,20}", text) is not None


def whole_number(value: Any, name: str) -> int:
    """An integer, or the text of one, as the old service's database took them; Invalid for anything else."""
    if isinstance(value, str) and is_whole_number(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(f"{name} must be a whole number")
    return value
