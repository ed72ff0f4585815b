"""What this service adds to a turn: from the student's POST to the stored reply, on an idle stack.

python -m benchmarks.turn [TURNS]

The peer is a bare call of the same model with the `openai` package, measured in turn with each of ours in one run. The
model is the emulator, which answers at once, so what is left is the overhead: HTTP, transactions, queue, worker, check.
"""

import statistics
import sys
import time

import openai

from deploy.local.paths import temporary_folder
from deploy.local.processes import Supervisor
from deploy.local.system import Progress, bring_up
from deploy.local.talk import STUDENT, Student

QUESTION = "Do you take any medicines?"


def turn(student: Student, thread_id: str) -> float:
    """Milliseconds from the POST until a poll shows the reply."""
    begun = time.perf_counter()
    run = student.post(f"/api/v2/threads/{thread_id}/runs/", {"content": QUESTION})
    while (seen := student.get(f"/api/v2/runs/{run['id']}/"))["status"] in {"queued", "in_progress"}:
        time.sleep(0.005)
    if seen["status"] != "completed":
        raise SystemExit(f"a run ended as {seen['status']}: {seen['error_code']}")
    return (time.perf_counter() - begun) * 1000


def bare_call(client: openai.OpenAI) -> float:
    begun = time.perf_counter()
    client.responses.create(model="m", instructions="- medicines: None.", input=QUESTION, store=False)
    return (time.perf_counter() - begun) * 1000


def measure(student: Student, emulator: str, turns: int) -> tuple[list[float], list[float]]:
    """Times of ours and of the peer, one after the other, over threads of ten turns; the first thread warms up."""
    client = openai.OpenAI(base_url=f"{emulator}/v1", api_key="none", max_retries=0)
    activity = student.get("/api/v2/activities/")["results"][0]["id"]
    ours: list[float] = []
    peer: list[float] = []
    for number in range(turns + 10):
        if number % 10 == 0:
            thread_id = student.post("/api/v2/threads/", {"activity_id": activity})["id"]
        ours.append(turn(student, thread_id))
        peer.append(bare_call(client))
        # The rate limit of one student is 30 turns a minute.
        time.sleep(max(0.0, 2.05 - (ours[-1] + peer[-1]) / 1000))
    return ours[10:], peer[10:]


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with temporary_folder() as folder, Supervisor() as supervisor:
        system = bring_up(supervisor, folder, Progress(), kept=False)
        student = Student(f"http://127.0.0.1:{system.ports['web']}", check=supervisor.check)
        student.sign_in(*STUDENT)
        ours, peer = measure(student, f"http://127.0.0.1:{system.ports['emulator']}", turns)
    for name, times in (("turn through the service", ours), ("bare call of the model", peer)):
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"{name:26} p50 {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms   n {len(times)}")
    print(f"ratio of the medians {statistics.median(ours) / statistics.median(peer):.1f}")


if __name__ == "__main__":
    main()
