"""Finds the examiner's JSON in what a model wrote: thoughts, prose, a byte order mark or a fence may be around it."""

import json
import re
from collections.abc import Iterator
from typing import Any

# An object begins with its first key, or is empty.
_OBJECT = re.compile(r'\{\s*["}]')
# Each try may read to the end of the text.
MAX_TRIES = 100
# Objects around the list of criteria, such as {"result": {"criteria": []}}.
MAX_DEPTH = 3
# Models write line breaks into texts as they are.
_DECODER = json.JSONDecoder(strict=False)


def find_criteria(text: str) -> tuple[list[Any] | None, bool]:
    """The longest list `criteria` of an object, or None; and whether the text has any object.

    Of equally long ones it is the last, since a model that thinks aloud writes drafts before its answer. A shorter one
    may be what a student has written to look like an answer, repeated behind it: nobody outside knows the canary.
    """
    found: list[Any] | None = None
    any_object = False
    for item in _objects(text):
        any_object = True
        criteria = _criteria_in(item, MAX_DEPTH)
        if criteria is not None and (found is None or len(criteria) >= len(found)):
            found = criteria
    return found, any_object


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in the text that stand in no other one."""
    at = 0
    for _ in range(MAX_TRIES):
        begins = _OBJECT.search(text, at)
        if begins is None:
            return
        try:
            item, at = _DECODER.raw_decode(text, begins.start())
        except (ValueError, RecursionError):
            at = begins.start() + 1
            continue
        yield item


def _criteria_in(item: Any, depth: int) -> list[Any] | None:
    """The list `criteria` of this object, or of one inside of it."""
    if not isinstance(item, dict) or not depth:
        return None
    if isinstance(item.get("criteria"), list):
        return list(item["criteria"])
    inner = (_criteria_in(value, depth - 1) for value in item.values())
    return next((criteria for criteria in inner if criteria is not None), None)
