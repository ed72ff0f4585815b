"""Chat and grading at the old addresses on real processes: web, async, a worker, and a model that fails."""

import contextlib
import secrets
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from apps.core.async_views import STEPS_AT_ONCE
from dev.processes import Process
from tests.stack import PASSWORD, SignedInClient, Stack, wait_until

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]

MESSAGES = [
    {"role": "user", "message": "Good morning, my name is Sam Lee and I'm a medical student. What brings you in?"},
    {"role": "assistant", "message": "I've not been sleeping, doctor."},
    {"role": "user", "content": "Do you take any medicines, and are you allergic to anything?"},
]
# What other connections are called by in pg_stat_activity.
NAME = "async_of_this_test"


@dataclass
class Old:
    """The old addresses as nginx spreads them, and the processes behind."""

    web: str
    waiting: str
    process: Process
    worker: Process
    # Closes the clients' connections when these processes go.
    opened: contextlib.ExitStack

    def client(self) -> "OldClient":
        """A student of this test alone, since markings are rationed for each person."""
        email = f"{secrets.token_hex(4)}@example.org"
        with httpx2.Client(base_url=f"{self.web}/api", trust_env=False) as http:
            made = http.post(
                "/create_users", json={"username": "Sam", "email": email, "password": PASSWORD, "role": ""}
            )
            assert made.status_code == 201, made.text
            token = http.post("/login", json={"email": email, "password": PASSWORD}).json()["token"]
        return OldClient(self, token)


class OldClient:
    def __init__(self, old: Old, token: str) -> None:
        self.token = token
        headers = {"Authorization": f"Bearer {token}"}
        self._web = old.opened.enter_context(
            httpx2.Client(base_url=f"{old.web}/api", headers=headers, timeout=100, trust_env=False)
        )
        self._waiting = old.opened.enter_context(
            httpx2.Client(base_url=f"{old.waiting}/api", headers=headers, timeout=100, trust_env=False)
        )

    def get(self, path: str) -> Any:
        answer = self._web.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self._web.post(path, json=body)

    def grade(self, activity: int, *, salt: str = "", kind: str = "", timeout: float = 100) -> httpx2.Response:
        """`salt` makes the conversation another one, and so the evaluation."""
        path = kind or f"/activities/{activity}/rubric_assessment"
        messages = [*MESSAGES, {"role": "user", "message": salt}]
        return self._waiting.post(path, json={"messages": messages}, timeout=timeout)


@pytest.fixture(scope="module")
def old(_stack: tuple[Stack, str]) -> Iterator[Old]:
    """Async waits longer than any of this takes; tests stop the worker by signals."""
    stack, web = _stack
    with (
        stack.asynchronous(
            COMPAT_GRADING_WAIT_S="90", DATABASE_URL=f"{stack.database_url}?application_name={NAME}"
        ) as (process, waiting),
        stack.worker() as worker,
        contextlib.ExitStack() as opened,
    ):
        yield Old(web, waiting, process, worker, opened)


@pytest.fixture
def client(stack: Stack, old: Old) -> OldClient:
    return old.client()


@pytest.fixture(scope="module")
def activity(old: Old) -> dict[str, Any]:
    return old.client().get("/activities")[0]


@contextlib.contextmanager
def stopped(worker: Process) -> Iterator[None]:
    """A worker that takes no work."""
    worker.popen.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.popen.send_signal(signal.SIGCONT)


def test_a_message_is_answered_by_the_worker(stack: Stack, client: OldClient, activity: dict[str, Any]) -> None:
    thread_id = client.post("/threads", {}).json()["thread_id"]
    run = {"thread_id": thread_id, "scenario_id": activity["character_id"], "activity_id": activity["id"]}
    stack.emulator.fault("slow", seconds=1.5)
    assert client.post(f"/threads/{thread_id}/messages", {"content": MESSAGES[0]["message"]}).status_code == 201
    started = client.post("/threads/run", run)
    assert (started.status_code, started.json()["status"]) == (201, "queued")
    again = client.post("/threads/run", run)
    assert (again.status_code, again.json()["run_id"]) == (201, started.json()["run_id"])
    meanwhile = client.post(f"/threads/{thread_id}/messages", {"content": "Hello?"})
    assert (meanwhile.status_code, list(meanwhile.json())) == (409, ["message"])
    status = f"/runs/{started.json()['run_id']}/status?thread_id={thread_id}"
    wait_until(lambda: client.get(status)["status"] not in {"queued", "in_progress"}, "the run has ended")
    assert client.get(status) == {"status": "completed"}
    told = client.get(f"/threads/{thread_id}/messages")
    assert [row["role"] for row in told] == ["user", "assistant"]
    assert told[1]["message"].strip()
    assert told[0]["created_at"] < told[1]["created_at"]


@pytest.mark.parametrize(
    ("fault", "details", "statuses"),
    [
        ("slow", {"seconds": 1}, [200]),
        ("server_error", {}, [200]),
        ("rate_limit", {"retry_after": 1}, [200]),
        ("not_json", {}, [200]),
        ("score_99", {"times": 0}, [200]),
        ("ids_as_text", {}, [200]),
        ("null_evidence", {}, [200]),
        ("insufficient_quota", {}, [502, 200]),
        ("unauthorized", {}, [502, 200]),
        ("wrong_json", {"times": 2}, [502, 200]),
        ("server_error", {"times": 4}, [502, 200]),
    ],
)
def test_whatever_the_model_does_is_no_fault_of_the_student(
    stack: Stack, client: OldClient, activity: dict[str, Any], fault: str, details: dict[str, Any], statuses: list[int]
) -> None:
    stack.emulator.fault(fault, **details)
    for status in statuses:
        answer = client.grade(activity["id"])
        assert answer.status_code == status, answer.text
        assert answer.headers["Deprecation"].startswith("@")
        if status == 200:
            _is_an_assessment(answer.json(), total=0 if fault == "score_99" else None)
        else:
            assert list(answer.json()) == ["message"]


def _is_an_assessment(told: dict[str, Any], *, total: int | None) -> None:
    for category in told["categories"]:
        assert category["score"] == sum(criterion["score"] for criterion in category["criteria"])
        assert category["passed"] is (category["score"] >= category["required_to_pass"])
        for criterion in category["criteria"]:
            assert criterion["score"] in {0, 1, 2}
            for index, quote in zip(*criterion["evidence"].values(), strict=True):
                assert quote in (MESSAGES[index].get("message") or MESSAGES[index]["content"])
    assert told["overall"]["passed"] is all(category["passed"] for category in told["categories"])
    assert told["overall"]["total_score"] == sum(category["score"] for category in told["categories"])
    assert (told["overall"]["total_score"] == 0) is (total == 0)


def test_the_older_marking_waits_for_the_worker_too(
    client: OldClient, activity: dict[str, Any], instructor_client: SignedInClient
) -> None:
    question = f"Did the student ask about allergies ({secrets.token_hex(3)})?"
    scenario = instructor_client.post("/scenarios/", _scenario(question))
    made = instructor_client.post("/activities/", {"pre_brief": "x", "character_id": scenario["id"], "categories": []})
    answer = client.grade(0, kind=f"/scenarios/{made['id']}/rubric_responses")
    assert answer.status_code == 200, answer.text
    [told] = answer.json()["evaluations"]
    assert (told["question"], told["score"]) == (question, 2)
    instructor_client.post(f"/scenarios/{scenario['id']}/disable/")


def _scenario(question: str) -> dict[str, Any]:
    return {
        "scenario_text": "Jane",
        "additional_instructions": "",
        "communication_preferences": "",
        "role": "",
        "enable": True,
        "tags": [],
        "rubrics": [question],
    }


def test_a_client_that_goes_away_changes_nothing_and_finds_its_marking_later(
    stack: Stack, old: Old, client: OldClient, activity: dict[str, Any]
) -> None:
    salt = secrets.token_hex(8)
    with stopped(old.worker), pytest.raises(httpx2.TimeoutException):
        client.grade(activity["id"], salt=salt, timeout=1)
    assert client.grade(activity["id"], salt=salt).status_code == 200
    made = stack.rows("SELECT count(*) FROM evaluations WHERE transcript::text LIKE %s", f"%{salt}%")
    assert made == [(1,)]


def test_without_a_worker_the_wait_ends_and_asking_again_finds_the_marking(
    stack: Stack, old: Old, activity: dict[str, Any]
) -> None:
    salt = secrets.token_hex(8)
    client = old.client()
    with stopped(old.worker), stack.asynchronous(COMPAT_GRADING_WAIT_S="1") as (_, hurried):
        # That of the other async would outlast this client's patience.
        slow = OldClient(replace(old, waiting=hurried), client.token).grade(activity["id"], salt=salt)
        assert (slow.status_code, list(slow.json())) == (503, ["message"])
    assert client.grade(activity["id"], salt=salt).status_code == 200
    made = stack.rows("SELECT count(*) FROM evaluations WHERE transcript::text LIKE %s", f"%{salt}%")
    assert made == [(1,)]


def test_fifty_who_wait_hold_neither_threads_nor_connections(
    stack: Stack, old: Old, instructor_client: SignedInClient
) -> None:
    character = instructor_client.post("/scenarios/", _scenario("Well?"))["id"]
    # Without a rubric, so that the marking itself takes the test no time.
    activity = instructor_client.post("/activities/", {"pre_brief": "x", "character_id": character, "categories": []})
    clients = [old.client() for _ in range(2)]
    salt = secrets.token_hex(8)
    waiting = "SELECT count(*) FROM evaluations WHERE status = 'queued' AND transcript::text LIKE %s"
    with ThreadPoolExecutor(50) as crowd:
        with stopped(old.worker):
            asked = [crowd.submit(clients[n % 2].grade, activity["id"], salt=f"{salt} {n}") for n in range(50)]
            wait_until(lambda: stack.rows(waiting, f"%{salt}%") == [(50,)], "all have asked")
            wait_until(lambda: _threads(old.process) < 12, "threads are given back")
            # Held up, it would answer when they are answered.
            assert httpx2.get(f"{old.waiting}/health/live", trust_env=False, timeout=30).status_code == 200
            assert not any(one.done() for one in asked)
            connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
            assert max(stack.rows(connections, NAME)[0][0] for _ in range(20)) <= STEPS_AT_ONCE
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {200}
    # Each of the threads that did the steps keeps one at most; its pool lets go of it after a minute.
    assert stack.rows(connections, NAME)[0][0] <= STEPS_AT_ONCE


def _threads(master: Process) -> int:
    """Of gunicorn's worker, all of them."""
    pid = master.popen.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(len(list(Path(f"/proc/{child}/task").iterdir())) for child in children)
