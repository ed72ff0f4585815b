"""Workers and web processes with a clock that is hours off, on one database with others whose clock is right."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from apps.openai_integration.tasks import run_conversation_async, sweep_runs
from dev.processes import Process
from dev.workers import Worker
from tests.stack import STUDENT, SignedInClient, Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

# Python looks for a module of this name at its start.
SITECUSTOMIZE = """
from datetime import datetime, timedelta, timezone
import time_machine
time_machine.travel(datetime.now(timezone.utc) + timedelta(hours={hours}), tick=True).start()
"""


@pytest.fixture(params=[2, -2], ids=["two hours ahead", "two hours behind"])
def off(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Settings of a process that reads another time than the machine's."""
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE.format(hours=request.param))
    return {"PYTHONPATH": str(tmp_path)}


@contextlib.contextmanager
def worker(stack: Stack, queues: str, **settings: str) -> Iterator[Process]:
    """A worker for these queues alone, once it is ready."""
    one = Worker(f"{queues.replace(',', '-')}-{id(settings)}", queues, threads=2, connections=4)
    with stack.running(stack.process("worker", *one.command, **one.settings, **settings)) as process:
        wait_until(lambda: "ready." in process.log.read_text(), "the worker is ready", process)
        yield process


def carry_out(stack: Stack, worker: Process, task: Any, **kwargs: str) -> None:
    """Send a task to the workers of `maintenance`, and return once this one has carried it out."""
    with Connection(stack.settings["CELERY_BROKER_URL"]) as broker:
        sent = task.apply_async(kwargs=kwargs, queue="maintenance", connection=broker)
    wait_until(lambda: f"{sent.id}] succeeded in" in worker.log.read_text(), f"{task.name} is done", worker)


def now(stack: Stack) -> datetime:
    return stack.rows("SELECT clock_timestamp()")[0][0]


def value(stack: Stack, select: str, run_id: str) -> tuple[Any, ...]:
    """What the database says of a run."""
    return stack.rows(f"{select} FROM runs WHERE id = %s", run_id)[0]


def times_of(stack: Stack, run_id: str) -> list[datetime]:
    """Every time that was written about a run, its messages and its calls, but for the deadline."""
    columns = "created_at, sent_at, next_attempt_at, started_at, finished_at"
    others = stack.rows(
        "SELECT m.created_at FROM messages m JOIN runs r USING (thread_id) WHERE r.id = %s "
        "UNION ALL SELECT created_at FROM usage_records WHERE run_id = %s "
        "UNION ALL SELECT unnest(ARRAY[t.created_at, t.updated_at]) FROM threads t JOIN runs r ON r.thread_id = t.id "
        "WHERE r.id = %s",
        run_id, run_id, run_id,
    )  # fmt: skip
    return [*value(stack, f"SELECT {columns}", run_id), *(row[0] for row in others)]


def opened(client: SignedInClient) -> str:
    return client.post("/threads/", {"activity_id": client.get("/activities/")["results"][0]["id"]})["id"]


def test_a_worker_that_is_hours_off_takes_nothing_from_another_and_ends_nothing_early(
    stack: Stack, student_client: SignedInClient, off: dict[str, str]
) -> None:
    stack.emulator.settings(latency_s=6.0)
    with worker(stack, "runs"), worker(stack, "maintenance", **off) as wrong:
        thread = opened(student_client)
        run = student_client.post(f"/threads/{thread}/runs/", {"content": "Where does it hurt?"})
        wait_until(lambda: len(stack.emulator.requests()) == 1, "the model is asked")
        carry_out(stack, wrong, run_conversation_async, run_id=run["id"])
        carry_out(stack, wrong, sweep_runs)
        ended = student_client.ended(f"/runs/{run['id']}/")
    assert (ended["status"], ended["attempts"]) == ("completed", 1)
    assert len(stack.emulator.requests()) == 1


def test_what_a_worker_that_is_hours_off_holds_is_not_taken_from_it_and_its_times_are_the_databases(
    stack: Stack, student_client: SignedInClient, off: dict[str, str]
) -> None:
    before = now(stack) - timedelta(seconds=1)
    stack.emulator.settings(latency_s=5.0)
    stack.emulator.fault("server_error")
    with worker(stack, "maintenance") as right, worker(stack, "runs", **off) as wrong:
        run = student_client.post(f"/threads/{opened(student_client)}/runs/", {"content": "Do you smoke?"})
        wait_until(lambda: len(stack.emulator.requests()) == 2, "the model is asked again after a fault", wrong)
        carry_out(stack, right, run_conversation_async, run_id=run["id"])
        carry_out(stack, right, sweep_runs)
        ended = student_client.ended(f"/runs/{run['id']}/")
    assert (ended["status"], ended["attempts"]) == ("completed", 2)
    assert len(stack.emulator.requests()) == 2
    after = now(stack) + timedelta(seconds=1)
    times = times_of(stack, run["id"])
    assert len(times) == 11
    assert [time for time in times if not before <= time <= after] == []


def test_a_worker_that_is_hours_off_ends_what_is_overdue_and_sends_what_was_lost(
    stack: Stack, student_client: SignedInClient, off: dict[str, str]
) -> None:
    """Both are made while no worker is there, the second by a web process whose clock is off too."""
    overdue = student_client.post(f"/threads/{opened(student_client)}/runs/", {"content": "Is anybody there?"})["id"]
    with stack.web(**off, WEB_CONCURRENCY="1") as url, SignedInClient(url, *STUDENT) as client:
        lost = client.post(f"/threads/{opened(client)}/runs/", {"content": "Hello?"})["id"]
    (left_s,) = value(stack, "SELECT extract(epoch FROM deadline_at - clock_timestamp())::float", lost)
    assert 0 < left_s <= 60
    past = "clock_timestamp() - interval '1 min'"
    stack.rows(f"UPDATE runs SET deadline_at = {past} WHERE id = %s RETURNING id", overdue)
    stack.rows(f"UPDATE runs SET sent_at = {past}, next_attempt_at = {past} WHERE id = %s RETURNING id", lost)
    with worker(stack, "runs,maintenance", **off):
        wait_until(lambda: value(stack, "SELECT status", overdue) == ("expired",), "the sweep ends it")
        wait_until(lambda: value(stack, "SELECT status", lost) == ("completed",), "the sweep sends it")
