"""`deploy/switch` as an operator calls it, and what clients notice of it."""

import contextlib
import http.client
import http.server
import itertools
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
import pytest

from deploy.nginx import switch
from deploy.nginx.files import Step
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import free_port
from tests.gateway import SOME_UNVETTED, Gateway, Nginx
from tests.stack import PASSWORD, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
VISITORS = 6


@pytest.fixture(scope="module")
def nginx() -> Iterator[Nginx]:
    """With nobody behind it."""
    with temporary_folder() as folder, Supervisor() as supervisor:
        yield Nginx(supervisor, folder, {name: free_port() for name in ("web", "async", "flask")}, Step(1))


@pytest.fixture
def site(nginx: Nginx) -> Path:
    """Its folder, in phase 1."""
    nginx.switch(1)
    return Path(nginx.variables["SWITCH_FOLDER"])


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_it_tells_the_phase_and_says_in_a_line_what_it_did(nginx: Nginx, site: Path) -> None:
    assert nginx.switch() == "phase 1 is served\n"
    said = nginx.switch(2)
    assert said.startswith("phase 2 with 5 % of the clients is served, ")
    assert said.endswith("; before: phase 1\n")
    assert nginx.switch(2, 40).endswith("; before: phase 2 with 5 % of the clients\n")
    assert nginx.switch() == "phase 2 with 40 % of the clients is served\n"


@pytest.mark.parametrize("arguments", [("5",), ("two",), ("2", "0"), ("2", "100"), ("3", "50"), ("1", "2", "3")])
def test_a_phase_or_a_share_that_is_none_changes_nothing(nginx: Nginx, site: Path, arguments: tuple[str, ...]) -> None:
    before = texts(site)
    assert nginx.run_switch(*arguments).returncode == 2
    assert texts(site) == before


def test_a_broken_file_is_refused_with_what_nginx_says_and_all_is_as_before(nginx: Nginx, site: Path) -> None:
    flask = site / "flask.conf"
    good = flask.read_text()
    flask.write_text(good.replace("server 127", "severe 127"))
    before = texts(site)
    done = nginx.run_switch(3)
    assert done.returncode == 1
    assert 'unknown directive "severe"' in done.stderr
    assert "flask.conf:3" in done.stderr
    assert texts(site) == before
    assert nginx.switch() == "phase 1 is served\n"
    flask.write_text(good)


def test_a_file_that_only_the_running_nginx_refuses_is_put_back(
    nginx: Nginx, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(switch, "RELOAD_TIMEOUT_S", 0.5)
    for name, value in nginx.variables.items():
        monkeypatch.setenv(name, value)
    listen = site / "listen.conf"
    good = listen.read_text()
    # Bound by nobody here: the test of a configuration cannot know, and the reload fails.
    listen.write_text(f"{good}\nlisten 192.0.2.1:{free_port()};\n")
    before = texts(site)
    assert switch.main(["0"]) == 1
    assert texts(site) == before
    listen.write_text(good)
    assert capsys.readouterr().err
    assert nginx.switch(1).startswith("phase 1 is served")


def test_two_switches_at_once_are_one(nginx: Nginx, site: Path) -> None:
    with switch.locked(site):
        done = nginx.run_switch(0)
    assert (done.returncode, done.stderr) == (1, "Another switch is under way.\n")


def test_an_nginx_that_serves_something_else_is_not_passed_off_as_switched(nginx: Nginx, site: Path) -> None:
    done = nginx.run_switch(SWITCH_URL="http://127.0.0.1:9/")
    assert done.returncode == 1
    assert "does not serve it" in done.stderr
    done = nginx.run_switch("0", SWITCH_FOLDER="/nowhere")
    assert done.returncode == 1
    assert "/nowhere is missing" in done.stderr


def test_authoring_comes_here_when_every_claimed_role_has_been_looked_at(gateway: Gateway) -> None:
    gateway.switch(1)
    real = {**gateway.stack.settings, "PYTHON": ""}
    email = f"{secrets.token_hex(4)}@example.org"
    claim = {"username": "Eve", "email": email, "password": PASSWORD, "role": "admin"}
    assert httpx2.post(f"{gateway.url}/api/create_users", json=claim).status_code == 201
    # From before any vetting that another test may have made: a newcomer would refuse nothing.
    assert gateway.stack.rows('UPDATE "user" SET date_joined = NULL WHERE email = %s RETURNING id', email)
    done = gateway.run_switch("3", **real)
    assert done.returncode == 1
    assert done.stderr.startswith("Refused: phase 3 sends authoring here, and manage.py approve_roles --check says:\n")
    assert gateway.switch() == "phase 1 is served\n"
    claims = "role IN ('instructor', 'admin') AND approved_role IS DISTINCT FROM role"
    assert gateway.stack.rows(f"UPDATE \"user\" SET role = 'student' WHERE {claims} RETURNING id")
    assert gateway.run_switch("3", **real).returncode == 0


def test_the_way_back_and_the_last_step_are_open_whatever_is_unvetted(nginx: Nginx, site: Path) -> None:
    for phase in ("2", "3", "4"):
        assert nginx.run_switch(phase, PYTHON=SOME_UNVETTED).returncode == 1
    nginx.switch(3)
    back: list[tuple[str, ...]] = [("4",), ("3",), ("4",), ("2", "50"), ("2", "10"), ("1",), ("0",)]
    for step in back:
        done = nginx.run_switch(*step, PYTHON=SOME_UNVETTED)
        assert done.returncode == 0, done.stderr
    for forward in (("1",), ("2", "10")):
        assert nginx.run_switch(*forward, PYTHON=SOME_UNVETTED).returncode == 1


@contextlib.contextmanager
def busy(nginx: Nginx, *first: bytes) -> Iterator[str]:
    """Where nginx tells what it serves, as on a busy machine: these answers come first, b"" being none."""
    left = list(first)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = left.pop(0) if left else None
            if answer is None:
                body = httpx2.get(nginx.variables["SWITCH_URL"]).content
                answer = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
    assert not left


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"", id="no answer"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n4 0 1", id="a worker from before the last reload"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n3 0", id="half an answer"),
        pytest.param(b"HTTP/1.0 503 Service Unavailable\r\n\r\n", id="too busy"),
        pytest.param(b"?\xff\r\n", id="no HTTP"),
    ],
)
def test_the_way_back_is_open_while_nginx_is_too_busy_to_tell_at_once(nginx: Nginx, site: Path, first: bytes) -> None:
    nginx.switch(3)
    with busy(nginx, first, first) as url:
        assert nginx.run_switch(SWITCH_URL=url).stdout == "phase 3 is served\n"
    with busy(nginx, first, first) as url:
        done = nginx.run_switch(2, 50, PYTHON=SOME_UNVETTED, SWITCH_URL=url)
    assert done.stdout.endswith("; before: phase 3\n"), done.stderr


class Visitor(threading.Thread):
    """Somebody with one kept connection who signs in now and then, reads, and posts; every request must come off."""

    def __init__(self, gateway: Gateway, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", gateway.ports["nginx"], timeout=30)
        self._stop_now = stop
        self.account = {"email": f"{secrets.token_hex(6)}@example.org", "password": PASSWORD}
        self.answered: Counter[tuple[str, int, str]] = Counter()
        self.posted: list[str] = []
        self.asked_again = 0
        self.failure: str | None = None
        self.call("POST", "create_users", {**self.account, "username": "Vi", "role": "student"})
        self.first_token = self.last_token = self.sign_in()
        self.thread = self.call("POST", "threads", {}, self.first_token)["thread_id"]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        content = json.dumps(body) if body is not None else None
        try:
            answer = self._ask(method, path, content, headers)
        except ConnectionError:
            # As browsers do when a kept connection ends before the first byte of an answer.
            self._connection.close()
            self.asked_again += 1
            answer = self._ask(method, path, content, headers)
        said = json.loads(answer.read())
        name = path.split("/")[0]
        self.answered[name, answer.status, answer.headers["X-Served-By"]] += 1
        assert answer.status in (200, 201), (method, path, answer.status, said)
        return said

    def _ask(self, method: str, path: str, content: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, f"/api/{path}", content, headers)
        return self._connection.getresponse()

    def sign_in(self) -> str:
        return str(self.call("POST", "login", self.account)["token"])

    def run(self) -> None:
        try:
            for number in itertools.count():
                if self._stop_now.is_set():
                    return
                self._visit(number)
        except (OSError, http.client.HTTPException, AssertionError) as failure:
            self.failure = repr(failure)

    def _visit(self, number: int) -> None:
        if number % 60 == 30:
            self.last_token = self.sign_in()
        elif number % 5 == 0:
            text = f"message {number}"
            self.call("POST", f"threads/{self.thread}/messages", {"content": text}, self.last_token)
            self.posted.append(text)
        else:
            self.call("GET", "activities", token=(self.first_token, self.last_token)[number % 2])

    def close(self) -> None:
        self._connection.close()


class Crowd:
    """Visitors who come and go while the block runs."""

    def __init__(self, gateway: Gateway) -> None:
        self._stop = threading.Event()
        self.visitors = [Visitor(gateway, self._stop) for _ in range(VISITORS)]

    def __enter__(self) -> Self:
        for visitor in self.visitors:
            visitor.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, where: TracebackType | None) -> None:
        self._stop.set()
        for visitor in self.visitors:
            visitor.join(30)
            visitor.close()

    @property
    def answered(self) -> Counter[tuple[str, int, str]]:
        return sum((visitor.answered.copy() for visitor in self.visitors), Counter())

    def go_on(self, more: int = 100) -> None:
        until = self.answered.total() + more
        wait_until(lambda: self.answered.total() >= until or bool(self.failures()), "people go on")

    def failures(self) -> list[str]:
        return [visitor.failure for visitor in self.visitors if visitor.failure]


def test_forward_and_back_and_forward_again_loses_no_request_no_message_and_no_session(gateway: Gateway) -> None:
    gateway.switch(1)
    with Crowd(gateway) as crowd:
        started = time.monotonic()
        for step in ((2, 50), (3,), (2, 50), (1,), (3,), (1,), (4,), (1,)):
            crowd.go_on()
            gateway.switch(*step)
        crowd.go_on()
        took = time.monotonic() - started
    assert crowd.failures() == []
    assert sum(visitor.asked_again for visitor in crowd.visitors) == 0
    print(f"{crowd.answered.total() / took:.0f} requests a second: {crowd.answered}")
    served = {(name, service) for name, _, service in crowd.answered}
    assert served >= {("activities", "flask"), ("activities", "web"), ("threads", "web")}
    assert {service for name, service in served if name == "threads"} == {"web"}
    for visitor in crowd.visitors:
        with httpx2.Client(headers={"Authorization": f"Bearer {visitor.first_token}"}) as client:
            messages = client.get(f"{gateway.url}/api/threads/{visitor.thread}/messages").json()
        assert [message["message"] for message in messages] == visitor.posted
