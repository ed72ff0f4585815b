"""Students go on talking while everything around them fails.

python -m benchmarks.soak [--minutes 10] [--students 50]

One call to the model in twenty fails, a worker is killed every 30 s, Redis and PostgreSQL are restarted in the middle.
Exits with 1 if a message was lost, doubled or out of order, a run did not end, or connections or memory grew.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.accounting import memory, percentile, print_figures
from benchmarks.audit import Finding, audit, report
from benchmarks.production import Production, production
from benchmarks.students import Exchange, FailedError, Student
from dev.workers import MAX_CONNECTIONS, SPARE_CONNECTIONS

MODEL_S = 1.0
FAULT_SHARE = 0.05
LOOK_EVERY_S = 2.0
# Allowed growth from the first third to the last: caches fill, and killed workers start again.
MEMORY_GROWTH = 1.15
CONNECTIONS_GROWTH = 8
# Pools fill as students arrive and shrink after an idle minute, so a shorter run cannot show growth.
SHORTEST_FOR_GROWTH_S = 300.0


@dataclass(frozen=True)
class Plan:
    """Duration, number of students, and how often a worker is killed. A student may start 30 runs a minute."""

    seconds: float
    students: int
    kill_every_s: float
    pause_s: tuple[float, float] = (2.0, 8.0)


@dataclass
class Log:
    """What the clients and the operating system saw."""

    exchanges: list[Exchange] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    connections: list[int] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)


def soak(site: Production, plan: Plan) -> tuple[Log, list[Finding]]:
    """Run it, wait until all work has ended, and compare with the database."""
    log = Log()
    site.emulator("POST", "settings", {"latency_s": MODEL_S, "fault_share": FAULT_SHARE})
    asyncio.run(_storm(site, plan, log))
    site.supervisor.wait_for("the end of all runs", lambda: not open_runs(site), timeout_s=150)
    return log, [*audit(site, log.exchanges), *_flat(log, plan), _answered(log)]


async def _storm(site: Production, plan: Plan, log: Log) -> None:
    emails, activity = site.make_students(plan.students), site.activity()
    until = time.monotonic() + plan.seconds
    around = [asyncio.create_task(work) for work in (_kill(site, plan, log), _restart(site, plan), _look(site, log))]
    await asyncio.gather(*(converse(site, plan, email, activity, until, log) for email in emails))
    for task in around:
        task.cancel()
    for ended in await asyncio.gather(*around, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def converse(site: Production, plan: Plan, email: str, activity: int, until: float, log: Log) -> None:
    """Let one student talk until the time is up."""
    student = Student(site.port, email, log.troubles)
    await asyncio.sleep(random.uniform(0, plan.pause_s[1]))
    number = 0
    try:
        await student.sign_in()
        await student.open_thread(activity)
        while time.monotonic() < until:
            number += 1
            log.exchanges.append(
                await student.ask(f"Does anything make it worse? This is question {number} of {email}.")
            )
            await asyncio.sleep(random.uniform(*plan.pause_s))
    except FailedError as error:
        log.errors.append(str(error))
    finally:
        student.close()


async def _kill(site: Production, plan: Plan, log: Log) -> None:
    """Kill the workers in turn with kill -9, and start each again at once, as systemd would."""
    while True:
        for name in site.worker_names:
            await asyncio.sleep(plan.kill_every_s)
            process = site.process(name)
            process.popen.kill()
            process.popen.wait()
            process.start()
            log.kills += 1


async def _restart(site: Production, plan: Plan) -> None:
    await asyncio.sleep(plan.seconds * 0.4)
    for name in ("Redis", "PostgreSQL"):
        process = site.process(name)
        process.ask_to_stop()
        await asyncio.to_thread(process.end)
        await asyncio.sleep(1.0)
        process.start()
        await asyncio.sleep(plan.seconds * 0.2)
    # Awaited like the others, which never end by themselves.
    await asyncio.Event().wait()


async def _look(site: Production, log: Log) -> None:
    ours = [name for name in site.supervisor.names if name in {"web", "async", "beat", *site.worker_names}]
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        log.mib.append(sum(memory(site.process(name).popen.pid) for name in ours))
        if (count := await asyncio.to_thread(site.connections)) is not None:
            log.connections.append(count)


def open_runs(site: Production) -> int:
    """Count the runs of all students that have not ended."""
    count: int = site.rows("SELECT count(*) FROM runs WHERE finished_at IS NULL")[0][0]
    return count


def _answered(log: Log) -> Finding:
    completed = sum(exchange.status == "completed" for exchange in log.exchanges)
    return Finding(
        "exchanges, errors of clients", f"{len(log.exchanges)}, {len(log.errors)}", completed > 0 and not log.errors
    )


def _flat(log: Log, plan: Plan) -> list[Finding]:
    allowed = MAX_CONNECTIONS - SPARE_CONNECTIONS
    most, (first, last) = max(log.connections), _thirds(log.connections)
    early, late = _thirds(log.mib)
    found = [
        Finding(f"connections, at most {allowed}", str(most), most <= allowed),
        Finding("memory in MiB, first and last third", f"{early:.0f}, {late:.0f}", late <= early * MEMORY_GROWTH),
    ]
    if plan.seconds >= SHORTEST_FOR_GROWTH_S:
        level = last - first <= CONNECTIONS_GROWTH
        found.append(Finding("connections, first and last third", f"{first:.0f}, {last:.0f}", level))
    return found


def _thirds(values: Sequence[float]) -> tuple[float, float]:
    third = max(1, len(values) // 3)
    return statistics.mean(values[:third]), statistics.mean(values[-third:])


def print_log(log: Log) -> None:
    """Print the figures that no requirement covers."""
    times = [exchange.seconds for exchange in log.exchanges if exchange.status == "completed"]
    ends = Counter(f"{exchange.status} {exchange.error_code}".strip() for exchange in log.exchanges)
    print_figures(
        f"{len(log.exchanges)} exchanges, {log.kills} workers killed",
        [
            ("ends of runs", ", ".join(f"{name} {count}" for name, count in ends.most_common())),
            (
                "from the POST to the whole reply",
                f"p50 {percentile(times, 0.5):.1f} s, p95 {percentile(times, 0.95):.1f} s",
            ),
            (
                "troubles that clients dealt with",
                ", ".join(f"{k} {n}" for k, n in log.troubles.most_common()) or "none",
            ),
        ],
    )
    for error in log.errors[:10]:
        print(f"  {error}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--kill-every", type=float, default=30.0, help="seconds")
    arguments = parser.parse_args()
    # A conversation of an hour would exceed the limits of a thread.
    with production(THREAD_MAX_MESSAGES="1000000", THREAD_MAX_CHARACTERS="1000000000") as site:
        log, findings = soak(site, Plan(60 * arguments.minutes, arguments.students, arguments.kill_every))
    print_log(log)
    return 0 if report(findings) else 1


if __name__ == "__main__":
    sys.exit(main())
