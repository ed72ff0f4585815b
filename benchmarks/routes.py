"""Each old route and its v2 equivalent, one request at a time, on the production set of processes.

python -m benchmarks.routes [--requests 30]

A Flask + SQLAlchemy app on the same database is measured too, except for the routes that went through the Assistants
API. The database is that of a teaching year; the model is the emulator, which answers at once. Exits with 1 if a
request fails, or if signing in takes over 8 ms more than comparing the password.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from passlib.hash import pbkdf2_sha256

from benchmarks.accounting import percentile
from benchmarks.http import Connection
from benchmarks.production import Production, production
from benchmarks.students import PASSWORD
from benchmarks.teaching_year import NO_LIMITS, Year, fill

LOGIN_LIMIT_MS = 8.0
SLOW = 5  # times for what waits for a marking, or wipes everything
TEXTS = {"additional_instructions": "- pain: dull", "communication_preferences": "Brief"}
# Spare rows to delete: for each table the statement that makes one. Each side deletes its own ids.
SIDES = ("old", "v2", "flask")
SPARE = {
    "assistant_scenarios": "INSERT INTO assistant_scenarios (id, scenario_text, additional_instructions, enable, role, "
    "openid) VALUES ({id}, 'Spare', '', true, '', '')",
    "categories": "INSERT INTO categories (id, name, total_required_to_pass) VALUES ({id}, 'Spare', 1)",
    "subcategories": "INSERT INTO subcategories (id, name, marking_instructions, category_id) "
    "VALUES ({id}, 'Spare', '2: all', 1)",
    "rubric_questions": "INSERT INTO rubric_questions (id, question, scenario_id) VALUES ({id}, 'Spare?', 5)",
    "activities": "INSERT INTO activities (id, pre_brief, character_id) VALUES ({id}, 'Spare', 1)",
}
QUESTION = 90_001
Request = tuple[str, str, Any]
Maker = Callable[[int], Request]


@dataclass(frozen=True)
class Route:
    """An old address, the requests to it and to v2, and whether the Flask app has it."""

    name: str
    old: Maker
    v2: Maker
    flask: bool = True
    requests: int | None = None
    via: str = "web"


@dataclass
class RouteTimes:
    """Milliseconds of answered requests, and the number of errors."""

    taken: list[float] = field(default_factory=list)
    errors: int = 0

    def __str__(self) -> str:
        if not self.taken:
            return f"{'-':>14} {self.errors or '':>3}"
        return f"{percentile(self.taken, 0.5):6.1f} {percentile(self.taken, 0.95):7.1f} {self.errors:3}"


def always(method: str, path: str, body: Any = None) -> Maker:
    return lambda number: (method, path, body)


def spare(method: str, path: str, side: str) -> Maker:
    """Use a new row for each request."""
    return lambda number: (method, path.format(id=spare_id(side, number)), None)


def spare_id(side: str, number: int) -> int:
    return 100_000 * (1 + SIDES.index(side)) + number


def deletes(name: str, old: str, v2: str) -> Route:
    return Route(name, spare("DELETE", old, "old"), spare("DELETE", v2, "v2"))


def authoring() -> list[Route]:
    """Return all routes but those of accounts and chat."""
    scenario = {"scenario_text": "Jane Doe", **TEXTS, "tags": ["pain"], "rubrics": ["Did they ask?"]}
    exercise = {"pre_brief": "Go.", "character_id": 1, "categories": [1, 2]}
    criterion = {"name": "Opens", "marking_instructions": "2: opens", "category_id": 1}
    category = {"name": "Start", "total_required_to_pass": 1}
    question = {"question": "Did they ask?"}
    page = "?page_size=500"
    return [
        Route("GET /scenarios", always("GET", "/scenarios"), always("GET", f"/scenarios/{page}")),
        Route("POST /scenarios", always("POST", "/scenarios", scenario), always("POST", "/scenarios/", scenario)),
        Route("PUT /scenarios/{id}", always("PUT", "/scenarios/1", scenario), always("PUT", "/scenarios/1/", scenario)),
        deletes("DELETE /scenarios/{id}", "/scenarios/{id}", "/scenarios/{id}/"),
        Route("PUT /scenarios/{id}/enable", always("PUT", "/scenarios/1/enable"),
              always("POST", "/scenarios/1/enable/")),
        Route("PUT /scenarios/{id}/disable", always("PUT", "/scenarios/2/disable"),
              always("POST", "/scenarios/2/disable/")),
        Route("GET /scenarios/{id}/rubric_questions", always("GET", "/scenarios/1/rubric_questions"),
              always("GET", "/rubric-questions/?scenario_id=1")),
        Route("POST /scenarios/{id}/rubric_questions", always("POST", "/scenarios/3/rubric_questions", question),
              always("POST", "/rubric-questions/", {**question, "scenario_id": 3})),
        Route("PUT /rubric_questions/{id}", always("PUT", f"/rubric_questions/{QUESTION}", question),
              always("PATCH", f"/rubric-questions/{QUESTION}/", question)),
        deletes("DELETE /rubric_questions/{id}", "/rubric_questions/{id}", "/rubric-questions/{id}/"),
        Route("GET /categories", always("GET", "/categories"), always("GET", f"/categories/{page}")),
        Route("POST /categories", always("POST", "/categories", category), always("POST", "/categories/", category)),
        deletes("DELETE /categories/{id}", "/categories/{id}", "/categories/{id}/"),
        Route("GET /categories/{id}/rubrics", always("GET", "/categories/1/rubrics"),
              always("GET", "/subcategories/?category_id=1")),
        Route("POST /rubrics", always("POST", "/rubrics", criterion), always("POST", "/subcategories/", criterion)),
        deletes("DELETE /rubrics/{id}", "/rubrics/{id}", "/subcategories/{id}/"),
        Route("GET /activities", always("GET", "/activities"), always("GET", f"/activities/{page}")),
        Route("POST /activities", always("POST", "/activities", exercise), always("POST", "/activities/", exercise)),
        deletes("DELETE /activities/{id}", "/activities/{id}", "/activities/{id}/"),
        Route("GET /context/preview", always("GET", "/context/preview?activity_id=1"),
              always("GET", "/activities/1/context/")),
    ]  # fmt: skip


def accounts(emails: Iterator[str]) -> list[Route]:
    numbers = itertools.count()

    def sign_up(path: str) -> Maker:
        def body(number: int) -> Request:
            email = f"new-{next(numbers)}@example.org"
            return "POST", path, {"username": "New", "email": email, "password": "a pass phrase 1", "role": "student"}

        return body

    def sign_in(path: str) -> Maker:
        return lambda number: ("POST", path, {"email": next(emails), "password": PASSWORD})

    return [
        Route("GET /all_users", always("GET", "/all_users"), always("GET", "/users/?page_size=500")),
        Route("POST /create_users", sign_up("/create_users"), sign_up("/auth/register/")),
        Route("POST /login", sign_in("/login"), sign_in("/auth/login/")),
    ]


def conversation(thread_ids: dict[str, list[str]], runs: dict[str, list[tuple[str, str]]]) -> list[Route]:
    """Chat and grading; the threads of `thread_ids` have a message, `runs` are (thread, run) that have ended."""
    graded = {"messages": [{"role": "user", "message": "Good morning, I am Sam."}], "scenario_id": 1}

    def of_talk(method: str, path: str, side: str, body: Any = None) -> Maker:
        def request(number: int) -> Request:
            pk = thread_ids[side][number % len(thread_ids[side])]
            return method, path.format(id=pk), {"thread_id": pk, "scenario_id": 1} if body == "run" else body

        return request

    def of_run(path: str, side: str) -> Maker:
        return lambda number: ("GET", path.format(*runs[side][number % len(runs[side])]), None)

    said = {"content": "What has brought you in?", "scenario_id": 1}
    return [
        Route("POST /threads", always("POST", "/threads"), always("POST", "/threads/", {"scenario_id": 1}),
              flask=False),
        Route("POST /threads/run", of_talk("POST", "/threads/run", "old", "run"),
              of_talk("POST", "/threads/{id}/runs/", "v2", said), flask=False),
        Route("POST /threads/{id}/messages", of_talk("POST", "/threads/{id}/messages", "more", {"content": "And now?"}),
              of_talk("POST", "/threads/{id}/runs/", "more v2", said), flask=False),
        Route("GET /threads/{id}/messages", of_talk("GET", "/threads/{id}/messages", "done"),
              of_talk("GET", "/threads/{id}/messages/", "done"), flask=False),
        Route("GET /runs/{id}/status", of_run("/runs/{1}/status?thread_id={0}", "done"), of_run("/runs/{1}/", "done"),
              flask=False),
        Route("POST /activities/{id}/rubric_assessment", always("POST", "/activities/1/rubric_assessment", graded),
              of_talk("POST", "/threads/{id}/evaluations/", "done", {"activity_id": 1}), flask=False, requests=SLOW,
              via="async"),
        Route("POST /scenarios/{activity}/rubric_responses", always("POST", "/scenarios/301/rubric_responses", graded),
              of_talk("POST", "/threads/{id}/evaluations/", "done", {"activity_id": 301}), flask=False, requests=SLOW,
              via="async"),
    ]  # fmt: skip


class Bench:
    """The address of each side, and one connection to each process."""

    def __init__(self, site: Production, flask: int, token: str) -> None:
        self.site, self.headers = site, {"Authorization": f"Bearer {token}"}
        ports = {"web": site.system.ports["web"], "async": site.system.ports["async"], "flask": flask}
        self._at = {name: Connection("127.0.0.1", port, timeout_s=150) for name, port in ports.items()}

    async def ask(self, process: str, request: Request, times: RouteTimes | None = None) -> Any:
        """Return the JSON of the answer; any status but 2xx is an error."""
        method, path, body = request
        begun = time.perf_counter()
        answer = await self._at[process].request(method, path, body, self.headers)
        if times is not None and answer.status < 300:
            times.taken.append((time.perf_counter() - begun) * 1000)
        elif times is not None:
            times.errors += 1
            print(f"{method} {path}: {answer.status} {answer.body[:120]!r}")
        return answer.json() if answer.body and answer.status < 300 else None

    async def measure(self, route: Route, requests: int) -> dict[str, RouteTimes]:
        found = {side: RouteTimes() for side in SIDES}
        for number in range(route.requests or requests):
            await self.ask(route.via, _under("/api", route.old(number)), found["old"])
            await self.ask("web", _under("/api/v2", route.v2(number)), found["v2"])
            if route.flask:
                make = _of_flask(route.old(number), number)
                await self.ask("flask", _under("/api", make), found["flask"])
        return found

    async def open_thread(self, *, answered: bool) -> tuple[str, str]:
        """Return a thread with one exchange, and its run."""
        thread = (await self.ask("web", ("POST", "/api/v2/threads/", {"scenario_id": 1})))["id"]
        path, said = f"/api/v2/threads/{thread}/runs/", {"content": "Good morning.", "scenario_id": 1}
        if not answered:
            await self.ask("web", ("POST", f"/api/threads/{thread}/messages", {"content": "Good morning."}))
            return thread, ""
        run = (await self.ask("web", ("POST", path, said)))["id"]
        while (await self.ask("web", ("GET", f"/api/v2/runs/{run}/", None)))["status"] in {"queued", "in_progress"}:
            await asyncio.sleep(0.02)
        return thread, run


def _under(prefix: str, request: Request) -> Request:
    return request[0], prefix + request[1], request[2]


def _of_flask(request: Request, number: int) -> Request:
    """The same, with rows of its own where a row is deleted."""
    method, path, body = request
    return method, path.replace(str(spare_id("old", number)), str(spare_id("flask", number))), body


def hash_ms() -> float:
    stored = pbkdf2_sha256.using(rounds=29_000).hash(PASSWORD)
    taken = []
    for _ in range(40):
        begun = time.perf_counter()
        pbkdf2_sha256.verify(PASSWORD, stored)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def make_spare_rows(site: Production, requests: int) -> None:
    with psycopg.connect(site.system.settings["DATABASE_URL"]) as connection:
        connection.execute(SPARE["rubric_questions"].format(id=QUESTION))
        for side, number, sql in itertools.product(SIDES, range(requests), SPARE.values()):
            connection.execute(sql.format(id=spare_id(side, number)))
        # An activity without categories is marked by the plain questions of its scenario.
        connection.execute("INSERT INTO activities (id, pre_brief, character_id) VALUES (301, 'Plain', 1)")


async def measure_all(bench: Bench, requests: int) -> dict[str, dict[str, RouteTimes]]:
    emails = (f"person-{number}@example.org" for number in itertools.count(2))
    done = [await bench.open_thread(answered=True) for _ in range(SLOW)]
    thread_ids = {
        side: [(await bench.open_thread(answered=False))[0] for _ in range(requests)] for side in ("old", "more")
    }
    for side in ("v2", "more v2"):
        threads = [await bench.ask("web", ("POST", "/api/v2/threads/", {"scenario_id": 1})) for _ in range(requests)]
        thread_ids[side] = [thread["id"] for thread in threads]
    thread_ids["done"] = [thread for thread, _ in done]
    routes = [*accounts(emails), *authoring(), *conversation(thread_ids, {"done": done})]
    wipe = Route("DELETE /delete_all", always("DELETE", "/delete_all"), always("GET", "/scenarios/"), requests=1)
    found = {}
    for route in [*routes, wipe]:
        found[route.name] = await bench.measure(route, requests)
    return found


def report(found: dict[str, dict[str, RouteTimes]]) -> bool:
    """Print the table; return whether all limits are met."""
    print(f"\n{'ms: p50, p95, errors':44} {'old address':^18} {'v2':^18} {'flask':^18}")
    for name, by in found.items():
        print(f"{name:44} {by['old']!s:18} {by['v2']!s:18} {by['flask']!s:18}")
    errors = sum(times.errors for by in found.values() for side, times in by.items() if side != "flask")
    login, hashing = percentile(found["POST /login"]["v2"].taken, 0.5), hash_ms()
    print(f"\n{len(found)} old routes, {errors} errors; of v2, delete_all has none and a page of patients stands there")
    more = login - hashing
    print(f"signing in {login:.1f} ms, the hash alone {hashing:.1f}: {more:.1f} more, at most {LOGIN_LIMIT_MS:g}")
    return errors == 0 and len(found) == 31 and more <= LOGIN_LIMIT_MS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routes")
    parser.add_argument("--requests", type=int, default=30)
    requests = parser.parse_args().requests
    rates = f"{NO_LIMITS},runs=1000000/s,evaluations=1000000/s,login_account=1000/s"
    with production(THROTTLE_RATES=rates, THREADS_MAX_A_DAY="1000000") as site:
        fill(site.system.settings["DATABASE_URL"])
        make_spare_rows(site, requests)
        year = Year(site.supervisor, site.process("web").log.parent, site.system.settings)
        flask = year.gunicorn("flask", "benchmarks.peers.reference:app()")
        found = asyncio.run(measure_all(Bench(site, flask, year.token()), requests))
    return 0 if report(found) else 1


if __name__ == "__main__":
    sys.exit(main())
