"""The school of the permission tables, in the database of running processes, and what fuzzing is told of it."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.common import PYTHON, ROOT, OperatorError
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import start_data_servers
from dev.system import manage
from tests.mocks.openai_mock import EmulatorProcess
from tests.stack import Stack

# Who asks > who that is in tests.permissions.world: the student has a thread, runs and evaluations of their own.
ASKERS = {"student": "owner", "instructor": "instructor", "admin": "admin"}
NO_LIMITS = "1000000/s"


@dataclass(frozen=True)
class School:
    """`tokens` by asker; `ids` of everyone's rows by the first part of their address; `hidden` from the student."""

    url: str
    folder: Path
    tokens: dict[str, str]
    ids: dict[str, list[Any]]
    hidden: list[str]

    def requests(self) -> int:
        """How many web has had so far."""
        return sum(line["event"] in {"request_finished", "request_failed"} for line in self._lines("web"))

    def faults(self) -> list[str]:
        """The lines of the logs that tell of a fault of ours."""
        lines = [*self._lines("web"), *self._lines("worker")]
        return [
            json.dumps(line) for line in lines if line["level"] in {"error", "critical"} or line.get("code", 0) >= 500
        ]

    def _lines(self, process: str) -> Iterator[dict[str, Any]]:
        """What a process has logged; gunicorn's own lines and a bare traceback are no JSON."""
        for log in self.folder.glob(f"{process}-*.log"):
            for line in log.read_text().splitlines():
                if line.startswith("{"):
                    yield json.loads(line)
                elif any(sign in line for sign in ("[ERROR]", "[CRITICAL]", "Traceback")):
                    yield {"level": "error", "event": line}


@contextlib.contextmanager
def running_school() -> Iterator[School]:
    """PostgreSQL, Redis, web, a worker and the emulator, as in production but for limits that let all through."""
    with temporary_folder() as folder, Supervisor() as supervisor, EmulatorProcess() as emulator:
        stack = Stack(folder, supervisor, emulator, start_data_servers(supervisor, folder))
        manage(stack.settings, "migrate", "--verbosity=0")
        manage(stack.settings, "load_samples", "--demo-accounts")
        made = _fill(stack)
        throttles = ",".join(f"{name}={NO_LIMITS}" for name in made.pop("throttles"))
        wide = {"SIGN_IN_FAILURES_PER_HOUR": "1000000", "THREADS_MAX_A_DAY": "1000000"}
        with stack.whole(THROTTLE_RATES=throttles, **wide) as urls:
            yield School(urls["web"], folder, **made)


def _fill(stack: Stack) -> dict[str, Any]:
    command: list[str | Path] = [
        PYTHON,
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        "from tests.fuzzing.fill import tell; tell()",
    ]
    done = subprocess.run(command, check=False, cwd=ROOT, env=stack.settings, capture_output=True, text=True)
    if done.returncode:
        raise OperatorError(f"the school could not be made:\n{done.stderr}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made
