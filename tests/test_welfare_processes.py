"""Students in distress and the real processes: killed workers, messages at once, streams, logs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import psycopg
import pytest

from tests.faults import kill
from tests.stack import SignedInClient, Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
CLEAR = "I want to kill myself, this is not about the patient"
POSSIBLE = "There's only one way out for me now"
# The other words by which this would show in a log.
WORDS = ("kill myself", "one way out", "suicid", "distress")


@pytest.fixture
def thread(student_client: SignedInClient) -> str:
    activity = student_client.get("/activities/")["results"][0]["id"]
    return str(student_client.post("/threads/", {"activity_id": activity})["id"])


def flags(stack: Stack, thread: str) -> int:
    return int(stack.rows("SELECT count(*) FROM welfare_flags WHERE thread_id = %s", thread)[0][0])


@contextmanager
def locked(stack: Stack, thread: str) -> Iterator[None]:
    """Nobody can write to the thread in the block."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("SELECT FROM threads WHERE id = %s FOR UPDATE", [thread])
        yield


def waits_for_a_lock(stack: Stack) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(stack.rows(waiting)[0][0])


def test_a_worker_killed_before_it_stored_leaves_one_flag_and_one_notice(
    stack: Stack, student_client: SignedInClient, thread: str
) -> None:
    with stack.worker() as worker:
        stack.emulator.settings(latency_s=1.0)
        run = student_client.post(f"/threads/{thread}/runs/", {"content": POSSIBLE})
        wait_until(lambda: bool(stack.emulator.requests()), "the model is asked", worker)
        with locked(stack, thread):
            wait_until(lambda: waits_for_a_lock(stack), "the worker is about to store it", worker)
            kill(worker)
    assert flags(stack, thread) == 0
    with stack.worker():
        ended = student_client.ended(f"/runs/{run['id']}/")
    assert (ended["status"], ended["error_code"]) == ("cancelled", "conversation_suspended")
    assert flags(stack, thread) == 1
    assert [message["role"] for message in student_client.get(f"/threads/{thread}/messages/")["results"]] == ["user"]


def test_two_messages_at_once_are_one_flag(stack: Stack, student_client: SignedInClient, thread: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        posts = [
            pool.submit(student_client.http.post, f"/threads/{thread}/runs/", json={"content": CLEAR}) for _ in range(4)
        ]
        answers = [post.result() for post in posts]
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused <= {"conversation_suspended", "run_in_progress"}
    assert flags(stack, thread) == 1


def test_a_student_who_follows_the_stream_gets_the_notice_and_an_instructor_does_not(
    stack: Stack, student_client: SignedInClient, instructor_client: SignedInClient, thread: str
) -> None:
    stack.emulator.settings(latency_s=2.0)
    with stack.whole() as urls:
        run = student_client.post(f"/threads/{thread}/runs/", {"content": POSSIBLE})["id"]
        with ThreadPoolExecutor(2) as pool:
            student, instructor = (
                pool.submit(followed, urls["async"], run, client) for client in (student_client, instructor_client)
            )
            kinds = student.result(), instructor.result()
    assert "notice" in kinds[0]
    assert kinds[0][-3:] == kinds[1][-3:] == ["failure", "error", "done"]
    assert "notice" not in kinds[1]


def followed(url: str, run: str, client: SignedInClient) -> list[str]:
    """The kinds of a run's events, in order."""
    headers = {"Authorization": client.http.headers["Authorization"]}
    with httpx2.stream("GET", f"{url}/api/v2/runs/{run}/events/", headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        return [line.partition(": ")[2] for line in answer.iter_lines() if line.startswith("event: ")]


def test_no_log_has_a_word_of_it(stack: Stack, student_client: SignedInClient, thread: str) -> None:
    with stack.worker() as worker:
        assert student_client.say(thread, POSSIBLE)["error_code"] == "conversation_suspended"
        logged = worker.log.read_text().lower()
    logged += "".join(log.read_text().lower() for log in stack.folder.glob("web-*.log"))
    assert not [word for word in WORDS if word in logged]
