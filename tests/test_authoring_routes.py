"""Patients and their plain questions are written here while Flask has the rest, and nowhere else."""

import contextlib
import http.client
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx2
import pytest

from dev.system import manage
from tests.gateway import Gateway
from tests.stack import INSTRUCTOR, PASSWORD

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]

PATIENT = {
    "scenario_text": "Ann Bell, 40, a baker",
    "additional_instructions": "Opening: My wrist hurts.",
    "communication_preferences": "Brief",
    "tags": ["wrist"],
    "rubrics": ["Asked about work?"],
}
READS = ["GET", "HEAD"]
WRITES = ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "GETS"]
ADDRESSES = ["scenarios", "scenarios/1", "scenarios/1/enable", "scenarios/1/rubric_questions", "rubric_questions/1"]


@pytest.mark.parametrize(
    ("phase", "reads", "writes"),
    [
        ((0,), {"flask"}, {"flask"}),
        ((1,), {"flask"}, {"web"}),
        ((2, 50), {"flask", "web"}, {"web"}),
        ((3,), {"web"}, {"web"}),
        ((4,), {"web"}, {"web"}),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else "",
)
def test_writes_of_patients_come_here_from_phase_1_on_and_preflights_go_with_them(
    gateway: Gateway, phase: tuple[int, ...], reads: set[str], writes: set[str]
) -> None:
    gateway.switch(*phase)
    # Nobody's, so that nothing is changed.
    with httpx2.Client(base_url=f"{gateway.url}/api", timeout=30) as client:
        for method in [*READS, *WRITES]:
            expected = reads if method in READS else writes
            announced = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": method}
            for path in ADDRESSES:
                assert client.request(method, path).headers["X-Served-By"] in expected, (method, path)
                asked = client.options(path, headers=announced)
                assert asked.headers["X-Served-By"] in expected, ("preflight", method, path)
                assert asked.status_code < 500
        if writes == {"web"}:  # Flask would do it for anybody
            refused = client.delete("delete_all")
            assert (refused.status_code, refused.headers["X-Served-By"]) == (401, "web")
        asked = client.options("scenarios")
        assert asked.headers["X-Served-By"] in reads
        asked = client.options("scenarios", headers={"Access-Control-Request-Method": "GET, PUT"})
        assert asked.headers["X-Served-By"] in writes


class Form(NamedTuple):
    """A way to say that a patient is to be made."""

    target: str
    method: str = "POST"
    headers: dict[str, str] = {}


FORMS = [
    Form("/api/scenarios"),
    *(Form("/api/scenarios", method) for method in ("post", "Post", "POST_", "_POST", "PUT", "GET", "HEAD", "QUERY")),
    *(
        Form("/api/scenarios", "GET", {name: "POST"})
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Access-Control-Request-Method")
    ),
    Form("/api/scenarios", "OPTIONS", {"Access-Control-Request-Method": "GET"}),
    Form("/api/scenarios?_method=POST", "GET"),
    *(Form(f"/api/scenarios{end}") for end in ("/", "//", "?", "?a=/api/login", "#", "#/../login", "/?x", "/.", "/..")),
    *(Form(f"/api/scenarios{end}") for end in ("%2F", "%3F", "%23", "%00", "%0A", "%20", ";a=b", ".", "/x/..", "%2e")),
    *(Form(f"{start}/scenarios") for start in ("/api/", "//api", "/./api", "/api/.", "/api/login/..", "/x/../api")),
    *(Form(f"{start}scenarios") for start in ("/api%2F", "/api/%2e/", "/api/login%2F..%2F", "/api%252F", "/api\\")),
    Form("/api/%73cenarios"),
    Form("/%61pi/%73%63enarios"),
    Form("/API/scenarios"),
    Form("/api/Scenarios"),
    Form("http://elsewhere.example/api/scenarios"),
    Form("/api/login/api/scenarios", headers={"SCRIPT_NAME": "/api/login"}),
    Form("/api/login", headers={"PATH_INFO": "/api/scenarios"}),
    Form("/api/login", headers={"X-Original-URL": "/api/scenarios", "X-Rewrite-URL": "/api/scenarios"}),
]


@dataclass
class Author:
    """The vetted instructor, with a token that both services take; `made` are patients to be taken away again."""

    gateway: Gateway
    token: str
    made: set[int] = field(default_factory=set)

    def asks(self, port: int, form: Form) -> tuple[int, str | None, int]:
        """The status, the service by nginx's header, and how many patients there are more."""
        before = self._patients()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **form.headers}
        body = httpx2.Request("POST", "http://a", json=PATIENT).content
        try:
            connection.request(form.method, form.target, body, headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        new = self._patients() - before
        self.made |= new
        return answer.status, answer.headers["X-Served-By"], len(new)

    def _patients(self) -> set[int]:
        return {pk for (pk,) in self.gateway.stack.rows("SELECT id FROM assistant_scenarios")}


@pytest.fixture
def author(gateway: Gateway) -> Iterator[Author]:
    gateway.switch(1)
    with contextlib.closing(gateway.sign_in(*INSTRUCTOR)) as client:
        author = Author(gateway, client.headers["Authorization"].removeprefix("Bearer "))
        yield author
        for pk in author.made:
            assert client.delete(f"/scenarios/{pk}").status_code == 200


def test_no_form_of_a_request_has_flask_write_a_patient(gateway: Gateway, author: Author) -> None:
    written_directly = set()
    for form in FORMS:
        status, _, written = author.asks(gateway.flask.port, form)
        assert status < 500 or status == 501, form
        if written:
            written_directly.add(form.target)
        _, service, written = author.asks(gateway.ports["nginx"], form)
        assert not written or service == "web", form
    # Asked without nginx it does write some of them, so this is about something.
    expected = {"/api/scenarios", "/api/scenarios?a=/api/login", "/api/%73cenarios", "/api%2Fscenarios"}
    assert expected < written_directly


def test_an_author_saves_here_and_reads_at_flask(gateway: Gateway) -> None:
    gateway.switch(1)
    with contextlib.closing(gateway.sign_in(*INSTRUCTOR)) as client:

        def ask(method: str, path: str, service: str, body: Any = None) -> Any:
            answer = client.request(method, path, json=body)
            assert answer.is_success, (method, path, answer.status_code, answer.text)
            assert answer.headers["X-Served-By"] == service, (method, path)
            return answer.json()

        pk = ask("POST", "/scenarios", "web", PATIENT)["id"]
        row = next(row for row in ask("GET", "/scenarios", "flask") if row["id"] == pk)
        assert {name: row[name] for name in PATIENT} == PATIENT
        # The frontend sends back what it read there.
        ask("PUT", f"/scenarios/{pk}", "web", {**row, "scenario_text": "Ann Bell, 41, a baker"})
        ask("PUT", f"/scenarios/{pk}/disable", "web")
        ask("POST", f"/scenarios/{pk}/rubric_questions", "web", {"question": "Asked about sleep?"})
        questions = ask("GET", f"/scenarios/{pk}/rubric_questions", "flask")
        assert sorted(question["question"] for question in questions) == ["Asked about sleep?", "Asked about work?"]
        ask("PUT", f"/rubric_questions/{questions[0]['id']}", "web", {"question": "Asked about pain?"})
        ask("DELETE", f"/rubric_questions/{questions[1]['id']}", "web")
        row = next(row for row in ask("GET", "/scenarios", "flask") if row["id"] == pk)
        assert (row["scenario_text"], row["enable"], row["rubrics"]) == (
            "Ann Bell, 41, a baker",
            False,
            ["Asked about pain?"],
        )
        ask("DELETE", f"/scenarios/{pk}", "web")
        assert pk not in {row["id"] for row in ask("GET", "/scenarios", "flask")}


def test_an_author_who_was_not_vetted_is_told_so_and_writes_from_the_moment_of_approval_on(gateway: Gateway) -> None:
    gateway.switch(1)
    email = f"{secrets.token_hex(4)}@example.org"
    claim = {"username": "Eve", "email": email, "password": PASSWORD, "role": "instructor"}
    assert httpx2.post(f"{gateway.url}/api/create_users", json=claim).headers["X-Served-By"] == "flask"
    with contextlib.closing(gateway.sign_in(email, PASSWORD)) as client:
        before = client.get("/scenarios").json()
        some = before[0]["id"]
        for method, path in (
            ("POST", "/scenarios"),
            ("PUT", f"/scenarios/{some}"),
            ("DELETE", f"/scenarios/{some}"),
            ("PUT", f"/scenarios/{some}/disable"),
            ("POST", f"/scenarios/{some}/rubric_questions"),
        ):
            refused = client.request(method, path, json={**PATIENT, "question": "Asked?"})
            assert refused.status_code == 403, path
            assert refused.json() == {"message": "You do not have permission to perform this action."}
        assert client.get("/scenarios").json() == before
        manage(gateway.stack.settings, "approve_roles", "--approve", email)
        made = client.post("/scenarios", json=PATIENT)
        assert made.status_code == 201
        assert client.delete(f"/scenarios/{made.json()['id']}").status_code == 200
