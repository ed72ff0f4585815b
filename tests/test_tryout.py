"""An instructor tries a patient in the admin site, in a real browser, through nginx, on the production processes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from dev.processes import Process
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.practice_page import GREETING, MARKS, PATIENCE_MS, worker
from tests.stack import INSTRUCTOR, SignedInClient, Stack

__all__ = ["worker"]  # the fixture
# Longer than others: it is one walk through everything.
pytestmark = [*MARKS[:2], pytest.mark.timeout(900), pytest.mark.enable_socket]
DRINK = "I drink half a bottle of whisky every night."
PATIENT = {
    "scenario_text": "Tom Reed, 30, a cook with a cough.",
    "additional_instructions": "Opening: It's this cough.\n- cough, when, begin: For three weeks.\n"
    f"- [locked] alcohol, drink, beer: {DRINK}\n- [locked] mother, family: My mother died of lung cancer.\n"
    "- [locked] weight, lost weight: I have lost ten kilos.",
    "enable": False,
}
TURN = "It is your turn."
SHOWN = ".message.assistant .text"
SCHEMES = [("light", 1300, 900), ("dark", 1300, 900), ("light", 360, 760), ("dark", 360, 760)]


@pytest.fixture
def page(gateway: Gateway, chromium: str, tmp_path: Path) -> Iterator[Page]:
    gateway.switch(1)
    problems: list[str] = []
    with new_page(chromium, tmp_path, gateway.url) as page:
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        page.goto("/admin/")
        page.get_by_label("Email").fill(INSTRUCTOR[0])
        page.get_by_label("Password").fill(INSTRUCTOR[1])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "login" not in url)
        yield page
    assert problems == []


def say(page: Page, text: str) -> None:
    page.get_by_label("What you say").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)


def what_students_work_is(client: SignedInClient) -> list[int]:
    return [client.get(f"/{name}/")["count"] for name in ("threads", "evaluations", "reply-reports")]


def test_a_teacher_tries_a_patient_with_three_locked_facts_and_has_it_marked(
    page: Page, worker: Process, stack: Stack, instructor_client: SignedInClient, tmp_path: Path
) -> None:
    before = what_students_work_is(instructor_client)
    patient = instructor_client.post("/scenarios/", PATIENT)["id"]
    page.goto(f"/admin/scenarios/assistantscenario/{patient}/change/")
    page.get_by_role("link", name="Try it").click()
    expect(page.get_by_text("This patient is closed to students")).to_be_visible()
    one_secret_is_kept_and_told_when_asked(page, stack)
    ((replies,),) = stack.rows(
        "SELECT array_agg(content ORDER BY m.created_at) FROM messages m JOIN threads t ON t.id = m.thread_id "
        "WHERE t.preview AND t.scenario_id = %s AND role = 'assistant'", patient
    )  # fmt: skip
    assert page.locator(SHOWN).all_text_contents() == replies
    assert page.locator(".live").count() == 0
    announced = page.locator("#announcements p").all_text_contents()
    assert " ".join(announced) == " ".join(f"The patient said: {reply}" for reply in replies)
    it_is_marked(page, tmp_path)
    it_ends_and_starts_again(page)
    a_reply_that_failed_is_asked_for_again(page, stack)
    assert what_students_work_is(instructor_client) == before
    assert instructor_client.get("/stats/me/") == {"categories": []}


def one_secret_is_kept_and_told_when_asked(page: Page, stack: Stack) -> None:
    locked = page.locator(".facts.locked")
    expect(locked.locator("li")).to_have_count(3)
    say(page, GREETING)
    stack.emulator.fault("say", text=json.dumps({"reply": DRINK, "asked": [], "told": [2], "against": []}))
    say(page, "Is there anything that helps you get through the evenings?")
    expect(page.locator(".facts.held li")).to_contain_text("It told a locked fact that nobody had asked for.")
    expect(locked).to_contain_text(DRINK)
    say(page, "How much alcohol do you drink?")
    expect(page.locator(".facts.told li", has_text=DRINK)).to_contain_text("locked fact, asked for")
    expect(locked.locator("li")).to_have_count(2)
    expect(page.locator("#usage")).to_contain_text("Tokens in")
    expect(page.locator("#usage")).not_to_contain_text("openai-emulator")


def it_is_marked(page: Page, folder: Path) -> None:
    page.get_by_label("Opening the consultation").check()
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("link", name="All of the marks")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#mark-state")).to_have_text(re.compile(r"^\d+ of \d+, (not )?passed$"))
    expect(page.locator("#marks blockquote").first).to_contain_text("I am Sam")
    looks_well(page, folder)


def it_ends_and_starts_again(page: Page) -> None:
    page.reload()
    expect(page.locator(SHOWN)).to_have_count(3)
    expect(page.locator(".facts.told li", has_text=DRINK)).to_be_visible()
    page.get_by_role("link", name="Back to the patient").click()
    page.go_back()
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_label("What you say")).to_be_disabled()
    page.reload()
    expect(page.locator(SHOWN)).to_have_count(3)
    expect(page.get_by_label("What you say")).to_be_disabled()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("What you say")).to_be_focused()
    expect(page.locator(".facts.locked li")).to_have_count(3)
    assert page.locator(".message").count() == 0


def a_reply_that_failed_is_asked_for_again(page: Page, stack: Stack) -> None:
    stack.emulator.fault("unauthorized", times=9)
    page.get_by_label("What you say").fill("<img src=x> Hello?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("does not accept the key")).to_be_visible(timeout=PATIENCE_MS)
    stack.emulator.clear()
    page.get_by_role("button", name="Ask for the reply again").click()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    assert page.locator(".messages img").count() == 0


def looks_well(page: Page, folder: Path) -> None:
    """Nothing scrolls sideways, and axe finds no serious fault, at a desk and on a phone, in light and dark."""
    for scheme, width, height in SCHEMES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("(dark) => document.documentElement.classList.toggle('dark', dark)", scheme == "dark")
        page.screenshot(path=folder / f"tryout-{scheme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, context="#tryout").response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}] == []
    page.set_viewport_size({"width": 1300, "height": 900})


def test_words_whose_answer_was_lost_are_stored_once(
    page: Page, worker: Process, stack: Stack, instructor_client: SignedInClient
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    patient = instructor_client.post("/scenarios/", {**PATIENT, "scenario_text": "Tom Marsh, 31, a cook."})["id"]
    page.goto(f"/admin/try/{patient}/")
    page.route("**/runs/", lose, times=1)
    page.get_by_label("What you say").fill("Hello. What is wrong?")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What you say")).to_have_value("Hello. What is wrong?")
    page.keyboard.press("Enter")
    expect(page.locator(".message.user")).to_have_count(1)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    said = (
        "SELECT count(*) FROM messages m JOIN threads t ON t.id = m.thread_id WHERE scenario_id = %s AND role = 'user'"
    )
    assert stack.rows(said, patient) == [(1,)]
