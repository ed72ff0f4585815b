"""Memory of a web worker after 50,000 requests.

python -m benchmarks.memory [--requests 50000]

gunicorn with two sync workers that are never replaced, on the database of a teaching year. 8 clients send a frontend's
requests: lists, objects, searches, writes, and requests that are refused. Exits with 1 if a worker holds more than
200 MiB, or over 3 % more at the end than after two thirds.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.accounting import memory
from benchmarks.http import Connection
from benchmarks.teaching_year import Year, teaching_year

CLIENTS = 8
LIMIT_MIB, GROWTH = 200.0, 1.03
STEPS = 6
ASKED = (
    ("GET", "/api/v2/scenarios/?page_size=20", None, 200),
    ("GET", "/api/v2/activities/?search=ward&ordering=-id", None, 200),
    ("GET", "/api/scenarios/1/rubric_questions", None, 200),
    ("GET", "/api/v2/users/me/", None, 200),
    ("GET", "/api/v2/categories/", None, 200),
    ("GET", "/api/v2/scenarios/7/", None, 200),
    ("GET", "/api/v2/scenarios/999999/", None, 404),
    ("GET", "/api/v2/tags/?colour=red", None, 400),
    ("POST", "/api/v2/threads/", {"scenario_id": 1}, 201),
    ("PATCH", "/api/v2/scenarios/9/", {"role": "Elderly Woman"}, 200),
    ("POST", "/api/v2/categories/", {"name": ""}, 400),
    ("GET", "/api/v2/threads/?page_size=5", None, 200),
    ("GET", "/api/categories/1/rubrics", None, 200),
    ("GET", "/nowhere", None, 404),
)
# Requested seldom, since they are large or slow.
SELDOM = (
    ("GET", "/api/scenarios", None, 200),
    ("GET", "/api/v2/users/?page_size=500", None, 200),
    ("GET", "/api/schema/", None, 200),
)


async def ask(port: int, token: str, requests: Iterator[int]) -> None:
    connection = Connection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}"}
    for number in requests:
        asked = SELDOM[number // 100 % 3] if number % 100 == 0 else ASKED[number % len(ASKED)]
        method, path, body, status = asked
        answer = await connection.request(method, path, body, headers)
        if answer.status != status:
            raise SystemExit(f"{method} {path} was answered with {answer.status}: {answer.body[:200]!r}")


async def step(port: int, token: str, numbers: range) -> None:
    left = iter(numbers)
    await asyncio.gather(*(ask(port, token, left) for _ in range(CLIENTS)))


def measure(year: Year, requests: int) -> list[float]:
    """MiB of the larger worker after each step."""
    port, token, held = year.web(), year.token(), []
    master = year.supervisor.named("web").popen.pid
    for first, last in itertools.pairwise(range(0, requests + 1, requests // STEPS)):
        asyncio.run(step(port, token, range(first, last)))
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        held.append(max(memory(int(pid)) for pid in children))
        print(f"after {last:6} requests {held[-1]:6.1f} MiB", flush=True)
    return held


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("--requests", type=int, default=50_000)
    requests = parser.parse_args().requests
    with teaching_year() as year:
        held = measure(year, requests - requests % STEPS)
    growth = held[-1] / held[STEPS * 2 // 3 - 1]
    holds = max(held) <= LIMIT_MIB and growth <= GROWTH
    verdict = "holds" if holds else "DOES NOT HOLD"
    print(f"at most {LIMIT_MIB:g} MiB, and the last third ends with {growth:.3f} of what it began with: {verdict}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
