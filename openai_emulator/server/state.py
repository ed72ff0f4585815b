"""The state of one emulator: faults, recorded requests, counts, settings and stored responses."""

import threading
import time
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from openai_emulator.faults.fault_book import FaultBook
from openai_emulator.faults.random_faults import KINDS, Chance
from openai_emulator.wire.errors import ApiError

Json = dict[str, Any]
REQUESTS_KEPT = 2500
RESPONSES_KEPT = 5000
PENDING = ("queued", "in_progress")


@dataclass
class Settings:
    """Settings that clients can change while the emulator runs.

    `latency_s` is how long a response takes; half of it passes before the first text of a stream, and a background
    response is ready after it. `background_polls` is how many GETs of a background response find it unfinished,
    however late they come. A share `fault_share` of the calls fails at random, in one of `fault_kinds` (if empty, the
    default kinds), and in the same way for the same `fault_seed`.
    """

    latency_s: float = 0.0
    background_polls: int = 1
    fault_share: float = 0.0
    fault_kinds: list[str] = field(default_factory=list)
    fault_seed: int = 0

    def change(self, body: Json) -> None:
        for name, value in body.items():
            if name not in vars(self):
                raise ApiError(400, f"Unknown setting: '{name}'.", param=name)
            if not _fits(name, value):
                raise ApiError(400, f"Invalid value for '{name}'.", param=name)
        for name, value in body.items():
            setattr(self, name, value)


def _fits(name: str, value: object) -> bool:
    if name == "fault_kinds":
        return isinstance(value, list) and all(kind in KINDS for kind in value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    whole = isinstance(value, int) or name in ("latency_s", "fault_share")
    return whole and 0 <= value <= {"fault_share": 1, "fault_seed": 2**31}.get(name, 3600)


@dataclass
class StoredResponse:
    """A response stored for GET. It becomes `final` once its time and its polls have passed."""

    final: Json
    ready_at: float
    polls_left: int
    status: str
    lock: threading.Lock = field(default_factory=threading.Lock)

    def poll(self) -> Json:
        """The response as it is now; each call counts as one poll."""
        with self.lock:
            if self.status in PENDING and self.final["status"] not in PENDING:
                if self.polls_left <= 0 and time.monotonic() >= self.ready_at:
                    self.status = self.final["status"]
                else:
                    self.status = "in_progress"
                    self.polls_left -= 1
            return self._current()

    def cancel(self) -> Json:
        with self.lock:
            if not self.final["background"]:
                raise ApiError(400, "Only responses with 'background' set to true can be cancelled.")
            if self.status in PENDING:
                self.status = "cancelled"
            return self._current()

    def _current(self) -> Json:
        if self.status == self.final["status"]:
            return self.final
        unfinished: Json = dict.fromkeys(("usage", "completed_at", "error", "incomplete_details"))
        return {**self.final, **unfinished, "output": [], "status": self.status}


class State:
    """Shared by all threads of a server."""

    def __init__(self) -> None:
        self.faults = FaultBook()
        self.settings = Settings()
        self.chance = Chance()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._requests: deque[Json] = deque(maxlen=REQUESTS_KEPT)
        self._responses: OrderedDict[str, StoredResponse] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._served_faults: Counter[str] = Counter()
        self._active = 0

    def change(self, body: Json) -> None:
        """Change settings; ApiError if they are invalid."""
        self.settings.change(body)
        if any(name.startswith("fault_") for name in body):
            now = self.settings
            self.chance = Chance(now.fault_share, now.fault_kinds, now.fault_seed)

    def begin(self) -> None:
        with self._lock:
            self._active += 1

    def end(self) -> None:
        with self._idle:
            self._active -= 1
            self._idle.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait for open requests; False if some are left after `seconds`."""
        with self._idle:
            return self._idle.wait_for(lambda: self._active == 0, timeout=seconds)

    def record(self, request: Json) -> None:
        with self._lock:
            self._requests.append(request)

    def requests(self, limit: int) -> list[Json]:
        with self._lock:
            return list(self._requests)[-limit:] if limit else []

    def forget_requests(self) -> None:
        with self._lock:
            self._requests.clear()
            self._counts.clear()
            self._served_faults.clear()

    def count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def count_fault(self, kind: str) -> None:
        with self._lock:
            self._served_faults[kind] += 1

    def stats(self) -> Json:
        with self._lock:
            return {
                "requests": dict(self._counts),
                "faults": dict(self._served_faults),
                "stored_responses": len(self._responses),
                "in_flight": self._active,
            }

    def store(self, response: Json) -> Json:
        """Store a response for GET, and return the body for its POST: a background response is queued at first."""
        delay, polls = self.settings.latency_s, self.settings.background_polls
        status = "queued" if response["background"] else response["status"]
        stored = StoredResponse(response, time.monotonic() + delay, polls, status)
        with self._lock:
            self._responses[response["id"]] = stored
            if len(self._responses) > RESPONSES_KEPT:
                self._responses.popitem(last=False)
        with stored.lock:
            return stored._current()

    def stored(self, response_id: str) -> StoredResponse:
        with self._lock:
            found = self._responses.get(response_id)
        if found is None:
            raise ApiError(404, f"Response with id '{response_id[:100]}' not found.")
        return found

    def delete(self, response_id: str) -> None:
        self.stored(response_id)
        with self._lock:
            self._responses.pop(response_id, None)
