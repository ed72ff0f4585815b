"""The students' page in a real browser, through nginx, on the production processes, for its tests."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dev.processes import Process
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.stack import PASSWORD, Stack

# playwright talks with the browser's driver over sockets of this machine that are not TCP.
MARKS = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.enable_socket]
PATIENCE_MS = 90_000
GREETING = "Good morning, I am Sam, a medical student. What has brought you in today?"
EXERCISE = "Chest tightness in general practice"
TURN = "It is your turn."


class PracticePage:
    """The page and what it did: console errors and requests to other sites are `problems`."""

    def __init__(self, page: Page, gateway: Gateway) -> None:
        self.page = page
        self.gateway = gateway
        self.problems: list[str] = []
        self.sent: list[str] = []
        page.on("request", self._look_at)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))

    def _look_at(self, request: "object") -> None:
        method, url = request.method, request.url  # type: ignore[attr-defined]
        if not url.startswith((self.gateway.url, "blob:")):
            self.problems.append(f"asked {url}")
        path = url.removeprefix(self.gateway.url)
        if path.startswith("/api/") and not path.startswith("/api/v2/"):
            self.problems.append(f"asked {url}")
        self.sent.append(f"{method} {path.partition('?')[0]}")

    def press_to(self, name: str) -> None:
        """Press Tab until what has the focus is called so, as somebody without a mouse does."""
        seen = []
        for _ in range(60):
            self.page.keyboard.press("Tab")
            seen.append(
                self.page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent")
            )
            if name in seen[-1]:
                return
        raise AssertionError(f"{name} is not among {seen}")

    def register(self) -> None:
        """Open an account, by keyboard."""
        self.page.goto("/")
        self.press_to("I have no account yet")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Open an account")).to_be_focused()
        for label, text in (
            ("Your name", "Sam"),
            ("Email", f"{secrets.token_hex(4)}@example.org"),
            ("Password", PASSWORD),
        ):
            self.press_to(label)
            self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Hello, Sam")).to_be_focused()

    def begin(self) -> str:
        """Open a conversation in the exercise, by keyboard; return the thread's id."""
        self.press_to(EXERCISE)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name=EXERCISE)).to_be_focused()
        expect(self.page.get_by_text("Opening the consultation (pass mark 6 of 10)")).to_be_visible()
        self.press_to("Begin a conversation")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Desmond Clarke")).to_be_focused()
        return self.page.url.rsplit("/", 1)[1]

    def say(self, text: str) -> None:
        self.page.get_by_label("Your message").fill(text)
        self.page.keyboard.press("Enter")

    def shows_what_the_database_holds(self, thread: str) -> list[tuple[str, str]]:
        """Assert that every message is shown once, word for word; return role and content of each."""
        stored = self.gateway.stack.rows(
            "SELECT role, content FROM messages WHERE thread_id = %s ORDER BY created_at", thread
        )
        items = self.page.locator(".messages > li")
        expect(items).to_have_count(len(stored))
        expect(self.page.locator(".live, .unsent")).to_have_count(0)
        shown = [
            (items.nth(n).get_attribute("class"), items.nth(n).locator(".written").text_content())
            for n in range(len(stored))
        ]
        assert shown == stored
        return [(str(role), str(content)) for role, content in stored]

    def announced(self) -> list[str]:
        return self.page.locator("#announcements p").all_text_contents()


@contextlib.contextmanager
def opened(gateway: Gateway, chromium: str, home: Path) -> Iterator[PracticePage]:
    with new_page(chromium, home, gateway.url) as page:
        practice = PracticePage(page, gateway)
        yield practice
        assert practice.problems == []


@pytest.fixture
def practice(gateway: Gateway, chromium: str, tmp_path: Path) -> Iterator[PracticePage]:
    gateway.switch(1)
    with opened(gateway, chromium, tmp_path) as page:
        yield page


@pytest.fixture
def worker(gateway: Gateway, stack: Stack) -> Iterator[Process]:
    with stack.worker(**gateway.settings, OPENAI_RUN_MODE="stream") as process:
        yield process
