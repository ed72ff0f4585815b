"""The production set of processes: its limits, and that the systemd units agree with them."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.celery import app
from dev.workers import (
    ASYNC_CONNECTIONS,
    MAX_CONNECTIONS,
    PRODUCTION_WORKERS,
    SINGLE_WORKER,
    SPARE_CONNECTIONS,
    WEB_PROCESSES,
    Worker,
    total_connections,
)

UNITS = Path(__file__).resolve().parents[1] / "deploy" / "systemd"


def unit_value(unit: str, name: str) -> str:
    """What a unit has for a name that it gives once."""
    (line,) = re.findall(rf"(?m)^{name}=(.*)$", (UNITS / unit).read_text())
    return str(line)


def configured(kind: str) -> dict[str, Any]:
    """The settings of gunicorn for web or asgi."""
    return runpy.run_path(str(UNITS.parent / "gunicorn" / f"{kind}.py"))


@pytest.mark.parametrize("workers", [PRODUCTION_WORKERS, SINGLE_WORKER], ids=["production", "one"])
def test_each_set_of_workers_takes_every_queue_and_leaves_connections_to_others(workers: tuple[Worker, ...]) -> None:
    taken = {queue for worker in workers for queue in worker.queues.split(",")}
    assert taken == {queue.name for queue in app.conf.task_queues}
    assert total_connections(workers) <= MAX_CONNECTIONS - SPARE_CONNECTIONS


def test_production_can_wait_for_hundreds_of_answers_at_once() -> None:
    assert sum(worker.threads for worker in PRODUCTION_WORKERS if "runs" in worker.queues) >= 300


@pytest.mark.parametrize("worker", PRODUCTION_WORKERS, ids=lambda worker: worker.name)
def test_the_units_start_the_workers_that_the_connections_are_counted_of(worker: Worker) -> None:
    kind, _, instance = worker.name.partition("-")
    unit = f"virtual-patient-{kind}@.service" if instance else f"virtual-patient-{kind}.service"
    said = unit_value(unit, "ExecStart").replace("%%h", "%h").replace("%i", instance).split()
    assert f"DATABASE_POOL_SIZE={worker.connections}" in unit_value(unit, "Environment").split()
    assert set(worker.command) <= {*said, "-m"}
    assert said[-1] == f"{worker.name}@%h"


def test_the_units_of_web_and_async_are_those_that_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    assert (
        f"DATABASE_POOL_SIZE={ASYNC_CONNECTIONS}" in unit_value("virtual-patient-async.service", "Environment").split()
    )
    assert "DATABASE_POOL_SIZE" not in unit_value("virtual-patient-web.service", "Environment")
    assert configured("web")["workers"] == WEB_PROCESSES
    monkeypatch.setenv("WEB_CONCURRENCY", "5")
    assert configured("web")["workers"] == 5


@pytest.mark.parametrize(("unit", "kind"), [("web", "web"), ("async", "asgi")])
def test_the_units_of_web_and_async_have_their_ports_held_and_time_to_answer(unit: str, kind: str) -> None:
    service, port, gunicorn = f"virtual-patient-{unit}.service", f"virtual-patient-{unit}.socket", configured(kind)
    assert unit_value(port, "ListenStream") == gunicorn["bind"]
    assert unit_value(service, "Requires") == port
    assert unit_value(service, "KillMode") == "mixed"
    assert int(unit_value(service, "TimeoutStopSec")) > gunicorn["graceful_timeout"]
    # web kills what takes longer than `timeout`; async has none that takes longer than a marking of the old frontend.
    longest = gunicorn["timeout"] if unit == "web" else settings.COMPAT_GRADING_WAIT_S
    assert gunicorn["graceful_timeout"] >= longest


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/srv/virtual-patient/.venv/bin/python", sys.executable)
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text)
    units = sorted(tmp_path.iterdir())
    assert len(units) == 7
    done = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    # It tells of other units of the machine too.
    said = [line for line in done.stderr.splitlines() if "virtual-patient" in line]
    assert (done.returncode, said) == (0, [])
