"""A page of another origin, which knows the documents alone, serves a student from signing in to the marks."""

import functools
import http.server
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from deploy.common import ROOT
from dev.processes import Process
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.practice_page import GREETING, MARKS, PATIENCE_MS, worker
from tests.stack import PASSWORD

__all__ = ["worker"]  # the fixture
pytestmark = MARKS


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def page(gateway: Gateway, chromium: str, tmp_path: Path) -> Iterator[Page]:
    """A browser for the page, which a server of its own hands out at the origin that the service allows."""
    gateway.switch(1)
    address = ("127.0.0.1", int(gateway.other_origin.rpartition(":")[2]))
    handler = functools.partial(Files, directory=str(ROOT / "tests" / "other_origin"))
    with http.server.ThreadingHTTPServer(address, handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with new_page(chromium, tmp_path, gateway.other_origin) as opened:
            yield opened
        server.shutdown()


def test_a_student_signs_in_talks_live_and_reads_the_marks(page: Page, gateway: Gateway, worker: Process) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    email = f"{secrets.token_hex(4)}@example.org"
    account = {"username": "Sam", "email": email, "password": PASSWORD}
    httpx2.post(f"{gateway.url}/api/v2/auth/register/", json=account).raise_for_status()

    page.goto(f"/?api={gateway.url}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#hello")).to_have_text("Hello, Sam")
    page.get_by_role("button", name="Desmond Clarke").click()
    page.get_by_label("Your message").fill(GREETING)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#state")).to_have_text("completed", timeout=PATIENCE_MS)
    assert int(page.locator("#reply").get_attribute("data-pieces") or 0) >= 1
    page.get_by_role("button", name="Have it marked").click()
    expect(page.locator("#verdict")).not_to_be_empty(timeout=PATIENCE_MS)

    reply, evaluation, score = gateway.stack.rows(
        """SELECT m.content, e.id, e.total_score FROM threads t JOIN "user" u ON u.id = t.student_id
           JOIN messages m ON m.thread_id = t.id AND m.role = 'assistant' JOIN evaluations e ON e.thread_id = t.id
           WHERE u.email = %s""",
        email,
    )[0]
    assert page.locator("#reply").text_content() == reply
    expect(page.locator("#verdict")).to_have_text(f"{score} of 48")
    marks = gateway.stack.rows("SELECT score FROM marks WHERE evaluation_id = %s ORDER BY id", evaluation)
    expect(page.locator("#marks > li")).to_have_count(len(marks))
    expect(page.locator("#marks > li").first).to_contain_text("I am Sam, a medical student")
    assert problems == []


def test_a_page_of_an_origin_that_is_not_allowed_is_not_let_in(gateway: Gateway) -> None:
    gateway.switch(1)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = {
        origin: httpx2.options(f"{gateway.url}/api/v2/threads/", headers={"Origin": origin, **asked}).headers.get(
            "Access-Control-Allow-Origin"
        )
        for origin in (gateway.other_origin, "http://127.0.0.1:1")
    }
    assert allowed == {gateway.other_origin: gateway.other_origin, "http://127.0.0.1:1": None}
