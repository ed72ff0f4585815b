"""Differences between two JSON values, field by field."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

EXCERPT_LENGTH = 60
EXCERPT_LEAD = 10


@dataclass(frozen=True)
class FieldDifference:
    """`field` is a path such as `scenarios[id=3].tags`; `detail` shows at most EXCERPT_LENGTH characters of a value."""

    field: str
    detail: str


def compare_json(old: Any, new: Any, field: str) -> Iterator[FieldDifference]:
    """Compare by type and value. Rows are reconcile by id, and plain lists in any order: Flask does not order them."""
    if type(old) is not type(new):
        yield FieldDifference(field, f"{_kind(old)} became {_kind(new)}")
    elif isinstance(old, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _of_key(old, new, key, f"{field}.{key}")
    elif isinstance(old, list) and is_list_of_rows(old + new):
        yield from _of_rows(old, new, field)
    elif isinstance(old, list):
        yield from _of_plain_lists(old, new, field)
    elif old != new:
        yield FieldDifference(field, _excerpts(old, new))


def out_of_order(new: Any, field: str) -> Iterator[FieldDifference]:
    """A difference for each list of rows, at any depth, that is not ordered by id, as this service's lists are."""
    if isinstance(new, dict):
        for key, value in new.items():
            yield from out_of_order(value, f"{field}.{key}")
    elif is_list_of_rows(new):
        ids = [row["id"] for row in new]
        if ids != sorted(ids):
            yield FieldDifference(field, "not in the order of its ids")
        for row in new:
            yield from out_of_order(row, f"{field}[id={row['id']}]")


def is_list_of_rows(body: Any) -> bool:
    """Whether it is a list of objects with ids; true for an empty list."""
    return isinstance(body, list) and all(isinstance(row, dict) and isinstance(row.get("id"), int) for row in body)


def _of_key(old: dict[str, Any], new: dict[str, Any], key: str, field: str) -> Iterator[FieldDifference]:
    if key not in new:
        yield FieldDifference(field, "missing")
    elif key not in old:
        yield FieldDifference(field, "new")
    else:
        yield from compare_json(old[key], new[key], field)


def _of_rows(old: list[Any], new: list[Any], field: str) -> Iterator[FieldDifference]:
    old_rows, new_rows = {row["id"]: row for row in old}, {row["id"]: row for row in new}
    if len(new_rows) < len(new):
        yield FieldDifference(field, "rows come twice")
    for pk in sorted(old_rows.keys() | new_rows.keys()):
        yield from _of_key(old_rows, new_rows, pk, f"{field}[id={pk}]")


def _of_plain_lists(old: list[Any], new: list[Any], field: str) -> Iterator[FieldDifference]:
    """Counts of missing and new items. The items are not shown: usernames are such a list."""
    old_items, new_items = Counter(map(_sortable, old)), Counter(map(_sortable, new))
    missing, added = (old_items - new_items).total(), (new_items - old_items).total()
    if missing or added:
        yield FieldDifference(field, f"{missing} missing, {added} new")


def _sortable(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def _kind(value: Any) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _excerpts(old: Any, new: Any) -> str:
    """Excerpts of both, from shortly before the first difference."""
    if not isinstance(old, str):
        return f"{old!r:.{EXCERPT_LENGTH}} became {new!r:.{EXCERPT_LENGTH}}"
    pairs = enumerate(zip(old, new, strict=False))
    split = next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))
    start = max(0, split - EXCERPT_LEAD)
    where = f" (at character {start})" if start else ""
    return f"{old[start : start + EXCERPT_LENGTH]!r} became {new[start : start + EXCERPT_LENGTH]!r}{where}"
