"""Contents of error reports and log lines."""

import json
import logging

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from config.observability import start_sentry
from config.settings.logs import logging_config

SECRET = "my grandmother's violin"


class Kept(Transport):
    """Keeps the reports instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope) -> None:
        self.sent.append(envelope.serialize().decode(errors="replace"))


@pytest.fixture
def reports():
    kept = Kept()
    start_sentry("http://key@127.0.0.1:9/1", transport=kept)
    yield kept
    sentry_sdk.init()


def test_without_a_dsn_nothing_is_reported() -> None:
    start_sentry("")
    assert sentry_sdk.get_client().dsn is None


def test_a_report_holds_the_error_and_no_body_no_variables_and_nobody(
    reports, client_for, student, monkeypatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        words = SECRET
        raise RuntimeError(f"{len(words)} letters")

    monkeypatch.setattr("apps.openai_integration.views.threads.RunService.create_run", broken)
    client = client_for("student")
    client.raise_request_exception = False
    thread = client.post("/api/v2/threads/", {}).data["id"]
    assert client.post(f"/api/v2/threads/{thread}/runs/", {"content": SECRET}).status_code == 500
    sentry_sdk.flush()
    report = "\n".join(reports.sent)
    assert "RuntimeError" in report
    for private in (SECRET, student.email, client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")):
        assert private not in report


def test_production_logs_have_one_json_object_on_each_line(capsys, monkeypatch) -> None:
    # Loggers keep structlog's configuration from their first line on.
    monkeypatch.setattr("config.settings.logs.structlog.configure", lambda **_: None)
    config = logging_config(level="INFO", as_json=True)
    handler = logging.StreamHandler()
    formatter = dict(config["formatters"]["events"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("a-test-of-logs")
    logger.addHandler(handler)
    logger.propagate = False
    logger.warning("something %s", "happened")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["logger"]) == ("something happened", "warning", "a-test-of-logs")


def test_search_terms_are_not_logged(client_for, caplog) -> None:
    with caplog.at_level(logging.INFO):
        assert client_for("admin").get("/api/v2/users/?search=jane.doe@example.org").status_code == 200
    assert "GET /api/v2/users/" in caplog.text
    assert "jane.doe" not in caplog.text
