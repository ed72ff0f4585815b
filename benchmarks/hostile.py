"""Fifty honest students, and one who tries to stop everybody.

python -m benchmarks.hostile [--minutes 2] [--students 50]

The same conversations run twice, without and with the hostile student. That one does everything at once, and again
after each answer: messages made to be slow to check, hundreds of streams, messages without a run, threads without end.
Exits with 1 if anybody got a 5xx, if the honest students lost anything, or if the p95 of their replies doubled.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from benchmarks.accounting import percentile, print_figures
from benchmarks.audit import Finding, audit, report
from benchmarks.hall import no_faults
from benchmarks.http import Connection, HttpAnswer, RefusedError, UnansweredError
from benchmarks.production import Production, production
from benchmarks.soak import Log, Plan, converse, open_runs
from benchmarks.students import PASSWORD
from dev.workers import PRODUCTION_WORKERS, Worker

MODEL_S = 1.0
SLOWER_AT_MOST = 2.0
STREAMS = 400
# As long as the service accepts; each was once slow in some rule.
SLOW_TEXTS = (
    "\u00e9" + "_" * 3900,
    "a" + "\u0301\u0323" * 1900,
    "[locked]" + "\n" * 3900,
    "Give me, " * 430,
    "do you smoke? " * 280,
    "(" * 3900,
    "\u200da" * 1900,
    ". " * 1900,
)


class Hostile:
    """One student's account, its connections, and a count of the statuses that it got."""

    def __init__(self, site: Production, email: str, activity: int) -> None:
        self._site, self._email, self._activity = site, email, activity
        self._headers: dict[str, str] = {}
        self._texts = self._endless_texts()
        self._made: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.over = False

    async def go(self) -> None:
        """Do everything at once until it is `over`, then wait for the open requests."""
        with contextlib.closing(self._connection()) as connection:
            body = {"email": self._email, "password": PASSWORD}
            answer = await connection.request("POST", "/api/v2/auth/login/", body)
            self._headers = {"Authorization": f"Bearer {answer.json()['access']}"}
        async with asyncio.TaskGroup() as group:
            for deed in (
                self._slow_exchanges,
                self._slow_exchanges,
                self._messages_alone,
                self._threads,
                self._streams,
            ):
                group.create_task(self._again_and_again(deed))

    async def _again_and_again(self, deed: Callable[[Connection], Awaitable[None]]) -> None:
        with contextlib.closing(self._connection()) as connection:
            while not self.over:
                try:
                    await deed(connection)
                except UnansweredError:
                    self.statuses["no answer"] += 1

    async def _slow_exchanges(self, connection: Connection) -> None:
        """Post as fast as they are accepted, in one thread after the other."""
        if thread := await self._thread(connection):
            await self._post(connection, f"/api/v2/threads/{thread}/runs/", {"content": next(self._texts)})

    async def _messages_alone(self, connection: Connection) -> None:
        """Post messages without a run at the old address."""
        if thread := await self._thread(connection):
            while await self._post(connection, f"/api/threads/{thread}/messages", {"content": next(self._texts)}):
                pass

    async def _threads(self, connection: Connection) -> None:
        await self._post(connection, "/api/v2/threads/", {"activity_id": self._activity})

    async def _streams(self, connection: Connection) -> None:
        """Open hundreds of streams of one run, and hold each as long as it lasts."""
        thread = await self._thread(connection)
        run = thread and await self._post(connection, f"/api/v2/threads/{thread}/runs/", {"content": next(self._texts)})
        if run:
            await asyncio.gather(*(self._stream(run["events_url"]) for _ in range(STREAMS)))

    async def _stream(self, url: str) -> None:
        stream = self._connection()
        try:
            async with contextlib.aclosing(stream.events(url)) as events:
                async for _ in events:
                    pass
            self.statuses["stream 200"] += 1
        except RefusedError as refused:
            self.statuses[f"stream {refused.status}"] += 1
        except UnansweredError:
            self.statuses["stream broken"] += 1

    async def _thread(self, connection: Connection) -> str | None:
        """Return a new thread, or one of the earlier ones if no more may be begun."""
        made = await self._post(connection, "/api/v2/threads/", {"activity_id": self._activity})
        if made:
            self._made.append(str(made["id"]))
        return random.choice(self._made) if self._made else None

    async def _post(self, connection: Connection, path: str, body: dict[str, Any]) -> Any:
        """Return the created object; None if it was refused or time is over."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        answer: HttpAnswer = await connection.request("POST", path, body, {**self._headers, **key})
        self.statuses[str(answer.status)] += 1
        return answer.json() if answer.status < 300 and not self.over else None

    def _connection(self) -> Connection:
        return Connection("127.0.0.1", self._site.port)

    def _endless_texts(self) -> Iterator[str]:
        """Yield texts that all differ, since the audit looks for duplicates."""
        for number, text in enumerate(itertools.cycle(SLOW_TEXTS)):
            yield f"{text} {number}"


async def crowd(site: Production, plan: Plan, *, hostile: bool) -> tuple[Log, Counter[str]]:
    """Return the log of the honest students, and the statuses that the hostile one got."""
    log, activity = Log(), site.activity()
    emails, (other,) = site.make_students(plan.students), site.make_students(1)
    enemy = Hostile(site, other, activity)
    until = time.monotonic() + plan.seconds
    deeds = asyncio.create_task(enemy.go()) if hostile else None
    await asyncio.gather(*(converse(site, plan, email, activity, until, log) for email in emails))
    enemy.over = True
    if deeds:
        await deeds
    return log, enemy.statuses


def measure(site: Production, plan: Plan, *, hostile: bool) -> tuple[list[float], list[Finding]]:
    """Return the seconds of each honest exchange, and the findings."""
    log, statuses = asyncio.run(crowd(site, plan, hostile=hostile))
    site.supervisor.wait_for("the end of all runs", lambda: not open_runs(site), timeout_s=300)
    times = [exchange.seconds for exchange in log.exchanges if exchange.status == "completed"]
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    print_figures(
        f"{len(log.exchanges)} exchanges of {plan.students} students, {'with' if hostile else 'without'} a hostile one",
        [
            ("from the POST to the whole reply", f"p50 {p50:.2f} s, p95 {p95:.2f} s"),
            ("troubles that clients dealt with", _counts(log.troubles)),
            ("the hostile one was answered", _counts(statuses)),
        ],
    )
    wrong = sum(count for what, count in (log.troubles + statuses).items() if _is_5xx(what))
    return times, [
        Finding("errors of honest clients", str(log.errors[:3] or 0), not log.errors),
        Finding(
            "exchanges that were not answered",
            str(len(log.exchanges) - len(times)),
            len(times) == len(log.exchanges) > 0,
        ),
        Finding("5xx, to anybody", str(wrong), wrong == 0),
        no_faults(site),
        *audit(site, log.exchanges),
    ]


def _is_5xx(what: str) -> bool:
    return what.split()[-1].startswith("5")


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in counter.most_common()) or "nothing"


def run(plan: Plan, workers: tuple[Worker, ...] = PRODUCTION_WORKERS, **changes: str) -> tuple[float, list[Finding]]:
    """Return how many times longer the p95 was beside the hostile student, and the findings."""
    with production(workers, **changes) as site:
        site.emulator("POST", "settings", {"latency_s": MODEL_S})
        before, found = measure(site, plan, hostile=False)
        beside, found_beside = measure(site, plan, hostile=True)
    return percentile(beside, 0.95) / percentile(before, 0.95), [*found, *found_beside]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--students", type=int, default=50)
    arguments = parser.parse_args()
    slower, found = run(Plan(60 * arguments.minutes, arguments.students, kill_every_s=0))
    what = f"p95 beside the hostile one, at most {SLOWER_AT_MOST:g} times"
    return 0 if report([*found, Finding(what, f"{slower:.2f}", slower <= SLOWER_AT_MOST)]) else 1


if __name__ == "__main__":
    sys.exit(main())
