"""The real processes on their own database, for tests that use them over HTTP as a client would."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx2
import psycopg
import pytest
from django.db import connections

from deploy.common import PYTHON
from dev.processes import Process, Supervisor
from dev.servers import free_port
from dev.system import manage, production_environment, responds
from dev.workers import ASYNC_CONNECTIONS, SINGLE_WORKER
from tests.mocks.openai_mock import Emulator, EmulatorProcess
from tests.servers import redis_databases

STUDENT = ("student@example.org", "demo student pass")
PASSWORD = "a pass phrase of a test 5"
INSTRUCTOR = ("instructor@example.org", "demo instructor pass")


class SignedInClient:
    """An HTTP client of v2 that is signed in."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.http = httpx2.Client(base_url=f"{url}/api/v2", timeout=30)
        signed_in = self.post("/auth/login/", {"email": email, "password": password})
        self.http.headers["Authorization"] = f"Bearer {signed_in['access']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.http.close()

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.post(path, json=body or {})
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()

    def ended(self, path: str, *, timeout_s: float = 60) -> dict[str, Any]:
        """Poll a run or an evaluation until it has ended, as a frontend does."""
        deadline = time.monotonic() + timeout_s
        while (work := self.get(path))["status"] in {"queued", "in_progress"}:
            assert time.monotonic() < deadline, f"{path} is still {work['status']} after {timeout_s} s"
            time.sleep(0.1)
        return work

    def say(self, thread_id: str, text: str) -> dict[str, Any]:
        """Post a message, and return its run once that has ended."""
        run = self.post(f"/threads/{thread_id}/runs/", {"content": text})
        return self.ended(f"/runs/{run['id']}/")


class Stack:
    """Running web, beat and emulator; tests start workers, each with its own settings."""

    def __init__(self, folder: Path, supervisor: Supervisor, emulator: Emulator, data: dict[str, str]) -> None:
        self.folder = folder
        self.supervisor = supervisor
        self.emulator = emulator
        self.database_url = data["DATABASE_URL"]
        ports = {"emulator": int(emulator.url.rsplit(":", 1)[1])}
        self.settings = {
            **production_environment(folder, data, ports, proxies=0),
            "OPENAI_BASE_URL": "emulator",
            "RUN_DEADLINE_S": "60",
            "OPENAI_TIMEOUT_S": "30",
            # Checks import every URL at each of some forty starts; `make run` and the demo start with them.
            "CELERY_SKIP_CHECKS": "1",
        }

    def process(self, name: str, *command: str, **settings: str) -> Process:
        log = self.folder / f"{name}-{secrets.token_hex(3)}.log"
        return Process(name, [PYTHON, *command], log, {**self.settings, **settings}, grace_s=60)

    @contextlib.contextmanager
    def running(self, process: Process) -> Iterator[Process]:
        process.start()
        try:
            yield process
        finally:
            process.ask_to_stop()
            process.end()

    @contextlib.contextmanager
    def worker(self, **settings: str) -> Iterator[Process]:
        """A Celery worker, ready for work, until the end of the block."""
        with self.running(self._worker(**settings)) as worker:
            wait_until(lambda: _is_ready(worker), "the worker is ready", worker)
            yield worker

    @contextlib.contextmanager
    def web(self, **settings: str) -> Iterator[str]:
        """Start gunicorn as in production; yield its URL."""
        web, url = self._gunicorn("web", **settings)
        with self.running(web):
            wait_until(lambda: responds(f"{url}/health/live"), "web answers", web)
            yield url

    @contextlib.contextmanager
    def asynchronous(self, **settings: str) -> Iterator[tuple[Process, str]]:
        """Start the async process; yield it with its URL."""
        process, url = self._gunicorn("asgi", **settings)
        with self.running(process):
            wait_until(lambda: responds(f"{url}/health/live"), "async answers", process)
            yield process, url

    @contextlib.contextmanager
    def whole(self, **settings: str) -> Iterator[dict[str, str]]:
        """Start web, async and a worker together; yield the URLs of `web` and `async`."""
        worker = self._worker(**settings)
        made = {"web": self._gunicorn("web", **settings), "async": self._gunicorn("asgi", **settings)}
        with contextlib.ExitStack() as running:
            for process in (worker, *(process for process, _ in made.values())):
                running.enter_context(self.running(process))
            for name, (process, url) in made.items():
                wait_until(partial(responds, f"{url}/health/live"), f"{name} answers", process)
            wait_until(lambda: _is_ready(worker), "the worker is ready", worker)
            yield {name: url for name, (_, url) in made.items()}

    def _worker(self, **settings: str) -> Process:
        worker = replace(SINGLE_WORKER[0], name=f"worker-{secrets.token_hex(4)}")
        return self.process("worker", *worker.command, **{**worker.settings, **settings})

    def _gunicorn(self, kind: str, **settings: str) -> tuple[Process, str]:
        address = f"127.0.0.1:{free_port()}"
        application = "config.wsgi:application" if kind == "web" else "config.asgi:application"
        command = ("-m", "gunicorn", "-c", f"deploy/gunicorn/{kind}.py", "--bind", address, application)
        own = {"DATABASE_POOL_SIZE": str(ASYNC_CONNECTIONS)} if kind == "asgi" else {}
        return self.process(kind, *command, **{**own, **settings}), f"http://{address}"

    def execute(self, statement: str) -> None:
        """Change the database directly, around all layers of the service."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Query the database directly, around all layers of the service."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, parameters).fetchall()


def _is_ready(worker: Process) -> bool:
    return "ready." in worker.log.read_text()


def wait_until(ready: Callable[[], bool], what: str, process: Process | None = None, *, timeout_s: float = 60) -> None:
    """Return as soon as `ready()` is true; fail with the end of the process's log after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        said = process.last_lines() if process else ""
        assert process is None or process.popen.poll() is None, f"{process.name} ended:\n{said}"
        assert time.monotonic() < deadline, f"waited {timeout_s} s until {what}\n{said}"
        time.sleep(0.05)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of processes first, then those with a longer timeout than others.

    With --dist=worksteal each worker starts with an equal part of the list, and an idle one takes tests from the end of
    another's part: so one worker starts those processes, and the tests left for the end are short.
    """
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in ("stack", "timeout")])


@pytest.fixture(scope="session")
def stack_database(worker_id: str) -> Iterator[str]:
    """A separate database on the test server, since the processes commit to it."""
    server = os.environ["DATABASE_URL"]
    name = f"stack_{worker_id}_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _stack(stack_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, str]]:
    data = {"DATABASE_URL": stack_database, **redis_databases(1)}
    folder = tmp_path_factory.mktemp("stack")
    with Supervisor() as supervisor, EmulatorProcess() as emulator:
        stack = Stack(folder, supervisor, emulator, data)
        manage(stack.settings, "migrate", "--verbosity=0")
        manage(stack.settings, "load_samples", "--demo-accounts")
        supervisor.start(
            stack.process(
                "beat", "-m", "celery", "-A", "config", "beat", "--schedule", str(folder / "beat"), "--pidfile="
            )
        )
        with stack.web() as url:
            yield stack, url


@pytest.fixture
def stack(_stack: tuple[Stack, str]) -> Stack:
    """The running processes, with a reset emulator and no open work.

    Otherwise this test's workers would take a run that another test has left, and use up the fault that is meant for
    this one.
    """
    connections.close_all()
    for table, ended in (("runs", "expired"), ("evaluations", "failed")):
        _stack[0].execute(
            f"UPDATE {table} SET status = '{ended}', finished_at = clock_timestamp(), lease_token = NULL, "
            "lease_until = NULL WHERE status IN ('queued', 'in_progress')"
        )
    _stack[0].emulator.clear()
    return _stack[0]


@pytest.fixture
def student_client(_stack: tuple[Stack, str], stack: Stack) -> Iterator[SignedInClient]:
    """A new student for each test, since the limits count by person."""
    email = f"{secrets.token_hex(4)}@example.org"
    answer = httpx2.post(
        f"{_stack[1]}/api/v2/auth/register/", json={"username": "Sam", "email": email, "password": PASSWORD}
    )
    assert answer.status_code == 201, answer.text
    with SignedInClient(_stack[1], email, PASSWORD) as client:
        yield client


@pytest.fixture
def instructor_client(_stack: tuple[Stack, str], stack: Stack) -> Iterator[SignedInClient]:
    with SignedInClient(_stack[1], *INSTRUCTOR) as client:
        yield client
