"""What this service adds to an exchange: from the student's POST to the stored reply, on an idle stack.

python -m benchmarks.exchange [EXCHANGES]

The peer is a bare call of the same model with the `openai` package; the two alternate in one run. The model is the
emulator, which answers at once, so what remains is the overhead: nginx, HTTP, transactions, queue, worker and checks.
Exits with 1 if the median is over the limit.
"""

import sys
import time
from dataclasses import dataclass, field
from typing import Any

import openai
import psycopg

from benchmarks.accounting import percentile
from benchmarks.production import Production, production
from benchmarks.students import PASSWORD
from dev.consultation import ApiClient

QUESTION = "Do you take any medicines?"
LIMIT_MS = 80.0
# A student may start 30 runs a minute, and the stack should be idle at each.
STUDENTS = 10
PAUSE_S = 0.3


@dataclass
class ExchangeTimes:
    """Milliseconds."""

    accepted: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)


def exchange(student: ApiClient, thread_id: str, database: psycopg.Connection[Any], times: ExchangeTimes) -> None:
    """Time one exchange, until another database session sees that its run has ended."""
    begun = time.perf_counter()
    run = student.post(f"/api/v2/threads/{thread_id}/runs/", {"content": QUESTION})
    times.accepted.append(_since(begun))
    query = "SELECT status FROM runs WHERE id = %s"
    while (status := database.execute(query, [run["id"]]).fetchall()[0][0]) in {"queued", "in_progress"}:
        time.sleep(0.002)
    times.stored.append(_since(begun))
    if status != "completed":
        raise SystemExit(f"a run ended as {status}")


def bare_call(client: openai.OpenAI, times: ExchangeTimes) -> None:
    begun = time.perf_counter()
    client.responses.create(model="m", instructions="- medicines: None.", input=QUESTION, store=False)
    times.peer.append(_since(begun))


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def measure(site: Production, exchanges: int) -> ExchangeTimes:
    """Measure ours and the peer alternately; each student's first exchange is a warm-up."""
    client = openai.OpenAI(
        base_url=f"http://127.0.0.1:{site.system.ports['emulator']}/v1", api_key="none", max_retries=0
    )
    threads: list[tuple[ApiClient, str]] = []
    for email in site.make_students(STUDENTS):
        student = ApiClient(f"http://127.0.0.1:{site.port}", check=site.supervisor.check)
        student.sign_in(email, PASSWORD)
        threads.append((student, student.post("/api/v2/threads/", {"activity_id": site.activity()})["id"]))
    warm_up, times = ExchangeTimes(), ExchangeTimes()
    with psycopg.connect(site.system.settings["DATABASE_URL"], autocommit=True) as database:
        for number in range(STUDENTS + exchanges):
            into = warm_up if number < STUDENTS else times
            exchange(*threads[number % STUDENTS], database, into)
            bare_call(client, into)
            time.sleep(PAUSE_S)
    return times


def main() -> int:
    exchanges = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with production() as site:
        times = measure(site, exchanges)
    for name, values in (
        ("from the POST to the stored reply", times.stored),
        ("of that, to the answer of the POST", times.accepted),
        ("bare call of the model", times.peer),
    ):
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        print(f"{name:36} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   n {len(values)}")
    ours = percentile(times.stored, 0.5)
    print(f"under {LIMIT_MS:g} ms: {'holds' if ours < LIMIT_MS else 'DOES NOT HOLD'}")
    return 0 if ours < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
