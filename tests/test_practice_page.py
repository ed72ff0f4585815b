"""The students' page in a real browser, through nginx, on the production processes."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dev.processes import Process
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.stack import PASSWORD, Stack, wait_until

# playwright talks with the browser's driver over sockets of this machine that are not TCP.
pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.enable_socket]
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


def test_a_new_student_practises_by_keyboard_alone(practice: PracticePage, worker: Process) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    practice.press_to("Your message")
    page.keyboard.type(GREETING)
    page.keyboard.press("Enter")
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    reply = practice.shows_what_the_database_holds(thread)[1][1]
    spoken = " ".join(practice.announced())
    assert spoken == f"Desmond Clarke said: {reply}"
    practice.press_to("End and see my marks")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overall")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Marks", exact=True)).to_be_focused()
    ((score,),) = practice.gateway.stack.rows(
        "SELECT total_score FROM evaluations WHERE thread_id = %s AND status = 'completed'", thread
    )
    expect(page.locator(".verdict").first).to_have_text(f"{score} of 48, not passed")
    lit = page.locator(".messages mark").first
    expect(lit).to_contain_text("I am Sam, a medical student")
    practice.press_to("Show in the conversation, turn 1")
    page.keyboard.press("Enter")
    expect(page.locator(".messages > li").first).to_be_focused()
    practice.press_to("Practise again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=EXERCISE)).to_be_focused()
    expect(page.get_by_role("link", name=f"Marks: {score} of 48")).to_be_visible()
    practice.press_to("Begin a conversation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    assert not page.url.endswith(thread)


def test_a_lost_network_and_a_dead_worker_lose_nothing_and_say_nothing_twice(
    practice: PracticePage, gateway: Gateway, stack: Stack
) -> None:
    page = practice.page
    beat = ("-m", "celery", "-A", "config", "beat", "--schedule", str(gateway.folder / "beat"), "--pidfile=")
    settings = {**gateway.settings, "OPENAI_RUN_MODE": "stream"}
    with stack.running(stack.process("beat", *beat, **gateway.settings)), stack.worker(**settings) as first:
        practice.register()
        thread = practice.begin()
        stack.emulator.settings(latency_s=8.0)
        practice.say(GREETING)
        expect(page.locator(".live .written")).not_to_be_empty(timeout=PATIENCE_MS)
        first.popen.kill()
        wait_until(lambda: first.popen.poll() is not None, "the worker is dead")
        page.context.set_offline(True)
        stack.emulator.settings(latency_s=1.0)
        with stack.worker(**settings):
            page.context.set_offline(False)
            expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
            practice.shows_what_the_database_holds(thread)

            page.context.set_offline(True)
            practice.say("Where is the tightness?")
            expect(page.get_by_text("Not sent yet. There is no connection to the service.")).to_be_visible()
            page.context.set_offline(False)
            expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
            held = practice.shows_what_the_database_holds(thread)
    assert [text for role, text in held if role == "user"] == [GREETING, "Where is the tightness?"]
    assert [role for role, _ in held] == ["user", "assistant"] * 2


def test_a_reload_in_mid_reply_and_a_second_tab_show_the_same_conversation(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    stack.emulator.settings(latency_s=6.0)
    practice.say(GREETING)
    expect(page.get_by_role("button", name="Stop the reply")).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_role("button", name="Stop the reply")).to_be_visible()
    second.get_by_label("Your message").fill("And your breath?")
    second.keyboard.press("Enter")
    expect(second.get_by_text("The patient is still answering.")).to_be_attached()
    page.reload()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    practice.shows_what_the_database_holds(thread)
    expect(second.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    expect(second.get_by_label("Your message")).to_have_value("And your breath?")
    stack.emulator.settings(latency_s=0.0)
    second.get_by_label("Your message").press("Enter")
    expect(second.locator(".messages > li")).to_have_count(4, timeout=PATIENCE_MS)
    # The first tab is told, and reads the rest from the service.
    expect(page.locator(".messages > li")).to_have_count(4, timeout=PATIENCE_MS)
    assert len(practice.shows_what_the_database_holds(thread)) == 4


def test_a_message_whose_answer_was_lost_is_sent_again_after_a_reload_and_stored_once(
    practice: PracticePage, worker: Process
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    # The service gets it, and the page never learns of that.
    page.route(
        "**/threads/*/runs/",
        lambda route: (route.fetch(), route.abort())[1] if route.request.method == "POST" else route.continue_(),
    )
    practice.say(GREETING)
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.unroute("**/threads/*/runs/")
    page.reload()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    held = practice.shows_what_the_database_holds(thread)
    assert [role for role, _ in held] == ["user", "assistant"]
    expect(page.get_by_label("Your message")).to_have_value("")


def test_a_token_that_expires_under_three_requests_is_refreshed_once(practice: PracticePage) -> None:
    page = practice.page
    practice.register()
    page.evaluate(
        """() => { const held = JSON.parse(localStorage["practice.tokens"]);
            localStorage["practice.tokens"] = JSON.stringify({ ...held, access: held.access.slice(0, -3) + "abc" }) }"""
    )
    practice.sent.clear()
    page.reload()
    expect(page.get_by_role("link", name=EXERCISE).first).to_be_visible()
    assert practice.sent.count("POST /api/v2/auth/refresh/") == 1
    assert practice.sent.count("GET /api/v2/activities/") == 2


def test_a_sign_in_that_has_ended_keeps_the_place_and_the_words(practice: PracticePage, worker: Process) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    practice.page.get_by_label("Your message").fill("Not sent y")
    practice.page.keyboard.type("et")
    page.evaluate(
        """localStorage["practice.tokens"] = JSON.stringify({ access: "x.y.z", refresh: "x.y.z", name: "" })"""
    )
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.endswith(thread)
    ((email,),) = practice.gateway.stack.rows(
        'SELECT email FROM "user" JOIN threads ON student_id = "user".id WHERE threads.id = %s', thread
    )
    page.get_by_label("Email").fill(str(email))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_have_value("Not sent yet")


def test_stopping_trying_again_and_what_was_said_as_markup(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    stack.emulator.settings(latency_s=20.0)
    said = "<img src=x onerror=\"document.title='run'\"> <b>What</b> brings you in? שלום 你好"
    practice.say(said)
    page.get_by_role("button", name="Stop the reply").click()
    expect(page.get_by_text("You stopped the reply.")).to_be_visible()
    assert practice.shows_what_the_database_holds(thread) == [("user", said)]
    stack.emulator.settings(latency_s=0.0)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    assert [role for role, _ in practice.shows_what_the_database_holds(thread)] == ["user", "assistant"]
    assert page.locator(".messages img, .messages b").count() == 0


def test_a_patient_that_is_switched_off_and_a_suspended_conversation_say_what_to_do(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    practice.begin()
    practice.say("I want to kill myself, I have a plan for tonight.")
    expect(page.get_by_role("heading", name="This conversation is suspended")).to_be_focused(timeout=PATIENCE_MS)
    expect(page.locator(".notice")).to_contain_text("please do not stay alone with it")
    expect(page.get_by_label("Your message")).to_be_hidden()
    page.locator(".notice").get_by_role("link").click()
    thread = practice.begin()
    try:
        stack.execute("UPDATE assistant_scenarios SET enable = false")
        practice.say("Hello?")
        expect(page.get_by_text("This patient is not available now.")).to_be_visible()
    finally:
        stack.execute("UPDATE assistant_scenarios SET enable = true")
    assert stack.rows("SELECT count(*) FROM messages WHERE thread_id = %s", thread) == [(0,)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_phone_and_its_targets_are_large_enough(
    practice: PracticePage, worker: Process, scheme: str
) -> None:
    page = practice.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    practice.register()
    practice.begin()
    practice.say("A" * 300)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    for address in ("", "history", page.url.partition("#/")[2]):
        page.goto(f"/#/{address}")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
        low = page.evaluate(
            """() => [...document.querySelectorAll("button, nav a, summary, input, textarea, a.main, a.button")]
                .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 24)
                .map(one => one.textContent)"""
        )
        assert low == [], address
