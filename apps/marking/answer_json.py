"""Finds the examiner's JSON in what a model wrote: thoughts, prose, a byte order mark or a fence may be around it."""

import json
from collections.abc import Iterator
from typing import Any

from apps.core.text.patterns import lazy_pattern

# An object begins with its first key, or is empty.
_OBJECT = lazy_pattern(r'\{\s*["}]')
# Each try may read to the end of the text.
MAX_TRIES = 100
# Objects and lists around the list of criteria, such as {"result": {"criteria": []}}.
MAX_DEPTH = 6
# Models write line breaks into texts as they are.
_DECODER = json.JSONDecoder(strict=False)


def find_answer(text: str) -> tuple[dict[str, Any] | None, bool]:
    """The object with the longest list `criteria`, or None; and whether the text has any object.

    Of equally long ones it is the last, since a model that thinks aloud writes drafts before its answer. A shorter one
    may be what a student has written to look like an answer, repeated behind it: nobody outside knows the canary.
    """
    found: dict[str, Any] | None = None
    any_object = False
    for item in _objects(text):
        any_object = True
        answer = _answer_in(item, MAX_DEPTH)
        if answer is not None and (found is None or len(answer["criteria"]) >= len(found["criteria"])):
            found = answer
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


def _answer_in(item: Any, depth: int) -> dict[str, Any] | None:
    """This object, or the first inside of it, that has a list `criteria`."""
    if isinstance(item, dict) and isinstance(item.get("criteria"), list):
        return item
    inside = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    inner = (_answer_in(value, depth - 1) for value in inside if depth)
    return next((answer for answer in inner if answer is not None), None)
