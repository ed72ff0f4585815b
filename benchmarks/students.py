"""Students with a good frontend: requests have a key and are repeated, streams are resumed, or runs are polled."""

import asyncio
import contextlib
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks.http import Connection, HttpAnswer, RefusedError, UnansweredError
from dev.consultation import STUDENT

PASSWORD = STUDENT[1]
POLL_EVERY_S = 1.0
# The service is down or has asked for a pause.
TRY_AGAIN = frozenset({429, 502, 503, 504})
OPEN = frozenset({"queued", "in_progress"})


@dataclass
class Exchange:
    """One message with its reply; `live` if its end came by event.

    Times are of the monotonic clock, except `first_text_at`, which is wall-clock time.
    """

    question: str
    begun: float = field(default_factory=time.monotonic)
    run_id: str = ""
    status: str = ""
    error_code: str = ""
    reply: str = ""
    ended: float | None = None
    first_text_at: float | None = None
    live: bool = False

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.begun


# View of the students' page > what it reads.
PAGE = {
    "home": (
        "activities/?page_size=500",
        "evaluations/?whose=everyone&status=completed&ordering=-created_at&page_size=500",
        "threads/?whose=everyone&preview=false&ordering=-updated_at&page_size=50",
        "stats/me/",
    ),
    "exercise": (
        "activities/{activity}/",
        "help/",
        "threads/?activity_id={activity}&whose=everyone&preview=false&ordering=-created_at&page_size=500",
        "evaluations/?activity_id={activity}&status=completed&whose=everyone&ordering=-created_at&page_size=500",
    ),
    "conversation": (
        "threads/{thread}/",
        "threads/{thread}/runs/?page_size=1",
        "threads/{thread}/messages/?page_size=500",
    ),
    "reply": ("threads/{thread}/messages/?page_size=500",),
}


class FailedError(Exception):
    """An answer that a good client cannot recover from."""


class Student:
    """One signed-in person with their own connection. `troubles` counts the errors that were recovered from."""

    def __init__(self, port: int, email: str, troubles: Counter[str], *, patience_s: float = 120) -> None:
        self._port = port
        self._email = email
        self._troubles = troubles
        self._patience_s = patience_s
        self._connection = Connection("127.0.0.1", port)
        self._headers: dict[str, str] = {}
        self._thread_id = ""

    def close(self) -> None:
        self._connection.close()

    async def sign_in(self) -> None:
        signed_in = await self._call("POST", "/api/v2/auth/login/", {"email": self._email, "password": PASSWORD})
        self._headers = {"Authorization": f"Bearer {signed_in['access']}"}

    async def open_thread(self, activity_id: int) -> None:
        self._thread_id = (await self._keyed("/api/v2/threads/", {"activity_id": activity_id}))["id"]

    async def look_at(self, view: str, activity_id: int) -> None:
        """Request what the students' page does for a view of its, one after the other."""
        for path in PAGE[view]:
            await self._call("GET", f"/api/v2/{path.format(activity=activity_id, thread=self._thread_id)}")

    async def say(self, question: str) -> Any:
        """Post a message; return its run."""
        return await self._keyed(f"/api/v2/threads/{self._thread_id}/runs/", {"content": question})

    async def ask(self, question: str) -> Exchange:
        """Post a message and follow its run to the end."""
        exchange = Exchange(question)
        run = await self.say(question)
        exchange.run_id = run["id"]
        if run.get("events_url"):
            await self._follow(run["events_url"], exchange)
        while not exchange.status:
            await self._look(exchange)
        exchange.ended = time.monotonic()
        return exchange

    async def mark(self) -> Any:
        """Have the conversation so far marked; the evaluation once it has ended."""
        evaluation = await self._keyed(f"/api/v2/threads/{self._thread_id}/evaluations/", {})
        while evaluation["status"] in OPEN:
            await asyncio.sleep(POLL_EVERY_S)
            evaluation = await self._call("GET", f"/api/v2/evaluations/{evaluation['id']}/")
        return evaluation

    async def _keyed(self, path: str, body: dict[str, Any]) -> Any:
        return await self._call("POST", path, body, {"Idempotency-Key": secrets.token_hex(16)})

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Return the JSON of a successful answer, repeating the request while that may help."""
        until = time.monotonic() + self._patience_s
        while True:
            wait = 0.5
            try:
                answer = await self._connection.request(method, path, body, {**self._headers, **(headers or {})})
            except UnansweredError:
                self._troubles["no answer"] += 1
            else:
                if answer.status < 300:
                    return answer.json()
                if not _may_try_again(answer) or time.monotonic() > until:
                    raise FailedError(f"{method} {path}: {answer.status} {answer.body[:200].decode(errors='replace')}")
                self._troubles[f"status {answer.status}"] += 1
                wait = answer.retry_after or wait
            if time.monotonic() > until:
                raise FailedError(f"{method} {path}: no answer in {self._patience_s} s")
            await asyncio.sleep(wait)

    async def _look(self, exchange: Exchange) -> None:
        """Poll once; the exchange gets a status when its run has ended."""
        run = await self._call("GET", f"/api/v2/runs/{exchange.run_id}/")
        if run["status"] in OPEN:
            await asyncio.sleep(POLL_EVERY_S)
            return
        exchange.status, exchange.error_code = run["status"], run["error_code"]
        if run["message"]:
            exchange.reply = run["message"]["message"]
            # A run that ends before its events are asked for shows its text here first.
            exchange.first_text_at = exchange.first_text_at or time.time()

    async def _follow(self, url: str, exchange: Exchange) -> None:
        """Read the run's events, and resume a broken stream; return without the run's end if polling has to follow."""
        position = ""
        for _ in range(20):
            stream = Connection("127.0.0.1", self._port)
            events = stream.events(url, {"Last-Event-ID": position} if position else None)
            try:
                async with contextlib.aclosing(events):
                    async for event in events:
                        position = event.id or position
                        exchange.live = _take(exchange, event.kind, event.data, event.at)
                        if exchange.live:
                            return
                self._troubles["stream ended"] += 1
            except UnansweredError:
                self._troubles["stream broken"] += 1
            except RefusedError as refused:
                if refused.status == 204:  # the run has ended
                    return
                self._troubles[f"stream {refused.status}"] += 1
                if refused.status not in TRY_AGAIN:
                    return
            await asyncio.sleep(0.5)


def _take(exchange: Exchange, kind: str, data: dict[str, Any], at: float) -> bool:
    """Apply an event to the exchange; return whether it ends the run."""
    if kind == "delta" and exchange.first_text_at is None:
        exchange.first_text_at = at
    elif kind == "message":
        exchange.reply = data["message"]["message"]
        exchange.first_text_at = exchange.first_text_at or at
    elif kind == "failure":
        exchange.error_code = data["code"]
    elif kind == "done":
        exchange.status = data["status"]
        return True
    return False


def _may_try_again(answer: HttpAnswer) -> bool:
    if answer.status == 409:
        # Repeat it while the same request is still being answered, but not while another run of the thread is open.
        return answer.json().get("code") != "run_in_progress"
    return answer.status in TRY_AGAIN
