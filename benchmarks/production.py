"""The production set of processes behind nginx, with durable data and prepared students."""

import contextlib
import functools
import json
import secrets
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from dev.consultation import STUDENT
from dev.paths import temporary_folder
from dev.processes import Process, Supervisor
from dev.servers import free_port, start_nginx
from dev.system import Progress, System, bring_up, responds
from dev.workers import PRODUCTION_WORKERS, Worker

# All have the password hash of the demo's student.
MAKE_STUDENTS = """
    INSERT INTO "user" (username, email, password, role)
    SELECT 'Student ' || number, 'student-' || %(name)s || '-' || number || '@example.org', demo.password, 'student'
    FROM generate_series(1, %(count)s) AS number, "user" AS demo WHERE demo.email = %(demo)s
    RETURNING email
"""


@dataclass(frozen=True)
class Production:
    """The running system; `port` is nginx's, on loopback."""

    supervisor: Supervisor
    system: System
    port: int
    workers: Sequence[Worker]

    @property
    def worker_names(self) -> list[str]:
        return [worker.name for worker in self.workers]

    def process(self, name: str) -> Process:
        return self.supervisor.named(name)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Query the database directly, around all layers of the service."""
        with psycopg.connect(self.system.settings["DATABASE_URL"]) as connection:
            return connection.execute(query, parameters).fetchall()

    def connections(self) -> int | None:
        """How many database connections the processes hold now; None while the database is down."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'virtual-patient'"
        try:
            count: int = self.rows(query)[0][0]
        except psycopg.OperationalError:
            return None
        return count

    def make_students(self, count: int) -> list[str]:
        """Make accounts with the demo student's password; return their emails."""
        values = {"name": secrets.token_hex(3), "count": count, "demo": STUDENT[0]}
        with psycopg.connect(self.system.settings["DATABASE_URL"]) as connection:
            return [email for (email,) in connection.execute(MAKE_STUDENTS, values).fetchall()]

    def activity(self) -> int:
        """Return the id of the activity that everybody does."""
        found: int = self.rows("SELECT min(id) FROM activities")[0][0]
        return found

    def emulator(self, method: str, what: str, body: dict[str, Any] | None = None) -> Any:
        """Script the emulator, or ask it what it saw."""
        url = f"http://127.0.0.1:{self.system.ports['emulator']}/emulator/{what}"
        data = None if body is None else json.dumps(body).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(url, data=data, method=method), timeout=30) as answer:
            return json.load(answer)

    def wait_until_ready(self, name: str) -> None:
        """A worker has said that it is."""
        log = self.process(name).log
        self.supervisor.wait_for(name, lambda: b" ready." in log.read_bytes())


@contextlib.contextmanager
def production(workers: Sequence[Worker] = PRODUCTION_WORKERS, **changes: str) -> Iterator[Production]:
    """Start it in a temporary folder with the emulator as the model; `changes` are environment variables."""
    with temporary_folder() as folder, Supervisor() as supervisor:
        made = _start(supervisor, folder, workers, {"OPENAI_BASE_URL": "emulator", **changes})
        for worker in workers:
            made.wait_until_ready(worker.name)
        yield made


def _start(supervisor: Supervisor, folder: Path, workers: Sequence[Worker], changes: dict[str, str]) -> Production:
    system = bring_up(supervisor, folder, Progress(), kept=True, workers=workers, **changes)
    port = free_port()
    start_nginx(supervisor, folder, {**system.ports, "nginx": port})
    supervisor.wait_for("nginx", functools.partial(responds, f"http://127.0.0.1:{port}/health/ready"))
    return Production(supervisor, system, port, workers)
