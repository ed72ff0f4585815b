"""Whole lists of a teaching year: this service and two peers, in one run.

python -m benchmarks.lists [--rounds 5] [--requests 60]

Three servers on one database, each gunicorn with two sync workers and 8 clients: ours, a Flask + SQLAlchemy app with
eager loading, and a bare WSGI function that returns one JSON text made by PostgreSQL. All check the same token and load
the account. They alternate; the figures are medians of the rounds. Lists of v2 are requested as one page, of people 500
of the 2,000 from all three.

Exits with 1 if ours is not twice as fast as the Flask app, or if p99 is over 3 x p50.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.accounting import percentile
from benchmarks.http import Connection
from benchmarks.teaching_year import Year, teaching_year

CLIENTS = 8
RATIO, SHARE, SPREAD = 2.0, 0.5, 3.0
PAGE = "page_size=500"
# Our address of a list, and the peers'. There are more tags and questions than fit on a page.
LISTS = {
    "/api/all_users": "/api/all_users",
    "/api/scenarios": "/api/scenarios",
    "/api/scenarios/1/rubric_questions": "/api/scenarios/1/rubric_questions",
    "/api/categories": "/api/categories",
    "/api/categories/1/rubrics": "/api/categories/1/rubrics",
    "/api/activities": "/api/activities",
    f"/api/v2/users/?{PAGE}": "/api/lists/users",
    f"/api/v2/scenarios/?{PAGE}": "/api/scenarios",
    f"/api/v2/tags/?{PAGE}": "/api/lists/tags",
    f"/api/v2/categories/?{PAGE}": "/api/categories",
    f"/api/v2/subcategories/?{PAGE}": "/api/lists/subcategories",
    f"/api/v2/rubric-questions/?{PAGE}": "/api/lists/rubric-questions",
    f"/api/v2/activities/?{PAGE}": "/api/activities",
}


@dataclass
class Measured:
    """Figures of one list at one server: requests a second of each round, and all times in ms."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


async def ask(port: int, path: str, token: str, requests: int, into: Measured | None) -> None:
    """Send that many requests, by all clients together."""
    left = itertools.repeat(None, requests)

    async def client() -> None:
        connection = Connection("127.0.0.1", port)
        for _ in left:
            begun = time.perf_counter()
            answer = await connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            if answer.status != 200:
                raise SystemExit(f"{path} was answered with {answer.status}: {answer.body[:200]!r}")
            if into is not None:
                into.times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    if into is not None:
        into.rates.append(requests / (time.perf_counter() - begun))


async def fetch_list(port: int, path: str, token: str) -> Any:
    answer = await Connection("127.0.0.1", port).request("GET", path, headers={"Authorization": f"Bearer {token}"})
    rows = json.loads(answer.body)
    return rows["results"] if isinstance(rows, dict) else rows


async def require_equal_answers(ports: dict[str, int], token: str) -> None:
    """Stop if the servers' answers differ; v2 may have more fields in each row."""
    for ours, theirs in LISTS.items():
        got = await fetch_list(ports["ours"], ours, token)
        for peer in ("flask", "bare"):
            wanted = (await fetch_list(ports[peer], theirs, token))[: len(got)]
            shown = [_part(row, like) for row, like in zip(got, wanted, strict=True)]
            if shown != [_part(row, row) for row in wanted]:
                raise SystemExit(f"{ours} and {peer}'s {theirs} differ")


def _part(row: Any, like: Any) -> Any:
    """Reduce a row to the peer's fields; the Flask app returns an activity's categories in no order."""
    if not isinstance(like, dict):
        return row
    part = {name: row[name] for name in like}
    if part.keys() >= {"pre_brief", "categories"}:
        part["categories"] = sorted(part["categories"])
    return part


async def measure(ports: dict[str, int], token: str, rounds: int, requests: int) -> dict[str, dict[str, Measured]]:
    found = {path: {name: Measured() for name in ports} for path in LISTS}
    order = list(ports)
    for number in range(-1, rounds):  # the first warms up
        order.reverse()
        for path, theirs in LISTS.items():
            for name in order:
                into = found[path][name] if number >= 0 else None
                await ask(ports[name], path if name == "ours" else theirs, token, requests, into)
    return found


def report(found: dict[str, dict[str, Measured]]) -> bool:
    """Print the table; return whether all limits are met."""
    print(f"\n{'list':38} {'ours/s':>7} {'flask/s':>7} {'bare/s':>7} {'ratio':>6} {'share':>6} {'p50':>6} {'p99':>6}")
    holds = True
    for path, by in found.items():
        ratio, share = by["ours"].rate / by["flask"].rate, by["ours"].rate / by["bare"].rate
        p50, p99 = percentile(by["ours"].times, 0.5), percentile(by["ours"].times, 0.99)
        bad = [
            word
            for word, missed in (("RATIO", ratio < RATIO), ("SPREAD", p99 > SPREAD * p50), ("share", share < SHARE))
            if missed
        ]
        holds = holds and not {"RATIO", "SPREAD"} & set(bad)
        rates = " ".join(f"{by[name].rate:7.0f}" for name in ("ours", "flask", "bare"))
        print(f"{path:38} {rates} {ratio:6.2f} {share:6.2f} {p50:6.1f} {p99:6.1f} {' '.join(bad)}")
    print(f"\nratio to Flask at least {RATIO:g} and p99 at most {SPREAD:g} x p50: {'hold' if holds else 'DO NOT HOLD'}")
    return holds


def run(year: Year, rounds: int, requests: int) -> bool:
    ports = {
        "ours": year.web(),
        "flask": year.gunicorn("flask", "benchmarks.peers.reference:app()"),
        "bare": year.gunicorn("bare", "benchmarks.peers.bare:application"),
    }
    token = year.token()
    asyncio.run(require_equal_answers(ports, token))
    return report(asyncio.run(measure(ports, token, rounds, requests)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lists")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=60)
    arguments = parser.parse_args()
    with teaching_year() as year:
        return 0 if run(year, arguments.rounds, arguments.requests) else 1


if __name__ == "__main__":
    sys.exit(main())
