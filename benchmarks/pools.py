"""Compare sets of workers with the same waiting runs; the workers' pool was chosen by these figures.

python -m benchmarks.pools [--exchanges 300] [--model-seconds 3]

The messages are posted beforehand and held back. The time runs from their release to the last stored reply, so web and
the load generator do not count.
"""

import argparse
import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.accounting import Meter, memory
from benchmarks.production import Production, production
from benchmarks.students import Student
from dev.workers import Worker

QUEUES = "runs,evaluations,maintenance"


def workers(count: int, threads: int, pool: str = "threads") -> list[Worker]:
    """Return that many equal workers, which together have as many connections as the production set."""
    connections = 40 // count if pool == "threads" else 0
    return [Worker(f"worker-{number}", QUEUES, threads, connections, pool) for number in range(1, count + 1)]


SETS = {
    "threads 1 x 300": workers(1, 300),
    "threads 2 x 150": workers(2, 150),
    "threads 4 x 75": workers(4, 75),
    "prefork 2 x 8": workers(2, 8, "prefork"),
}


async def post(site: Production, exchanges: int) -> None:
    """Post that many messages, each of another student, eight at a time; they are answered later."""
    activity, at_once = site.activity(), asyncio.Semaphore(8)

    async def one(email: str) -> None:
        async with at_once:
            student = Student(site.port, email, Counter())
            await student.sign_in()
            await student.open_thread(activity)
            await student.say(f"How long have you had the pain? I am {email}.")
            student.close()

    await asyncio.gather(*(one(email) for email in site.make_students(exchanges)))


def measure(name: str, chosen: Sequence[Worker], arguments: argparse.Namespace) -> None:
    """Print one line of the table."""
    with production(workers=chosen, RUN_DEADLINE_S="600") as site:
        warm_up = 2 * sum(worker.threads for worker in chosen) if chosen[0].pool == "prefork" else 8 * len(chosen)
        asyncio.run(post(site, warm_up))
        _wait_for(site, warm_up)
        _signal(site, signal.SIGSTOP)
        asyncio.run(post(site, arguments.exchanges))
        site.emulator("POST", "settings", {"latency_s": arguments.model_seconds})
        meter, begun = Meter(site.supervisor), time.monotonic()
        _signal(site, signal.SIGCONT)
        _wait_for(site, warm_up + arguments.exchanges)
        took, spent = time.monotonic() - begun, meter.seconds()
        mib = sum(memory(site.process(worker).popen.pid, "VmHWM") for worker in site.worker_names)
        cpu = sum(spent[worker] for worker in site.worker_names)
    rate, cost = arguments.exchanges / took, 1000 * cpu / arguments.exchanges
    print(f"{name:18} {rate:8.1f} exchanges a second {mib:8.0f} MiB {cost:8.0f} ms of CPU an exchange", flush=True)


def _signal(site: Production, number: signal.Signals) -> None:
    for name in site.worker_names:
        site.process(name).popen.send_signal(number)


def _wait_for(site: Production, ended: int) -> None:
    """Wait until that many runs have ended."""
    query = "SELECT count(*) FROM runs WHERE finished_at IS NOT NULL"
    while site.rows(query)[0][0] < ended:
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pools")
    parser.add_argument("--exchanges", type=int, default=300)
    parser.add_argument("--model-seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    for name, chosen in SETS.items():
        measure(name, chosen, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
