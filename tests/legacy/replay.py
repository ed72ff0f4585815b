"""A recording of what the old service answered, sent to a server: where does it answer otherwise?

contract.json is a list of steps: {name, method, path, expect: {status, json, body}}, and
  auth        the name of a token saved before, or the token itself
  json, raw   the body; "{name}" in a text or the path stands for what was saved, and "=name" alone keeps its type
  save        {name: "path.in.the.answer"}
  poll        {key, while}: sent again as long as that key of the answer is one of these
  compare     "shape": keys and types count, not values; "status": only that, and that errors have a message
  holds       more that is true of the answer: len, equals, contains (by path), rising, nonempty (by key of its rows)
  may_add     keys that the answer may have besides
  deviates    {status: [...]}: a fault of the old service, for which one of these is the answer
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2

CONTRACT = Path(__file__).with_name("contract.json")
POLL_EVERY_S, POLL_FOR_S = 0.25, 30
# What the server makes: it has the same type, and a value of its own.
MADE = re.compile(r"(.*_)?(token|access|refresh|id|created_at|openid|first_id|last_id)")

Step = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    is_json: bool

    @property
    def is_error_with_message(self) -> bool:
        return self.is_json and isinstance(self.body, dict) and isinstance(self.body.get("message"), str)


def replay(base_url: str, steps: list[Step]) -> dict[str, list[str]]:
    """Send all steps in order; the differences of each that does not match, by its name."""
    with httpx2.Client(base_url=base_url, timeout=120, trust_env=False) as http:
        session = _Session(http)
        found = {step["name"]: differences(step, session.answer(step)) for step in steps}
    return {name: problems for name, problems in found.items() if problems}


class _Session:
    def __init__(self, http: httpx2.Client) -> None:
        self.http = http
        self.saved: dict[str, Any] = {}

    def answer(self, step: Step) -> Answer:
        time.sleep(step.get("sleep", 0))
        answer = self._send(step)
        if poll := step.get("poll"):
            until = time.monotonic() + POLL_FOR_S
            while isinstance(answer.body, dict) and answer.body.get(poll["key"]) in poll["while"]:
                if time.monotonic() > until:
                    break
                time.sleep(POLL_EVERY_S)
                answer = self._send(step)
        for name, path in step.get("save", {}).items():
            if (value := _at(answer.body, path)) is not _NOTHING:
                self.saved[name] = value
        return answer

    def _send(self, step: Step) -> Answer:
        headers = dict(step.get("headers", {}))
        content = step["raw"].encode() if "raw" in step else None
        if "json" in step:
            content = json.dumps(self._filled(step["json"])).encode()
            headers.setdefault("Content-Type", "application/json")
        elif content is not None:
            # What the recorder's client says of a body that has no type.
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if auth := step.get("auth"):
            headers["Authorization"] = f"Bearer {self.saved.get(auth, auth)}"
        sent = self.http.request(step["method"], self._filled(step["path"]), content=content, headers=headers)
        try:
            return Answer(sent.status_code, json.loads(sent.text) if sent.text else None, True)
        except ValueError:
            return Answer(sent.status_code, sent.text, False)

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if value.startswith("=") and value[1:] in self.saved:
            return self.saved[value[1:]]
        return re.sub(r"\{(\w+)\}", lambda name: str(self.saved.get(name[1], name[0])), value)


_NOTHING = object()


def _at(value: Any, path: str) -> Any:
    """What stands at a path such as `0.tags`, or nothing."""
    for key in path.split(".") if path else []:
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, TypeError, ValueError):
            return _NOTHING
    return value


def differences(step: Step, got: Answer) -> list[str]:
    """In what this answer is not the one that the step expects."""
    found = list(_differences(step, got))
    return found or list(_broken(step.get("holds", {}), got.body))


def _differences(step: Step, got: Answer) -> Iterator[str]:
    expected = step["expect"]
    allowed = step["deviates"]["status"] if "deviates" in step else [expected["status"]]
    if got.status not in allowed:
        yield f"status {allowed} became {got.status}: {str(got.body)[:200]}"
    elif "deviates" in step or step.get("compare") == "status":
        if got.status >= 400 and not got.is_error_with_message:
            yield f"the error is no JSON with a message: {str(got.body)[:200]}"
    elif expected["json"]:
        extra = {f"$.{key}" for key in step.get("may_add", [])}
        for path, problem in _compared(expected["body"], got.body, "$", values=step.get("compare") != "shape"):
            if not (path in extra and problem == "is new"):
                yield f"{path} {problem}"


def _compared(old: Any, new: Any, path: str, *, values: bool, key: str = "") -> Iterator[tuple[str, str]]:
    """Path and problem of each difference; by shape nulls go with anything and a list goes by its first item."""
    if not values and (old is None or new is None):
        return
    if _kind(old, values) != _kind(new, values):
        yield path, f"{old!r:.80} became {new!r:.80}"
    elif isinstance(old, dict):
        yield from ((f"{path}.{name}", "is missing") for name in old.keys() - new.keys())
        yield from ((f"{path}.{name}", "is new") for name in new.keys() - old.keys())
        for name in old.keys() & new.keys():
            yield from _compared(old[name], new[name], f"{path}.{name}", values=values, key=name)
    elif isinstance(old, list):
        yield from _compared_lists(old, new, path, values=values, key=key)
    elif values and old != new and not MADE.fullmatch(key):
        yield path, f"{old!r:.80} became {new!r:.80}"


def _compared_lists(old: list[Any], new: list[Any], path: str, *, values: bool, key: str) -> Iterator[tuple[str, str]]:
    if values and len(old) != len(new):
        yield path, f"had {len(old)} items and has {len(new)}"
    elif old and not new:
        yield path, f"had {len(old)} items and is empty"
    elif old:
        pairs = zip(_by_id(old), _by_id(new), strict=True) if values else ((old[0], item) for item in new)
        for number, (before, after) in enumerate(pairs):
            yield from _compared(before, after, f"{path}[{number}]", values=values, key=key)


def _kind(value: Any, values: bool) -> str:
    """1 and 1.0 are of one kind; a truth value is another, which the shape alone does not tell apart from numbers."""
    if isinstance(value, bool) and values:
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _by_id(items: list[Any]) -> list[Any]:
    """The old service gave lists in no order."""
    if all(isinstance(item, int) for item in items):
        return sorted(items)
    for key in ("id", "category_id", "subcategory_id"):
        if all(isinstance(item, dict) and isinstance(item.get(key), int) for item in items):
            return sorted(items, key=lambda item: item[key])
    return items


def _broken(holds: dict[str, Any], body: Any) -> Iterator[str]:
    for path, length in holds.get("len", {}).items():
        found = _at(body, path)
        if not isinstance(found, list | dict | str) or len(found) != length:
            yield f"{path or '$'} is not {length} long: {found!r:.200}"
    for path, value in holds.get("equals", {}).items():
        if (found := _at(body, path)) != value:
            yield f"{path} is {found!r:.100} and not {value!r}"
    for path, text in holds.get("contains", {}).items():
        if text not in str(_at(body, path)):
            yield f"{path} does not contain {text!r}"
    if key := holds.get("rising"):
        times = [row[key] for row in body]
        if any(after <= before for before, after in pairwise(times)):
            yield f"{key} does not rise: {times[:8]}"
    if key := holds.get("nonempty"):
        yield from (f"an empty {key} in {row!r:.100}" for row in body if not str(row[key]).strip())
