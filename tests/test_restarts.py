"""Processes restart as the systemd units do it, while people work and notice nothing."""

import json
import secrets
import signal
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.common import PYTHON
from dev.paths import temporary_folder
from dev.processes import Process, Supervisor
from dev.system import responds
from tests.faults import children_of
from tests.gateway import Gateway
from tests.stack import INSTRUCTOR, PASSWORD, STUDENT, SignedInClient, Stack, _is_ready, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]
# What systemd does between fork and exec for a service that has a socket.
ACTIVATED = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); "
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
)
# gunicorn kills what has not been heard of for so long; a marking that async has in hand takes longer, as some do.
TIMEOUT_S = {"web": 30, "async": 4}
MARKING_S = 9.0
MESSAGES = ("Good morning. What brings you in?", "Since when?", "Does it hurt?", "Do you smoke?", "Any other illness?")


class Units(Gateway):
    """nginx before web and async, whose ports are held by somebody else: here by this process."""

    def _gunicorn(self, name: str, kind: str, port: int, module: str) -> Process:
        held = socket.create_server(("127.0.0.1", port), backlog=4096)
        # Within what is asked here of one person in a minute.
        self.settings |= {"THROTTLE_RATES": "runs=999/min,evaluations=999/min,reads=9999/min,writes=999/min"}
        process: Process = super()._gunicorn(name, kind, port, module)
        command = [PYTHON, "-c", ACTIVATED, str(held.fileno()), *process.command, f"--timeout={TIMEOUT_S[name]}"]
        self.held = [*getattr(self, "held", []), held]
        return replace(process, command=command, pass_fds=(held.fileno(),), grace_s=150)

    def reload(self, process: Process) -> None:
        """Its ExecReload; returns once all of before have gone."""
        before = set(children_of(process))
        process.popen.send_signal(signal.SIGHUP)
        wait_until(lambda: before.isdisjoint(children_of(process)), "those of before have gone", process, timeout_s=120)

    def restart(self, process: Process) -> None:
        """systemctl restart: it ends by itself, and only then comes the next."""
        process.ask_to_stop()
        assert process.popen.wait(120) == 0, process.last_lines()
        process.start()


@pytest.fixture(scope="module")
def units(_stack: tuple[Stack, str]) -> Iterator[Units]:
    with temporary_folder() as folder, Supervisor() as supervisor:
        running = Units(_stack[0], folder, supervisor)
        with running.flask:
            running.switch(3)
            yield running
        for held in running.held:
            held.close()


class Person(threading.Thread):
    """Somebody who does one thing again and again until they are told to stop; what was answered is kept."""

    def __init__(self, units: Units, work: Callable[["Person"], None], account: tuple[str, str]) -> None:
        super().__init__(daemon=True)
        self.client = SignedInClient(units.url, *account)
        self.client.http.timeout = httpx2.Timeout(90)
        self.work, self.leave = work, threading.Event()
        self.rounds = 0
        self.answered: Counter[tuple[str, int]] = Counter()
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self.leave.is_set():
                self.work(self)
                self.rounds += 1
                self.leave.wait(0.05)
        except (AssertionError, httpx2.HTTPError) as failure:
            self.failure = failure

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.client.http.request(method, path, json=body)
        self.answered[f"{method} {path.split('?')[0][:12]}", answer.status_code] += 1
        assert answer.status_code in {200, 201, 202}, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def read(person: Person) -> None:
    for path in ("/activities/", "/users/me/", "/scenarios/"):
        person.ask("GET", path)


def mark(person: Person) -> None:
    """At the old address, whose answer waits for the examiner."""
    activity = person.ask("GET", "/activities/")["results"][0]["id"]
    said = [{"role": "user", "message": f"Good morning, I am Sam. {secrets.token_hex(4)}"}]
    base = str(person.client.http.base_url).replace("/api/v2", "/api")
    marked = person.ask("POST", f"{base}activities/{activity}/rubric_assessment", {"messages": said})
    assert marked["categories"]


def converse(person: Person) -> None:
    """Post message by message, with live events; the reply shown is the one stored."""
    activity = person.ask("GET", "/activities/")["results"][0]["id"]
    thread = person.ask("POST", "/threads/", {"activity_id": activity})["id"]
    heard = []
    for text in MESSAGES:
        run = person.ask("POST", f"/threads/{thread}/runs/", {"content": text})
        heard += [text, heard_of(person, run)]
    kept = person.ask("GET", f"/threads/{thread}/messages/?page_size=100")["results"]
    assert [message["message"] for message in kept] == heard


def heard_of(person: Person, run: dict[str, Any]) -> str:
    """The reply of a run, as a browser's EventSource hears it: it comes back by itself, with the last id it had."""
    last, pieces = "", ""
    url = httpx2.URL(str(person.client.http.base_url)).join(run["events_url"])
    while True:
        headers = {"Last-Event-ID": last} if last else {}
        with person.client.http.stream("GET", url, headers=headers) as stream:
            person.answered["GET events", stream.status_code] += 1
            if stream.status_code == 204:
                break
            assert stream.status_code == 200, stream.read()
            kind = ""
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    last = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    said = json.loads(value)
                    pieces = {"delta": pieces + said.get("text", ""), "reset": ""}.get(kind, pieces)
                    if kind == "message":
                        pieces = said["message"]["message"]
                    if kind == "done":
                        assert said["status"] == "completed", said
                        return pieces
    ended = person.ask("GET", f"/runs/{run['id']}/")
    assert ended["status"] == "completed", ended
    return str(ended["message"]["message"])


def newcomer(units: Units) -> tuple[str, str]:
    account = {"username": "Sam", "email": f"{secrets.token_hex(4)}@example.org", "password": PASSWORD}
    answer = httpx2.post(f"{units.url}/api/v2/auth/register/", json=account)
    assert answer.status_code == 201, answer.text
    return account["email"], PASSWORD


@pytest.fixture
def people(units: Units, stack: Stack) -> Iterator[list[Person]]:
    stack.emulator.settings(latency_s=1.0)
    everybody = [Person(units, read, INSTRUCTOR), Person(units, mark, STUDENT), Person(units, mark, newcomer(units))]
    everybody += [Person(units, converse, newcomer(units)) for _ in range(4)]
    for person in everybody:
        person.start()
    yield everybody
    for person in everybody:
        person.leave.set()
    for person in everybody:
        person.join(150)
        person.client.http.close()


def goes_on(people: list[Person]) -> None:
    """Return once everybody has asked for something more, twice."""
    before = [sum(person.answered.values()) for person in people]

    def all_have() -> bool:
        for person in people:
            if person.failure:
                raise person.failure
        return all(sum(one.answered.values()) >= count + 2 for one, count in zip(people, before, strict=True))

    wait_until(all_have, "everybody is answered", timeout_s=90)


def test_nobody_loses_a_request_a_reply_or_a_mark_while_everything_is_restarted(
    units: Units, stack: Stack, people: list[Person]
) -> None:
    (began,) = stack.rows("SELECT clock_timestamp()")
    with stack.worker(**units.settings) as first, stack.worker(**units.settings) as second:
        goes_on(people)
        for process in (units.web, units.async_):
            for again in (units.reload, units.restart):
                again(process)
                goes_on(people)
        for worker in (first, second):
            units.restart(worker)
            wait_until(partial(_is_ready, worker), "the worker is ready", worker)
            goes_on(people)
        for person in people:
            person.leave.set()
        for person in people:
            person.join(150)
        assert [person.failure for person in people] == [None] * len(people)
        assert not any(person.is_alive() for person in people)
    answered = sum((person.answered for person in people), Counter[tuple[str, int]]())
    assert {status for _, status in answered} <= {200, 201, 202, 204}
    assert stack.rows("SELECT count(*) FROM runs WHERE created_at > %s AND status <> 'completed'", *began) == [(0,)]
    assert all(person.rounds for person in people)


@pytest.mark.parametrize("again", [Units.reload, Units.restart], ids=["reload", "restart"])
def test_a_marking_in_hand_is_answered_by_the_process_that_goes(
    units: Units, stack: Stack, again: Callable[[Units, Process], None]
) -> None:
    stack.emulator.settings(latency_s=MARKING_S)
    with stack.worker(**units.settings), ThreadPoolExecutor(1) as pool:
        person = Person(units, mark, newcomer(units))
        marking = pool.submit(mark, person)
        wait_until(lambda: bool(stack.emulator.requests()), "the examiner has it", units.async_)
        again(units, units.async_)
        marking.result()
        person.client.http.close()


def test_hundreds_may_wait_at_each_port(units: Units) -> None:
    allowed = int(Path("/proc/sys/net/core/somaxconn").read_text())
    for held in units.held:
        # tcpi_sacked of linux/tcp.h, which for a socket that listens is how many it lets wait.
        longest = struct.unpack("8B24I", held.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104))[13]
        assert longest >= min(2048, allowed)


def test_a_port_that_is_held_keeps_those_who_come_while_nobody_is_there(units: Units) -> None:
    units.web.ask_to_stop()
    units.web.popen.wait(60)
    with socket.create_connection(("127.0.0.1", units.ports["nginx"]), timeout=90) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        units.web.start()
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: responds(f"{units.url}/health/live"), "web answers", units.web)
