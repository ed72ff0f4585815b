"""nginx's routes, in front of the old service's stand-in and the real new service."""

import contextlib
import json
import secrets
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from deploy.nginx.files import Step
from dev.paths import temporary_folder
from dev.processes import Supervisor
from tests.gateway import Gateway, Nginx
from tests.stack import PASSWORD, STUDENT, SignedInClient

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]

RUN = "0b8e5e3c-4a52-4a0e-9d1e-000000000000"
CHAT = ["threads", "threads/run", f"threads/{RUN}/messages", f"runs/{RUN}/status", "context/preview"]
GRADING = ["activities/1/rubric_assessment", "scenarios/1/rubric_responses"]
REST = [
    *("all_users", "create_users", "login", "no_such_route", "threads_of_old", "v20"),
    *("categories", "categories/1", "categories/1/rubrics", "rubrics", "rubrics/1", "activities", "activities/1"),
    *("scenarios_of_old", "rubric_questions_of_old", "v2scenarios"),
]
# Of these only writes; tests/test_authoring_routes.py has the others.
AUTHORING = [
    *("scenarios", "scenarios/1", "scenarios/1/enable", "scenarios/1/disable", "scenarios/1/rubric_questions"),
    *("rubric_questions", "rubric_questions/1", "delete_all", "scenarios/x", "scenarios/1/no_such_route"),
]
NEW = ["v2/scenarios", "v2/threads", f"v2/runs/{RUN}", "v2/no-such", "schema", "docs"]
KINDS = {
    "chat": [f"/api/{path}" for path in CHAT],
    "grading": [f"/api/{path}" for path in GRADING],
    "events": [f"/api/v2/runs/{RUN}/events"],
    "new": [
        *("/", "/admin", "/admin/login", "/health/live", "/health/ready", "/static/x"),
        *(f"/api/{path}" for path in NEW),
    ],
    "authoring": [f"/api/{path}" for path in AUTHORING],
    "rest": ["/nowhere", "/scenarios", *(f"/api/{path}" for path in REST)],
}
HERE = {"chat": {"web"}, "grading": {"async"}, "events": {"async"}, "new": {"web"}, "authoring": {"web"}}
PHASES = {
    (0,): {kind: {"flask"} for kind in KINDS},
    (1,): {**HERE, "rest": {"flask"}},
    (2, 50): {**HERE, "rest": {"flask", "web"}},
    (3,): {**HERE, "rest": {"web"}},
    (4,): {**HERE, "rest": {"web"}},
}


def test_each_phase_sends_each_address_where_it_belongs_with_and_without_its_last_slash(gateway: Gateway) -> None:
    for phase, expected in PHASES.items():
        gateway.switch(*phase)
        if phase == (4,):
            gateway.flask.stop()
        for kind, paths in KINDS.items():
            found = _asked(gateway, [*paths, *(f"{path}/" for path in paths if phase == (1,))])
            wrong = {path: service for path, service in found.items() if service not in expected[kind]}
            assert not wrong, (phase, kind, wrong)
    gateway.flask.start()


def _asked(gateway: Gateway, paths: list[str]) -> dict[str, str]:
    """Which service was asked: by the header, and by the port that nginx connected to."""
    with httpx2.Client(base_url=gateway.url, timeout=30) as client:
        # No address answers to PATCH without a token, and so nothing is changed or takes long.
        answers = {path: client.patch(path) for path in paths}
    for (path, answer), line in zip(answers.items(), gateway.logged(*answers.values()), strict=True):
        assert answer.status_code < 500, (path, answer.text)
        assert line["upstream"] == f"127.0.0.1:{gateway.ports[answer.headers['X-Served-By']]}", path
    return {path: answer.headers["X-Served-By"] for path, answer in answers.items()}


def test_without_redis_people_sign_in_read_and_post_and_are_answered_when_it_is_back(gateway: Gateway) -> None:
    gateway.switch(3)
    stack = gateway.stack
    beat_file = str(stack.folder / f"beat-{secrets.token_hex(3)}")
    beat = ("-m", "celery", "-A", "config", "beat", "--schedule", beat_file, "--pidfile=")
    with (
        stack.worker(**gateway.settings),
        stack.running(stack.process("beat", *beat, **gateway.settings)),
        contextlib.ExitStack() as opened,
    ):
        with gateway.without_redis():
            old = gateway.sign_in(*STUDENT)
            opened.callback(old.close)
            activity = old.get("/activities").json()[0]
            thread = old.post("/threads", json={}).json()["thread_id"]
            posted = old.post(f"/threads/{thread}/messages", json={"content": "Good morning, what brings you in?"})
            assert posted.status_code == 201, posted.text
            run = old.post("/threads/run", json={"thread_id": thread, "activity_id": activity["id"]})
            assert run.status_code == 201, run.text
            new = opened.enter_context(SignedInClient(gateway.url, *STUDENT))
            assert new.get(f"/runs/{run.json()['run_id']}/")["status"] == "queued"
        assert new.ended(f"/runs/{run.json()['run_id']}/")["status"] == "completed"
        assert [message["role"] for message in old.get(f"/threads/{thread}/messages").json()] == ["user", "assistant"]


def test_a_service_that_is_down_is_a_502_in_the_format_of_the_address_and_leaves_no_secret_in_a_log(
    gateway: Gateway,
) -> None:
    gateway.switch(1)
    secret = secrets.token_hex(8)
    gateway.flask.stop()
    old = httpx2.get(f"{gateway.url}/api/scenarios?token={secret}", headers={"Origin": "https://elsewhere.example"})
    new = httpx2.get(f"{gateway.url}/api/v2/auth/login?token={secret}")
    gateway.flask.start()
    assert old.status_code == 502
    assert old.headers["Content-Type"] == "application/json"
    assert old.headers["Access-Control-Allow-Origin"] == "*"
    assert old.json() == {"message": "The service does not answer. Please try again."}
    assert new.status_code == 405
    (line,) = gateway.logged(old)
    assert (line["path"], line["status"], line["service"]) == ("/api/scenarios", 502, "flask")
    written = [*gateway.folder.rglob("*.log"), gateway.folder.parent / "nginx.log", gateway.web.log]
    assert len(written) >= 4
    assert not [path for path in written if secret in path.read_text()]


def test_nobody_guesses_on_by_forging_an_address(gateway: Gateway) -> None:
    gateway.switch(1)
    guess = {"email": f"{secrets.token_hex(4)}@example.org", "password": PASSWORD}
    with httpx2.Client(base_url=gateway.url, timeout=30) as client:
        answers = [
            client.post("/api/v2/auth/login/", json=guess, headers={"X-Forwarded-For": f"203.0.113.{number}"})
            for number in range(11)
        ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert {line["client"] for line in gateway.logged(*answers)} == {"127.0.0.1"}


def test_a_request_has_one_id_in_every_log_and_in_its_answer(gateway: Gateway) -> None:
    gateway.switch(1)
    known, rubbish = secrets.token_hex(8), 'a"b {c}'
    with httpx2.Client(base_url=f"{gateway.url}/api/v2", timeout=30) as client:
        answers = [client.get("/users/me/", headers={"X-Request-ID": given}) for given in (known, rubbish)]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert ids[0] == known
    assert len(ids[1]) == 32
    assert [line["path"] for line in gateway.logged(*answers)] == ["/api/v2/users/me/"] * 2
    for request_id in ids:
        assert f'"request_id": "{request_id}"' in gateway.web.log.read_text()


def test_headers_keep_browsers_careful_and_the_microphone_allowed(gateway: Gateway) -> None:
    gateway.switch(1)
    for path in ("/api/scenarios", "/api/v2/scenarios/", "/admin/login/", "/api/docs/"):
        headers = httpx2.get(f"{gateway.url}{path}").headers
        assert headers.get_list("X-Content-Type-Options") == ["nosniff"], path
        assert headers.get_list("Referrer-Policy") == ["same-origin"], path
        assert headers.get_list("X-Frame-Options") == ["DENY"], path
        assert "microphone=(self)" in headers["Permissions-Policy"], path
        assert "Strict-Transport-Security" not in headers, path
        assert headers["Server"] == "nginx", path
    assert "Access-Control-Allow-Origin" not in headers


def test_a_body_that_nobody_reads_does_not_cost_the_answer(gateway: Gateway) -> None:
    """A connection that is closed with something unread is reset, and what was answered is lost."""
    gateway.switch(3)
    with httpx2.Client(base_url=gateway.url, timeout=30) as client:
        for _ in range(10):
            assert client.post("/api/v2/scenarios/", content=b"x" * 1_900_000).status_code == 401
            assert client.post("/api/scenarios", content=b"x" * 1_900_000).status_code == 401
            assert client.post("/api/v2/auth/login/", content=b"x" * 1_900_000).status_code in {415, 429}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/scenarios", {"message": "The body is larger than 2 MB."}),
        ("/api/v2/scenarios/", {"code": "body_too_large", "detail": "The body is larger than 2 MB."}),
    ],
)
def test_a_body_that_is_too_big_is_refused_in_the_format_of_the_address(
    gateway: Gateway, path: str, body: dict[str, str]
) -> None:
    with httpx2.Client(base_url=gateway.url, timeout=30) as client:
        assert client.post(path, content=b"x" * 1_900_000).status_code != 413 or path == "/api/v2/scenarios/"
        answer = client.post(path, content=b"x" * 2_200_000)
    assert (answer.status_code, answer.json()) == (413, body)


class Listener(BaseHTTPRequestHandler):
    """A service that keeps what it is sent, and streams its answer: the second part when `go_on` is set."""

    protocol_version = "HTTP/1.1"
    sent: list[Any]
    go_on: threading.Event

    def do_GET(self) -> None:
        self.sent.append((self.requestline, dict(self.headers)))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"6\r\nfirst\n\r\n")
        self.go_on.wait(20)
        self.wfile.write(b"7\r\nsecond\n\r\n0\r\n\r\n")

    def do_POST(self) -> None:
        """It takes the request, and dies of it."""
        self.sent.append((self.requestline, dict(self.headers)))
        self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        pass


Listened = tuple[Nginx, type[Listener]]


@pytest.fixture(scope="module")
def listened() -> Iterator[Listened]:
    """nginx in phase 4, with one listener behind both names; web has it twice, so that nginx could try again."""
    heard: type[Listener] = type("Heard", (Listener,), {"sent": [], "go_on": threading.Event()})
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), heard) as server,
        temporary_folder() as folder,
        Supervisor() as supervisor,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports = dict.fromkeys(("web", "async", "flask"), server.server_port)
        nginx = Nginx(supervisor, folder, ports, Step(4))
        settings = nginx.folder / "virtual-patient" / "http.conf"
        one = f"server 127.0.0.1:{server.server_port};"
        text = settings.read_text().replace(f"upstream web {{\n    {one}", f"upstream web {{\n    {one}\n    {one}")
        settings.write_text(text.replace("default 0;", "default 0;\n    127.0.0.2 1;"))
        listen = settings.with_name("listen.conf")
        listen.write_text(f"{listen.read_text()}\nset_real_ip_from 127.0.0.2;\n")
        nginx.switch(4)
        yield nginx, heard
        heard.go_on.set()
        server.shutdown()


def test_events_arrive_as_they_are_sent(listened: Listened) -> None:
    nginx, heard = listened
    heard.go_on.clear()
    with httpx2.stream("GET", f"{nginx.url}/api/v2/runs/{RUN}/events/?ticket=1", timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "first"
        heard.go_on.set()
        assert next(lines) == "second"
    assert heard.sent[-1][0] == f"GET /api/v2/runs/{RUN}/events/?ticket=1 HTTP/1.1"


@pytest.mark.parametrize(
    ("comes_from", "address", "scheme"),
    [("127.0.0.1", "127.0.0.1", "http"), ("127.0.0.2", "203.0.113.7", "https")],
    ids=["a client", "a proxy that is named"],
)
def test_only_a_proxy_of_ours_may_say_where_a_client_comes_from(
    listened: Listened, comes_from: str, address: str, scheme: str
) -> None:
    nginx, heard = listened
    heard.go_on.set()
    claims = {
        "X-Forwarded-For": "198.51.100.1, 203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "198.51.100.1",
        "Forwarded": "for=198.51.100.1",
    }
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address=comes_from)) as client:
        answer = client.get(f"{nginx.url}/api/scenarios", headers=claims)
    sent = heard.sent[-1][1]
    assert (sent["X-Forwarded-For"], sent["X-Real-IP"], sent["X-Forwarded-Proto"]) == (address, address, scheme)
    assert "Forwarded" not in sent
    assert "X-Forwarded-Host" not in sent
    assert ("Strict-Transport-Security" in answer.headers) == (scheme == "https")
    assert nginx.logged(answer)[0]["client"] == address


def test_the_log_of_nginx_conf_which_has_query_strings_is_told_nothing(listened: Listened) -> None:
    nginx, heard = listened
    heard.go_on.set()
    settings, usual = nginx.folder / "nginx.conf", nginx.folder / "usual.log"
    usual.touch()
    usual.chmod(0o666)  # nginx may run as somebody else
    settings.write_text(settings.read_text().replace("http {", "http {\n    access_log usual.log;", 1))
    nginx.switch(4)
    nginx.logged(httpx2.get(f"{nginx.url}/api/scenarios?token={secrets.token_hex(8)}"))
    assert usual.read_text() == ""


def test_a_post_that_may_have_been_taken_is_not_sent_twice(listened: Listened) -> None:
    nginx, heard = listened
    heard.sent.clear()
    answer = httpx2.post(f"{nginx.url}/api/threads", json={})
    assert (answer.status_code, len(heard.sent)) == (502, 1)
    assert answer.json() == {"message": "The service does not answer. Please try again."}


def test_what_is_no_request_is_answered_in_json(listened: Listened) -> None:
    nginx, _ = listened
    with socket.create_connection(("127.0.0.1", nginx.ports["nginx"]), timeout=10) as connection:
        connection.sendall(b"GET /api/login HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert json.loads(answer.rpartition("\r\n")[2]) == {"message": "The request could not be read."}
