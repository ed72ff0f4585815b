"""`manage.py compare_flask` between the old service and this one, both running."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from dev.servers import free_port
from tests.legacy.databases import connect, django_on, new_database, url_of
from tests.legacy.flask_process import FlaskProcess
from tests.legacy.together import EMAIL, PASSWORD, Together

Reply = tuple[int, dict[str, str], bytes]

CHANGES = (
    "UPDATE assistant_scenarios SET scenario_text = scenario_text || 'The end.' WHERE id = 4",
    "UPDATE assistant_scenarios SET enable = NOT enable WHERE id = 2",
    "INSERT INTO assistant_tags (tag, scenario_id) VALUES ('new', 1)",
    "UPDATE subcategories SET marking_instructions = 'Changed' WHERE id = 2",
    "INSERT INTO categories (id, name, total_required_to_pass) VALUES (11, 'Added', 0)",
    "DELETE FROM activity_categories WHERE activity_id = 6",
    """UPDATE "user" SET username = 'Somebody Else' WHERE id = 3""",
)


@pytest.fixture
def django(together: Together, django_db_blocker: DjangoDbBlocker, settings: Any) -> Iterator[str]:
    """The URL of this service on the adopted database."""
    settings.COMPARE_PASSWORD = PASSWORD
    with django_db_blocker.unblock(), django_on(together.database):
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()


def compare(flask: str, django: str, *options: str, pause: str = "0") -> tuple[int, str]:
    """The exit code and the output."""
    said = io.StringIO()
    who = () if "--token-file" in options else ("--email", EMAIL)
    try:
        call_command(
            "compare_flask", "--flask", flask, "--django", django, f"--pause={pause}", *who, *options, stdout=said
        )
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    return 0, said.getvalue()


@contextmanager
def server(reply: Callable[[BaseHTTPRequestHandler], Reply]) -> Iterator[str]:
    """A server that sends `reply` to every request."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = reply(self)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()


@contextmanager
def in_front_of(url: str, change: Callable[[str, Reply], Reply]) -> Iterator[str]:
    """A proxy for the service at `url` that passes each response, with its path, through `change`."""

    def reply(request: BaseHTTPRequestHandler) -> Reply:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        sent = client.request(request.command, url + request.path, headers=headers, content=request.received)
        return change(request.path, (sent.status_code, {"Content-Type": sent.headers["Content-Type"]}, sent.content))

    with httpx2.Client(trust_env=False, timeout=30) as client, server(reply) as address:
        yield address


def test_the_two_services_on_one_database_answer_the_same(together: Together, django: str, tmp_path: Path) -> None:
    code, said = compare(together.flask.url, django)
    assert code == 0, said
    assert "Ready: no difference that is not meant." in said
    assert "Meant: /context/preview (8): the patient is no longer told the rubric" in said
    assert PASSWORD not in said
    assert EMAIL not in said

    code, said = compare(f"{together.flask.url}/api/", f"{django}/", "--json")
    found = json.loads(said)
    assert (code, found["ready"]) == (0, True)
    assert {route: report["compared"] for route, report in found["routes"].items()} == {
        "/scenarios": 1,
        "/categories": 1,
        "/activities": 1,
        "/all_users": 1,
        "/scenarios/{id}/rubric_questions": 4,
        "/categories/{id}/rubrics": 4,
        "/context/preview": 4,
        "/scenarios/{no such id}/rubric_questions": 1,
        "/categories/{no such id}/rubrics": 1,
        **{
            f"{path}, {token}": 1
            for path in ("/scenarios", "/categories", "/activities", "/all_users", "/context/preview")
            for token in ("no token", "a bad token")
        },
        "/context/preview, the other's token": 1,
    }
    assert all(report["median_ms"][who] > 0 for report in found["routes"].values() for who in ("flask", "django"))

    token_file = tmp_path / "token"
    with together.flask_client() as client:
        token_file.write_text(client.headers["Authorization"].removeprefix("Bearer ") + "\n")
    code, said = compare(together.flask.url, django, "--token-file", str(token_file), "--sample", "2", "--json")
    assert (code, json.loads(said)["routes"]["/scenarios/{id}/rubric_questions"]["compared"]) == (0, 2)


def test_every_difference_is_named_by_route_row_and_field(
    together: Together, adopted_database: str, django: str
) -> None:
    with new_database(like=adopted_database) as changed:
        with connect(changed) as connection:
            for statement in CHANGES:
                connection.execute(statement)
        with FlaskProcess(url_of(changed), secret_key=together.flask.secret_key, workers=1) as flask:
            code, said = compare(flask.url, django)
    assert code == 1
    assert [line.removeprefix("Differs: ") for line in said.splitlines() if line.startswith("Differs: ")] == [
        "scenarios[id=1].tags: 1 missing, 0 new",
        "scenarios[id=2].enable: True became False",
        "scenarios[id=4].scenario_text: 'fe story. The end.' became 'fe story. ' (at character 33990)",
        "categories[id=1].subcategories[id=2].marking_instructions: 'Changed' became ''",
        "categories[id=11]: missing",
        "activities[id=6].categories: 0 missing, 1 new",
        "all_users: 1 missing, 1 new",
        "categories/1/rubrics[id=2].marking_instructions: 'Changed' became ''",
        "categories/11/rubrics: status 200 became 404",
    ]
    assert "Somebody Else" not in said
    assert "Not ready" in said


def test_what_somebody_writes_meanwhile_is_noise_and_no_difference(together: Together, django: str) -> None:
    def write(path: str, reply: Reply) -> Reply:
        if path == "/api/scenarios":
            with connect(together.database) as connection:
                connection.execute("UPDATE assistant_scenarios SET enable = NOT enable WHERE id = 2")
        return reply

    with in_front_of(together.flask.url, write) as flask:
        code, said = compare(flask, django)
    assert code == 0, said
    assert "Flask itself changed: scenarios[id=2].enable: False became True" in said


def test_an_order_other_than_by_id_is_a_difference(together: Together, django: str) -> None:
    def turn_around(path: str, reply: Reply) -> Reply:
        status, headers, body = reply
        if (path, status) != ("/api/activities", 200):
            return reply
        return status, headers, json.dumps(json.loads(body)[::-1]).encode()

    with in_front_of(django, turn_around) as turned:
        code, said = compare(together.flask.url, turned)
    assert (code, said.count("Differs:")) == (1, 1)
    assert "Differs: activities: not in the order of its ids" in said
    # The Flask service may use any order.
    with in_front_of(together.flask.url, turn_around) as turned:
        assert compare(turned, django)[0] == 0


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ((200, {"Content-Type": "text/html"}, b"<!doctype html>"), "Flask at {url}/api/login answers with text/html"),
        ((301, {"Location": "https://elsewhere/"}, b""), "redirects to https://elsewhere/"),
        ((502, {"Content-Type": "application/json"}, b"{}"), "is not available now: it answers 502"),
        ((500, {"Content-Type": "text/html"}, b"<p>oh"), "Flask answers the sign-in with 500"),
        ((200, {"Content-Type": "application/json"}, b"{"), "calls its answer JSON, and it is not"),
        ((200, {"Content-Type": "application/json"}, b'{"token": "x"}'), "with no list of rows"),
        ((400, {"Content-Type": "application/json"}, b"{}"), "is the name in {url}/api not in ALLOWED_HOSTS?"),
        ((401, {"Content-Type": "application/json"}, b"{}"), "Flask does not take this email with this password."),
    ],
)
def test_the_message_says_why_services_cannot_be_compared(reply: Reply, sentence: str, django: str) -> None:
    with server(lambda request: reply) as flask:
        code, said = compare(flask, django)
    assert code == 2
    assert sentence.format(url=flask) in said


def test_a_service_that_is_down_or_hangs_or_refuses_the_account_is_reported(
    together: Together, django: str, settings: Any
) -> None:
    code, said = compare(f"http://127.0.0.1:{free_port()}", django)
    assert (code, "cannot be reached" in said) == (2, True)

    let_go = threading.Event()

    def hang(path: str, reply: Reply) -> Reply:
        assert path == "/api/login" or let_go.wait(30)
        return reply

    with in_front_of(django, hang) as hanging:
        code, said = compare(together.flask.url, hanging, "--timeout", "1")
        let_go.set()
    assert code == 2
    assert f"Django at {hanging}/api/all_users did not respond in time" in said

    settings.COMPARE_PASSWORD = "correct horse"
    assert compare(together.flask.url, django)[0] == 2


def test_production_which_redirects_to_tls_is_asked_as_its_proxy_asks(together: Together, settings: Any) -> None:
    settings.COMPARE_PASSWORD = PASSWORD
    schemes = []

    def reply(request: BaseHTTPRequestHandler) -> Reply:
        schemes.append(request.headers["X-Forwarded-Proto"])
        return 401, {"Content-Type": "application/json"}, b"{}"

    with server(reply) as address:
        assert compare(together.flask.url, address)[0] == 2
    assert schemes == ["https"]


def test_an_account_that_django_hides_things_from_is_refused(together: Together, django: str, tmp_path: Path) -> None:
    claims = {"email": "Tom.OHara@Example.ORG", "exp": 4_000_000_000}
    token_file = tmp_path / "token"
    token_file.write_text(jwt.encode(claims, together.flask.secret_key, "HS256"))
    code, said = compare(together.flask.url, django, "--token-file", str(token_file))
    assert code == 2
    assert "it needs one whose role has been approved" in said

    code, said = compare(together.flask.url, django, "--token-file", str(tmp_path / "no such file"))
    assert (code, "cannot be read: No such file" in said) == (2, True)


def test_it_leaves_both_services_to_others_between_its_requests(django: str, together: Together) -> None:
    began: list[float] = []

    def slow(handler: BaseHTTPRequestHandler) -> Reply:
        began.append(time.monotonic())
        return 503, {}, b""

    with server(slow) as busy:
        for pause in ("0.2", "0.3"):
            before = time.monotonic()
            assert compare(busy, django, pause=pause)[0] == 2
            assert began.pop() - before >= float(pause)


@pytest.mark.parametrize("pause", ["-1", "6", "nan", "soon"])
def test_a_pause_that_is_none_is_refused(pause: str) -> None:
    _, said = compare("http://127.0.0.1:9", "http://127.0.0.1:9", pause=pause)
    assert "from 0 to 5" in said
