"""A whole set of processes on its own servers, over a network that can be broken, with the checks that must hold."""

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg
import redis

from dev.processes import Process, Supervisor
from dev.servers import redis_is_ready, start_data_servers
from dev.system import manage, responds
from tests.mocks.openai_mock import EmulatorProcess
from tests.proxies import Proxy
from tests.stack import PASSWORD, SignedInClient, Stack, wait_until

# As in production: a run may meet several faults, each of which costs it a lease and a resend.
DEADLINE_S = 90.0


class StudentClient(SignedInClient):
    """A signed-in student with their own thread."""

    thread: str


class Ground:
    """Its own PostgreSQL, Redis, emulator, web, async, beat and a worker, all reached through proxies."""

    def __init__(self, folder: Path, running: contextlib.ExitStack) -> None:
        self.supervisor = running.enter_context(Supervisor())
        # Durable: a server that is killed without a checkpoint must keep what it has committed.
        data = start_data_servers(self.supervisor, folder, durable=True)
        self.postgres, self.redis = (self.supervisor.named(name) for name in ("PostgreSQL", "Redis"))
        self.database_url, self.redis_url = data["DATABASE_URL"], data["REDIS_URL"]
        self.to_postgres, self.to_redis = (
            running.enter_context(Proxy(urlsplit(url).port or 0)) for url in (self.database_url, self.redis_url)
        )
        proxies = {"DATABASE_URL": self.to_postgres, "REDIS_URL": self.to_redis, "CELERY_BROKER_URL": self.to_redis}
        through = {name: _by_way_of(data[name], proxy.port) for name, proxy in proxies.items()}
        self.emulator = running.enter_context(EmulatorProcess())
        self.stack = Stack(folder, self.supervisor, self.emulator, through)
        self.stack.settings.update(RUN_DEADLINE_S=str(DEADLINE_S), OPENAI_TIMEOUT_S="15", WEB_CONCURRENCY="2")
        self.accepted: dict[str, str] = {}  # run > what was said
        self._begin(folder)

    def _begin(self, folder: Path) -> None:
        beat = ("-m", "celery", "-A", "config", "beat", "--schedule", str(folder / "beat"), "--pidfile=")
        self.web, self.url = self.stack._gunicorn("web")
        self.async_, self.async_url = self.stack._gunicorn("asgi")
        self.beat = self.stack.process("beat", *beat)
        self.supervisor.start(self.web, self.async_)
        self.start_worker()
        manage(self.stack.settings, "migrate", "--verbosity=0")
        manage(self.stack.settings, "load_samples", "--demo-accounts")
        self.supervisor.start(self.beat)
        for url in (self.url, self.async_url):
            self.supervisor.wait_for(url, partial(responds, f"{url}/health/live"))
        self.wait_for_worker()
        with SignedInClient(self.url, "student@example.org", "demo student pass") as client:
            self.activity = client.get("/activities/")["results"][0]["id"]

    def start_worker(self) -> Process:
        self.worker = self.stack._worker()
        self.supervisor.start(self.worker)
        return self.worker

    def wait_for_worker(self) -> None:
        wait_until(lambda: "ready." in self.worker.log.read_text(), "the worker is ready", self.worker)

    def student(self) -> StudentClient:
        """Make a new student with a thread."""
        email = f"{secrets.token_hex(6)}@example.org"
        body = {"username": "Sam", "email": email, "password": PASSWORD}
        assert httpx2.post(f"{self.url}/api/v2/auth/register/", json=body, timeout=30).status_code == 201
        client = StudentClient(self.url, email, PASSWORD)
        client.thread = client.post("/threads/", {"activity_id": self.activity})["id"]
        return client

    def say(self, client: StudentClient, text: str) -> httpx2.Response:
        """Post a message with any outcome, and remember it if it was accepted."""
        answer = client.http.post(f"/threads/{client.thread}/runs/", json={"content": text})
        if answer.status_code == 202:
            self.accepted[answer.json()["id"]] = text
        return answer

    def say_all(self, clients: list[StudentClient], text: str) -> list[int]:
        """Post a message of each client at the same time; return the statuses."""
        with ThreadPoolExecutor(len(clients)) as pool:
            return [answer.status_code for answer in pool.map(lambda client: self.say(client, text), clients)]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Query the database directly, around all layers and proxies."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query).fetchall()

    def wait_for(self, query: str, what: str, *, timeout_s: float = 20) -> None:
        """Return once the query's first value is true."""
        wait_until(lambda: bool(self.rows(query)[0][0]), what, self.worker, timeout_s=timeout_s)

    def asked(self, times: int) -> None:
        """Return once the emulator has received that many requests since its reset."""
        wait_until(lambda: len(self.emulator.requests()) >= times, f"the model is asked {times} times", self.worker)

    @contextlib.contextmanager
    def without_redis(self) -> Iterator[None]:
        """Kill Redis, and start it again empty after the block."""
        kill(self.redis)
        yield
        self.redis.start()
        wait_until(lambda: redis_is_ready(self.redis_url), "Redis answers", self.redis)

    @contextlib.contextmanager
    def without_memory(self) -> Iterator[None]:
        """Redis answers every write with OutOfMemoryError."""
        with redis.Redis.from_url(self.redis_url) as server:
            server.config_set("maxmemory-policy", "noeviction")
            server.config_set("maxmemory", "1mb")
            try:
                yield
            finally:
                server.config_set("maxmemory", "0")

    @contextlib.contextmanager
    def without_postgres(self) -> Iterator[None]:
        """Stop PostgreSQL as a crash would: all connections and uncommitted changes are lost."""
        self.postgres.popen.send_signal(signal.SIGQUIT)
        self.postgres.popen.wait()
        yield
        self.postgres.start()

        def is_back() -> bool:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.database_url):
                return True
            return False

        wait_until(is_back, "PostgreSQL answers", self.postgres)

    def story_of_the_rest(self) -> str:
        """Describe the accepted runs that were not completed, for the message of a failed test."""
        rows = self.rows(
            "SELECT r.id::text, m.content, r.status, r.error_code, r.attempts, r.created_at, r.started_at, "
            "r.next_attempt_at, r.sent_at, r.finished_at FROM runs r JOIN messages m ON m.id = r.user_message_id "
            "WHERE r.status <> 'completed'"
        )
        ids = [row[0] for row in rows]
        told = [line for line in self.worker.log.read_text().splitlines() if any(pk in line for pk in ids)]
        return "\n".join([*(", ".join(map(str, row)) for row in rows), *told])

    def check(self) -> None:
        """Check what must hold after any fault."""
        open_runs = "SELECT count(*) = 0 FROM runs WHERE status IN ('queued', 'in_progress')"
        self.wait_for(open_runs, "every run has ended", timeout_s=DEADLINE_S + 15)
        kept = dict(self.rows("SELECT r.id::text, m.content FROM runs r JOIN messages m ON m.id = r.user_message_id"))
        assert self.accepted.items() <= kept.items()
        # Deadlines are those that no pause has moved; the sweep runs every five seconds.
        late = self.rows("SELECT id, status FROM runs WHERE finished_at > deadline_at + interval '8 s'")
        assert late == []
        wrong = self.rows(
            "SELECT r.id, r.status, count(m.id) FROM runs r LEFT JOIN messages m ON m.run_id = r.id "
            "GROUP BY r.id HAVING count(m.id) <> (r.status = 'completed')::int"
        )
        assert wrong == []
        answered_twice = self.rows(
            "SELECT user_message_id FROM runs WHERE status = 'completed' GROUP BY user_message_id HAVING count(*) > 1"
        )
        assert answered_twice == []
        alone = self.rows(
            "SELECT id FROM messages m WHERE role = 'user' "
            "AND NOT EXISTS (SELECT FROM runs WHERE user_message_id = m.id)"
        )
        assert alone == []


def _by_way_of(url: str, port: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{parts.password}@127.0.0.1:{port}"))


def children_of(process: Process) -> list[int]:
    pid = process.popen.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(process: Process) -> None:
    """Kill it as the kernel does when memory runs out."""
    process.popen.send_signal(signal.SIGKILL)
    process.popen.wait()


def kill_ids(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
