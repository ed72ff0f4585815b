"""Every process dies once in the middle of runs; nothing that was accepted is lost or doubled."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx2
import pytest

from dev.paths import temporary_folder
from dev.processes import Process
from dev.system import manage
from tests.faults import Ground, StudentClient, children_of, kill, kill_ids
from tests.proxies import Network, Proxy
from tests.stack import wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
CUT_OFF = (httpx2.HTTPError, OSError)


@pytest.fixture(scope="module")
def _ground() -> Iterator[Ground]:
    with temporary_folder() as folder, contextlib.ExitStack() as running:
        yield Ground(folder, running)


@pytest.fixture
def ground(_ground: Ground) -> Ground:
    """All of it there and whole, with nothing accepted yet."""
    _ground.emulator.clear()
    _ground.accepted.clear()
    for proxy in (_ground.to_postgres, _ground.to_redis):
        proxy.set(Network.WHOLE)
    return _ground


def test_whatever_dies_or_goes_away_no_message_is_lost_or_answered_twice(ground: Ground) -> None:
    turns_of_killed_processes(ground)
    turns_through_a_broken_network_to_the_model(ground)
    turns_while_web_is_killed(ground)
    worker = ground.worker.popen.pid
    # PostgreSQL first: a run whose worker could not write waits for its lease to run out.
    turns_without_postgres(ground)
    turns_through_a_broken_network_to(ground.to_postgres, ground)
    turns_without_redis(ground)
    turns_through_a_broken_network_to(ground.to_redis, ground)
    ground.emulator.settings(latency_s=0.0)
    ground.check()
    # The worker came back to all of them by itself.
    assert (ground.worker.popen.poll(), ground.worker.popen.pid) == (None, worker)
    ended = Counter(status for pk, status in ground.rows("SELECT id::text, status FROM runs") if pk in ground.accepted)
    assert ended == {"completed": len(ground.accepted)}, ground.story_of_the_rest()
    # ... and goes on.
    with ground.student() as client:
        run = ground.say(client, "And now?").json()
        assert client.ended(f"/runs/{run['id']}/")["status"] == "completed"


def test_workers_wait_for_a_redis_without_memory_and_go_on_when_it_has_some(ground: Ground) -> None:
    before, meanwhile = ([ground.student() for _ in range(2)] for _ in range(2))
    with contextlib.ExitStack() as running:
        workers = [ground.worker, running.enter_context(ground.stack.worker())]
        ground.emulator.settings(latency_s=2.0)
        assert ground.say_all(before, "Where does it hurt?") == [202] * 2
        ground.asked(2)
        with ground.without_memory():
            assert ground.say_all(meanwhile, "Since when?") == [202] * 2
            late = running.enter_context(ground.stack.running(ground.stack._worker()))
            ground.wait_for(
                "SELECT count(*) = 2 FROM runs r JOIN messages m ON m.id = r.user_message_id "
                "WHERE m.content = 'Where does it hurt?' AND r.status = 'completed'",
                "the replies that were under way are stored",
            )
            # Redis 7 takes no word from them of what is done, either; whoever is new tells it what it listens to.
            for worker in (*workers, late):
                wait_until(partial(is_refused_again, worker), "it writes in vain, again and again", worker)
        ground.emulator.settings(latency_s=0.0)
        ground.check()
        wait_until(lambda: "ready." in late.log.read_text(), "the new worker is ready", late)
        assert [worker.popen.poll() for worker in (*workers, late)] == [None] * 3
    statuses = dict(ground.rows("SELECT id::text, status FROM runs"))
    assert [statuses[run] for run in ground.accepted] == ["completed"] * 4, ground.story_of_the_rest()


def refusals(worker: Process) -> int:
    """How often it says that Redis would not write."""
    words = ("OutOfMemoryError", "command not allowed when used memory")
    return sum(any(word in line for word in words) for line in worker.log.read_text().splitlines())


def is_refused_again(worker: Process) -> bool:
    return refusals(worker) > 1


def turns_of_killed_processes(ground: Ground) -> None:
    """Worker, beat and async are killed while the model answers, and are started again as systemd does it."""
    clients = [ground.student() for _ in range(3)]
    ground.emulator.settings(latency_s=2.0)
    assert ground.say_all(clients, "What has brought you in?") == [202] * 3
    ground.asked(3)
    for process in (ground.worker, ground.beat, ground.async_):
        kill(process)
    assert ground.say(ground.student(), "Nobody is there to answer.").status_code == 202
    for process in (ground.beat, ground.async_):
        process.start()
    ground.start_worker()


def turns_through_a_broken_network_to_the_model(ground: Ground) -> None:
    for fault in ("reset", "cut_stream", "hang", "server_error", "garbage"):
        ground.emulator.fault(fault)
    assert ground.say_all([ground.student() for _ in range(5)], "Are you still there?") == [202] * 5


def turns_while_web_is_killed(ground: Ground) -> None:
    """Who saw the connection break says it again, as a browser's user does."""
    clients = [ground.student() for _ in range(6)]
    workers = children_of(ground.web)

    def say(client: StudentClient) -> int:
        with contextlib.suppress(*CUT_OFF):
            return ground.say(client, "Does it hurt?").status_code
        return 0

    with ThreadPoolExecutor(len(clients)) as pool:
        said = pool.map(say, clients)
        kill_ids(workers)
        statuses = list(said)
    for client, status in zip(clients, statuses, strict=True):
        if status == 0:
            assert ground.say(client, "Does it hurt?").status_code in {202, 409}
    assert set(statuses) <= {0, 202}
    ground.wait_for_worker()


def turns_without_redis(ground: Ground) -> None:
    clients, others = ([ground.student() for _ in range(2)] for _ in range(2))
    ground.emulator.clear()
    ground.emulator.settings(latency_s=2.0)
    assert ground.say_all(clients, "Do you smoke?") == [202] * 2
    ground.asked(2)
    with ground.without_redis():
        assert ground.say_all(others, "Do you drink?") == [202] * 2
        # The calls that were under way end while Redis is away.
        ground.wait_for(
            "SELECT count(*) = 2 FROM runs r JOIN messages m ON m.id = r.user_message_id "
            "WHERE m.content = 'Do you smoke?' AND r.status = 'completed'",
            "the calls end without Redis",
        )


def turns_without_postgres(ground: Ground) -> None:
    clients = [ground.student() for _ in range(2)]
    ground.emulator.clear()
    ground.emulator.settings(latency_s=2.0)
    assert ground.say_all(clients, "Do you take any medicines?") == [202] * 2
    ground.asked(2)
    late = ground.student()
    with ground.without_postgres():
        answer = ground.say(late, "Any allergies?")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert ground.say(late, "Any allergies?").status_code == 202


def turns_through_a_broken_network_to(proxy: Proxy, ground: Ground) -> None:
    clients = [ground.student() for _ in range(6)]
    for network in (Network.CUT, Network.SWALLOWING):
        before, meanwhile, after = clients.pop(), clients.pop(), clients.pop()
        ground.emulator.clear()
        ground.emulator.settings(latency_s=1.0)
        assert ground.say(before, "Is it in the family?").status_code == 202
        ground.asked(1)
        with proxy.broken(network, for_s=2.0):
            if proxy is ground.to_redis:
                assert ground.say(meanwhile, "Do you sleep well?").status_code == 202
        assert ground.say(after, "Any fever?").status_code == 202


@pytest.mark.old_api
def test_without_the_database_every_surface_says_so_and_is_back_at_once(ground: Ground) -> None:
    client = ground.student()
    run = ground.say(client, "Good morning.").json()
    ground.check()
    token = client.http.headers["Authorization"]
    admin = httpx2.Client(base_url=ground.url, timeout=30)
    admin.cookies.set("sessionid", "a" * 32)
    requests = {
        "v2": lambda: client.http.get("/threads/"),
        "a write": lambda: ground.say(client, "Where does it hurt?"),
        "sign-in": lambda: client.http.post("/auth/login/", json={"email": "a@example.org", "password": "b"}),
        "the admin": lambda: admin.get("/admin/"),
        "events": lambda: httpx2.get(
            f"{ground.async_url}/api/v2/runs/{run['id']}/events/", headers=_bearer(token), timeout=30
        ),
        "old": lambda: httpx2.get(f"{ground.url}/api/scenarios", headers=_bearer(token)),
        "old sign-in": lambda: httpx2.post(f"{ground.url}/api/login", json={"email": "a@b.org", "password": "b"}),
        "old marking": lambda: httpx2.post(
            f"{ground.async_url}/api/activities/{ground.activity}/rubric_assessment",
            json={"thread_id": client.thread},
            headers=_bearer(token),
            timeout=30,
        ),
    }
    ground.to_postgres.set(Network.CUT)
    # Async waits for its pool's patience, so that all ask at the same time.
    with ThreadPoolExecutor(len(requests)) as pool:
        answers = dict(zip(requests, pool.map(lambda ask: ask(), requests.values()), strict=True))
    for name, answer in answers.items():
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), (name, answer.text)
        body = answer.json()
        assert "database" in body["message" if name.startswith("old") else "detail"], name
        assert name.startswith("old") or body["code"] == "database_unavailable", name
    assert httpx2.get(f"{ground.url}/health/live").status_code == 200
    ground.to_postgres.set(Network.WHOLE)
    assert {name: ask().status_code for name, ask in requests.items() if name != "old marking"} == {
        "v2": 200, "a write": 202, "sign-in": 401, "the admin": 302, "events": 204, "old": 200, "old sign-in": 401,
    }  # fmt: skip
    ground.check()


def test_a_cancelled_run_is_not_answered_and_the_next_one_is(ground: Ground) -> None:
    client = ground.student()
    ground.emulator.settings(latency_s=3.0)
    run = ground.say(client, "What did you say?").json()
    ground.asked(1)
    cancelled = client.post(f"/runs/{run['id']}/cancel/")
    assert cancelled["status"] == "cancelled"
    ground.emulator.settings(latency_s=0.0)
    again = ground.say(client, "I mean, where does it hurt?").json()
    assert client.ended(f"/runs/{again['id']}/")["status"] == "completed"
    done = f"SELECT count(*) = 1 FROM usage_records WHERE run_id = '{run['id']}' AND outcome <> 'begun'"
    ground.wait_for(done, "the worker is done with the call")
    messages = client.get(f"/threads/{client.thread}/messages/")["results"]
    assert [message["role"] for message in messages] == ["user", "user", "assistant"]
    ground.check()


def test_a_pause_holds_runs_back_and_a_resume_delivers_them(ground: Ground) -> None:
    client, early = ground.student(), ground.student()
    ground.emulator.settings(latency_s=3.0)
    at_the_model = ground.say(early, "Good morning.").json()
    ground.asked(1)
    assert "paused since" in manage(ground.stack.settings, "model_calls", "pause", "--reason", "The bill")
    run = ground.say(client, "Good morning.").json()
    assert (run["status"], run["paused"]) == ("queued", True)
    assert early.ended(f"/runs/{at_the_model['id']}/")["status"] == "completed"
    assert client.get(f"/runs/{run['id']}/")["status"] == "queued"
    assert len(ground.emulator.requests()) == 1
    ground.emulator.settings(latency_s=0.0)
    assert "The model is called" in manage(ground.stack.settings, "model_calls", "resume")
    assert client.ended(f"/runs/{run['id']}/")["status"] == "completed"
    ground.check()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": token}
