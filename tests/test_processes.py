"""The production set of processes: what each may hold, and that the units for systemd say the same."""

import re
from pathlib import Path

import pytest

from config.celery import app
from dev.workers import (
    ASYNC_CONNECTIONS,
    MAX_CONNECTIONS,
    ONE,
    PRODUCTION,
    SPARE_CONNECTIONS,
    WEB_PROCESSES,
    Worker,
    connections,
)

UNITS = Path(__file__).resolve().parents[1] / "deploy" / "systemd"


def started_by(unit: str) -> str:
    """A unit's command, with the pool that it is given."""
    (line,) = re.findall(r"(?m)^ExecStart=(.*)$", (UNITS / unit).read_text())
    return line


@pytest.mark.parametrize("workers", [PRODUCTION, ONE], ids=["production", "one"])
def test_each_set_of_workers_takes_every_queue_and_leaves_connections_to_others(workers: tuple[Worker, ...]) -> None:
    taken = {queue for worker in workers for queue in worker.queues.split(",")}
    assert taken == {queue.name for queue in app.conf.task_queues}
    assert connections(workers) <= MAX_CONNECTIONS - SPARE_CONNECTIONS


def test_production_can_wait_for_hundreds_of_answers_at_once() -> None:
    assert sum(worker.threads for worker in PRODUCTION if "runs" in worker.queues) >= 300


@pytest.mark.parametrize("worker", PRODUCTION, ids=lambda worker: worker.name)
def test_the_units_start_the_workers_that_the_connections_are_counted_of(worker: Worker) -> None:
    kind, _, instance = worker.name.partition("-")
    command = started_by(f"virtual-patient-{kind}@.service" if instance else f"virtual-patient-{kind}.service")
    said = command.replace("%%h", "%h").replace("%i", instance).split()
    assert f"DATABASE_POOL_SIZE={worker.connections}" in said
    assert set(worker.command) <= {*said, "-m"}
    assert said[-1] == f"{worker.name}@%h"


def test_the_units_of_web_and_async_are_those_that_are_counted() -> None:
    assert f"DATABASE_POOL_SIZE={ASYNC_CONNECTIONS}" in started_by("virtual-patient-async.service").split()
    assert "DATABASE_POOL_SIZE" not in started_by("virtual-patient-web.service")
    said = (UNITS.parents[0] / "gunicorn" / "web.py").read_text()
    assert f'os.environ.get("WEB_CONCURRENCY") or {WEB_PROCESSES}' in said
