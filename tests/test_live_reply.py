"""A reply as it appears to a student: a real browser, nginx, async, a worker, and lost connections."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from playwright.sync_api import Page, expect

from deploy.common import ROOT
from dev.system import responds
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.stack import PASSWORD, SignedInClient, Stack, wait_until

# playwright talks with the browser's driver over sockets of this machine that are not TCP.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(240), pytest.mark.enable_socket]
PAGE = ROOT / "tests" / "live_reply.html"
PATIENCE_MS = 60_000


@pytest.fixture
def talkative(gateway: Gateway) -> Iterator[None]:
    """nginx as somebody runs it who looks for a fault: its error log quotes every request that fails."""
    machine = gateway.folder / "virtual-patient" / "listen.conf"
    before = machine.read_text()
    machine.write_text(before.replace(" crit;", " info;"))
    assert machine.read_text() != before
    yield
    machine.write_text(before)
    gateway.switch(1)


@pytest.fixture
def live(gateway: Gateway, talkative: None, stack: Stack) -> Iterator[SignedInClient]:
    """A new student for each test, behind nginx; a worker takes the runs, and the model is slow.

    So much that async is back long before the run ends, on a busy machine too.
    """
    gateway.switch(1)
    stack.emulator.settings(latency_s=20.0)
    email = f"{secrets.token_hex(4)}@example.org"
    answer = httpx2.post(
        f"{gateway.url}/api/v2/auth/register/", json={"username": "Sam", "email": email, "password": PASSWORD}
    )
    assert answer.status_code == 201, answer.text
    with (
        stack.worker(**gateway.settings, OPENAI_RUN_MODE="stream"),
        SignedInClient(gateway.url, email, PASSWORD) as client,
    ):
        yield client


def restart_async(gateway: Gateway, *, meanwhile: Callable[[], None]) -> str:
    """Kill it, see what is answered without it, start it again; what it had logged."""
    gateway.async_.popen.kill()
    gateway.async_.end()
    said = gateway.async_.log.read_text()
    meanwhile()
    gateway.async_.start()
    health = f"http://127.0.0.1:{gateway.ports['async']}/health/live"
    wait_until(lambda: responds(health), "async answers", gateway.async_)
    return said


def written_by(gateway: Gateway) -> list[str]:
    logs = [*gateway.folder.rglob("*.log"), gateway.folder.parent / "nginx.log", gateway.web.log, gateway.async_.log]
    assert len(logs) >= 5
    return [log.read_text() for log in (*logs, *gateway.stack.folder.glob("worker-*.log"))]


def ask(live: SignedInClient) -> dict[str, Any]:
    """Post a message; return its open run."""
    thread = live.post("/threads/", {"activity_id": live.get("/activities/")["results"][0]["id"]})
    return live.post(f"/threads/{thread['id']}/runs/", {"content": "Good morning. What brings you in, and since when?"})


@contextlib.contextmanager
def following(run: dict[str, Any], live: SignedInClient, gateway: Gateway, chromium: str, home: Path) -> Iterator[Page]:
    """The page, as it follows the run."""
    with new_page(chromium, home, gateway.url) as page:
        page.route("**/live_reply.html", lambda route: route.fulfill(path=PAGE, content_type="text/html"))
        page.goto("/live_reply.html")
        token = live.http.headers["Authorization"].removeprefix("Bearer ")
        page.evaluate("([url, token]) => follow(url, token)", [run["events_url"], token])
        yield page


@pytest.mark.browser
def test_a_page_that_loses_its_connection_shows_the_whole_reply_once_and_its_ticket_is_in_no_log(
    live: SignedInClient, gateway: Gateway, chromium: str, tmp_path: Path
) -> None:
    run = ask(live)
    (ticket,) = parse_qs(urlsplit(run["events_url"]).query)["ticket"]
    without: list[httpx2.Response] = []

    def asked_while_async_is_down() -> None:
        without.append(httpx2.get(f"{gateway.url}{run['events_url']}"))

    with following(run, live, gateway, chromium, tmp_path) as page:
        expect(page.locator("#reply")).not_to_be_empty(timeout=PATIENCE_MS)
        said = restart_async(gateway, meanwhile=asked_while_async_is_down)
        expect(page.locator("#state")).to_have_text("done: completed", timeout=PATIENCE_MS)
        shown, seen = page.locator("#reply").inner_text(), page.evaluate("seen")

    message = live.ended(f"/runs/{run['id']}/")["message"]["message"]
    assert shown == message
    assert seen["piecesAtTheEnd"] == message
    assert seen["opened"] >= 2
    assert seen["lost"] >= 1
    assert seen["closedBy"] is None
    assert seen["kinds"].count("message") == seen["kinds"].count("done") == 1
    told = [id for kind, id in zip(seen["kinds"], seen["ids"], strict=True) if kind not in {"status", "reset"}]
    assert len(told) == len(set(told))
    # nginx itself sends the browser back later: at an error it would follow no further.
    assert (without[0].status_code, without[0].text) == (200, "retry: 2000\n\n")
    assert without[0].headers["Content-Type"] == "text/event-stream"
    assert without[0].headers["Access-Control-Allow-Origin"] == "*"
    assert gateway.logged(without[0])[0]["upstream_status"] == "502"
    assert not [text for text in (said, *written_by(gateway)) if ticket in text]


@pytest.mark.browser
def test_a_page_that_comes_late_or_finds_no_place_asks_the_run_itself(
    live: SignedInClient, gateway: Gateway, stack: Stack, chromium: str, tmp_path: Path
) -> None:
    stack.emulator.settings(latency_s=3.0)
    run = ask(live)
    with contextlib.ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(live.http.stream("GET", f"{gateway.url}{run['events_url']}"))
        refused = httpx2.get(f"{gateway.url}{run['events_url']}")
        with following(run, live, gateway, chromium, tmp_path / "refused") as page:
            expect(page.locator("#state")).to_have_text("read: completed", timeout=PATIENCE_MS)
            without_a_place = page.locator("#reply").inner_text(), page.evaluate("seen")
    late = httpx2.get(f"{gateway.url}{run['events_url']}")
    with following(run, live, gateway, chromium, tmp_path / "late") as page:
        expect(page.locator("#state")).to_have_text("read: completed", timeout=PATIENCE_MS)
        came_late = page.locator("#reply").inner_text(), page.evaluate("seen")

    assert (refused.status_code, refused.json()["code"], "Retry-After" in refused.headers) == (
        429, "too_many_streams", True,
    )  # fmt: skip
    assert (late.status_code, late.content) == (204, b"")
    message = live.get(f"/runs/{run['id']}/")["message"]["message"]
    for shown, seen in (without_a_place, came_late):
        assert shown == message
        assert (seen["opened"], seen["kinds"], seen["closedBy"]) == (0, [], "error")
