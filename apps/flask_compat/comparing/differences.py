"""Where two answers differ, field by field. Pure: what is compared is given, nothing is fetched."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SHOWN = 60
BEFORE = 10


@dataclass(frozen=True)
class Difference:
    """`field` is a path such as `scenarios[id=3].tags`; `detail` shows no more than SHOWN characters of a value."""

    field: str
    detail: str


def differences(old: Any, new: Any, field: str) -> Iterator[Difference]:
    """Compare by type and value; rows by their id and plain lists in any order, since the old service has no order."""
    if type(old) is not type(new):
        yield Difference(field, f"{_kind(old)} became {_kind(new)}")
    elif isinstance(old, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _of_key(old, new, key, f"{field}.{key}")
    elif isinstance(old, list) and is_list_of_rows(old + new):
        yield from _of_rows(old, new, field)
    elif isinstance(old, list):
        yield from _of_plain_lists(old, new, field)
    elif old != new:
        yield Difference(field, _excerpts(old, new))


def out_of_order(new: Any, field: str) -> Iterator[Difference]:
    """Lists of rows, at any depth, that are not by id; those of the new service always are."""
    if isinstance(new, dict):
        for key, value in new.items():
            yield from out_of_order(value, f"{field}.{key}")
    elif is_list_of_rows(new):
        ids = [row["id"] for row in new]
        if ids != sorted(ids):
            yield Difference(field, "not in the order of its ids")
        for row in new:
            yield from out_of_order(row, f"{field}[id={row['id']}]")


def is_list_of_rows(body: Any) -> bool:
    """Whether it is a list in which everything has an id; the empty one is."""
    return isinstance(body, list) and all(isinstance(row, dict) and isinstance(row.get("id"), int) for row in body)


def _of_key(old: dict[str, Any], new: dict[str, Any], key: str, field: str) -> Iterator[Difference]:
    if key not in new:
        yield Difference(field, "missing")
    elif key not in old:
        yield Difference(field, "new")
    else:
        yield from differences(old[key], new[key], field)


def _of_rows(old: list[Any], new: list[Any], field: str) -> Iterator[Difference]:
    old_rows, new_rows = {row["id"]: row for row in old}, {row["id"]: row for row in new}
    if len(new_rows) < len(new):
        yield Difference(field, "rows come twice")
    for pk in sorted(old_rows.keys() | new_rows.keys()):
        yield from _of_key(old_rows, new_rows, pk, f"{field}[id={pk}]")


def _of_plain_lists(old: list[Any], new: list[Any], field: str) -> Iterator[Difference]:
    """Counted and not shown: usernames are such a list."""
    old_items, new_items = Counter(map(_sortable, old)), Counter(map(_sortable, new))
    missing, added = (old_items - new_items).total(), (new_items - old_items).total()
    if missing or added:
        yield Difference(field, f"{missing} missing, {added} new")


def _sortable(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def _kind(value: Any) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _excerpts(old: Any, new: Any) -> str:
    """Both from shortly before the place where they part."""
    if not isinstance(old, str):
        return f"{old!r:.{SHOWN}} became {new!r:.{SHOWN}}"
    pairs = enumerate(zip(old, new, strict=False))
    parted = next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))
    start = max(0, parted - BEFORE)
    where = f" (at character {start})" if start else ""
    return f"{old[start : start + SHOWN]!r} became {new[start : start + SHOWN]!r}{where}"
