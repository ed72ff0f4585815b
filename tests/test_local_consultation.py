"""What `make demo` asks and prints, and what makes it fail; a server with fixed answers stands in for the service."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.common import OperatorError
from dev import consultation, system
from dev.system import production_environment

TITLE = json.loads(consultation.CONSULTATION.read_text(encoding="utf-8"))["activity"]
MARK = {
    "name": "Introduces themselves",
    "score": 2,
    "max_score": 2,
    "evidence": {"message_indices": [0], "quotes": ["my name is Sam"]},
}
EVALUATION = {
    "status": "completed",
    "total_score": 2,
    "max_score": 6,
    "passed": False,
    "categories": [
        {"name": "Opening", "score": 2, "max_score": 2, "required_to_pass": 1, "passed": True, "criteria": [MARK]},
        {"name": "Closing", "score": 0, "max_score": 4, "required_to_pass": 2, "passed": False, "criteria": []},
    ],
}
ANSWERS: dict[str, Any] = {
    "POST /api/v2/auth/login/": {"access": "a token"},
    "GET /api/v2/activities/": {"results": [{"id": 5, "pre_brief": f"{TITLE}\nA brief.", "categories": [1]}]},
    "POST /api/v2/threads/": {"id": "t"},
    "POST /api/v2/threads/t/runs/": {"id": "r"},
    "GET /api/v2/runs/r/": {"status": "completed", "message": {"message": "It hurts here."}},
    "POST /api/v2/threads/t/evaluations/": {"id": "e"},
    "GET /api/v2/evaluations/e/": EVALUATION,
}
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server with ANSWERS, some of them replaced; returns its address."""
    servers = []

    def start(replaced: dict[str, Any] | None = None) -> str:
        answers = ANSWERS | (replaced or {})

        class Service(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                answer = answers.get(f"{self.command} {self.path}")
                body = json.dumps(answer or {"code": "not_found"}).encode()
                self.send_response(200 if answer else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def all_is_well() -> None:
    pass


def test_every_question_and_reply_and_all_marks_are_printed(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    consultation.run_consultation(serve(), check=all_is_well)
    printed = capsys.readouterr().out
    assert printed.count("Student  ") >= 8
    assert printed.count("Student  ") == printed.count("Patient  It hurts here.")
    assert [" ".join(line.split()) for line in printed.partition("The marks")[2].splitlines() if line] == [
        "Opening 2 / 2 pass mark 1 passed",
        "Introduces themselves 2 / 2",
        'turn 0: "my name is Sam"',
        "Closing 0 / 4 pass mark 2 not passed",
        "Overall 2 / 6 not passed",
    ]


@pytest.mark.parametrize(
    ("request_line", "answer", "said"),
    [
        ("GET /api/v2/runs/r/", {"status": "failed", "error_code": "upstream_timeout"}, "failed: upstream_timeout"),
        ("GET /api/v2/evaluations/e/", {"status": "failed", "error_code": "quota"}, "failed: quota"),
        ("POST /api/v2/threads/t/evaluations/", None, "was answered with 404: .*not_found"),
        ("GET /api/v2/activities/", {"results": []}, "not among the 0 exercises"),
    ],
)
def test_a_part_that_does_not_come_off_fails_the_demo_and_is_named(
    serve: Serve, request_line: str, answer: dict[str, Any] | None, said: str
) -> None:
    with pytest.raises(OperatorError, match=said):
        consultation.run_consultation(serve({request_line: answer}), check=all_is_well)


def test_a_process_that_died_while_a_reply_is_waited_for_ends_the_demo(serve: Serve) -> None:
    def worker_has_died() -> None:
        raise OperatorError("worker ended by itself")

    address = serve({"GET /api/v2/runs/r/": {"status": "queued"}})
    with pytest.raises(OperatorError, match="worker ended by itself"):
        consultation.run_consultation(address, check=worker_has_died)


@pytest.mark.parametrize(
    ("named", "base_url"),
    [
        ({}, "emulator"),
        ({"OPENAI_API_KEY": "a key"}, None),
        ({"OPENAI_API_KEY_FILE": "/run/secrets/key"}, None),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, "http://127.0.0.1:11434/v1"),
    ],
)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_the_emulator_plays_the_patient_unless_a_model_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, named: dict[str, str], base_url: str | None
) -> None:
    monkeypatch.setattr(system, "ROOT", tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_KEY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "")
    if place == ".env":
        lines = [f"{name}={value}" for name, value in {"OPENAI_KEY": "", **named}.items()]
        (tmp_path / ".env").write_text("\n".join(lines))
    else:
        for name, value in named.items():
            monkeypatch.setenv(name, value)
    settings = production_environment(tmp_path, {}, {"emulator": 8090}, proxies=0)
    assert settings.get("OPENAI_BASE_URL", "") == (base_url or "")
    assert settings.items() >= named.items()


def test_the_environment_goes_before_the_file_where_both_name_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "ROOT", tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:2/v1\n")
    settings = production_environment(tmp_path, {}, {"emulator": 8090}, proxies=0)
    assert settings["OPENAI_BASE_URL"] == "http://127.0.0.1:1/v1"


def test_keys_are_made_once_for_a_folder(tmp_path: Path) -> None:
    first, second = (production_environment(tmp_path, {}, {"emulator": 8090}, proxies=0) for _ in range(2))
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] == second["SECRET_KEY"] != first["JWT_SIGNING_KEY"]
