"""A student practises on the page at /."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from apps.activities.samples.teaching_set import picture_of
from apps.scenarios.tests.samples import picture
from dev.processes import Process
from tests.practice_page import EXERCISE, GREETING, MARKS, PATIENCE_MS, TURN, PracticePage, practice, worker
from tests.stack import SignedInClient, Stack

__all__ = ["practice", "worker"]  # the fixtures
pytestmark = MARKS
SIGNED_OUT = {
    "sign-in": "Sign in",
    "register": "Open an account",
    "forgotten": "Forgotten your password?",
    "reset/MQ/none": "A new password",
}


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
    expect(page.locator(".verdict").nth(1)).to_have_text(re.compile(r"^\d+ of 10, (not )?passed, pass mark 6 of 10$"))
    lit = page.locator(".messages mark").first
    expect(lit).to_contain_text("I am Sam, a medical student")
    practice.press_to("Show in the conversation, message 1")
    page.keyboard.press("Enter")
    expect(page.locator(".messages > li").first).to_be_focused()
    practice.press_to("Practise again from here")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    ((fork, earlier),) = practice.gateway.stack.rows(
        "SELECT id::text, forked_from_id::text FROM threads WHERE forked_from_id = %s", thread
    )
    assert page.url.endswith(fork)
    assert earlier == thread
    page.go_back()
    practice.press_to("Practise this exercise again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=EXERCISE)).to_be_focused()
    expect(page.get_by_role("link", name=f"Marks: {score} of 48")).to_be_visible()
    practice.press_to("Begin a conversation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    assert not page.url.endswith(thread)


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


def set_picture(client: SignedInClient, there: str, content: bytes) -> None:
    assert client.http.put(there, content=content, headers={"Content-Type": "image/png"}).status_code == 200


@pytest.fixture
def there(stack: Stack, instructor_client: SignedInClient) -> Iterator[str]:
    """Where the picture of the exercise's patient is; it is again that of the samples afterwards."""
    ((patient,),) = stack.rows("SELECT character_id FROM activities WHERE pre_brief LIKE %s", f"{EXERCISE}%")
    yield f"/scenarios/{patient}/picture/"
    set_picture(instructor_client, f"/scenarios/{patient}/picture/", picture_of("Desmond Clarke"))


def test_an_exercise_shows_its_patient_and_how_much_time_is_left(
    practice: PracticePage, stack: Stack, instructor_client: SignedInClient, there: str
) -> None:
    page, portrait = practice.page, practice.page.locator("img.portrait")
    set_picture(instructor_client, there, picture("png", 3, 2))
    practice.register()
    card = page.locator(".cards > li", has=page.get_by_role("heading", name=EXERCISE, exact=True))
    expect(card.get_by_text("Desmond Clarke, 54", exact=True)).to_be_visible()
    expect(card.locator("img.portrait")).to_be_visible()
    expect(card.locator("img.portrait")).to_have_js_property("naturalWidth", 3)
    thread = practice.begin()
    expect(portrait).to_be_visible()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1[12]:\d\d left of 12 minutes$"))
    stack.execute(f"UPDATE threads SET created_at = created_at - interval '12 minutes' WHERE id = '{thread}'")
    page.reload()
    expect(page.get_by_role("timer")).to_have_text(re.compile("The time of 12 minutes is over"))
    expect(page.get_by_label("Your message")).to_be_editable()
    assert instructor_client.http.delete(there).status_code == 204
    page.reload()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(portrait).to_be_hidden()


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
    talk = page.url.partition("#/")[2]
    page.get_by_role("button", name="End and see my marks").click()
    expect(page.get_by_role("heading", name="Overall")).to_be_visible(timeout=PATIENCE_MS)
    fits(page, "", "history", talk, page.url.partition("#/")[2])
    page.get_by_role("link", name="Practise this exercise again").click()
    expect(page.get_by_role("heading", name=EXERCISE)).to_be_visible()
    fits(page, page.url.partition("#/")[2])
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    fits(page, "sign-in", "register", "forgotten", "reset/MQ/none")


def fits(page: Page, *addresses: str) -> None:
    """No view scrolls sideways, with text as large as it is and twice as large, and nothing is too small to be hit."""
    for address in addresses:
        page.evaluate(
            """(address) => { document.querySelector("h1").remove(); history.replaceState(null, "", `#/${address}`);
                dispatchEvent(new Event("hashchange")) }""",
            address,
        )
        expect(page.locator("h1")).to_be_visible()
        for size in ("200%", "100%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, (address, size)
            low = page.evaluate(
                """() => [...document.querySelectorAll("button, nav a, summary, input, textarea, a.main, a.button")]
                    .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 24)
                    .map(one => one.textContent)"""
            )
            assert low == [], address


def test_replies_are_read_aloud_once_somebody_turns_it_on_here(practice: PracticePage, worker: Process) -> None:
    page = practice.page
    practice.register()
    practice.begin()
    aloud = page.get_by_role("button", name="Read replies aloud")
    expect(aloud).to_have_count(0)
    # The browser of the tests has no voices.
    page.add_init_script(
        """window.spoken = []; const voice = { lang: "en-GB", localService: true };
        speechSynthesis.getVoices = () => [{ ...voice, localService: false }, voice];
        window.SpeechSynthesisUtterance = function (text) { this.text = text };
        speechSynthesis.speak = (one) => window.spoken.push([one.voice === voice, one.text])"""
    )
    page.reload()
    expect(aloud).to_have_attribute("aria-pressed", "false")
    practice.say(GREETING)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("spoken") == []
    aloud.click()
    page.reload()
    expect(aloud).to_have_attribute("aria-pressed", "true")
    practice.say("Where is the tightness?")
    expect(page.locator(".messages > li")).to_have_count(4, timeout=PATIENCE_MS)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    spoken = page.evaluate("spoken")
    assert all(local for local, _ in spoken)
    assert " ".join(text for _, text in spoken) == page.locator(".messages .written").last.text_content()


def test_no_view_has_a_fault_that_axe_finds_in_light_or_dark(practice: PracticePage, worker: Process) -> None:
    page = practice.page
    found = {}

    def look(view: str) -> None:
        expect(page.locator("h1")).to_be_visible()
        found.update({f"{view}, {scheme}": violations(page, scheme) for scheme in ("light", "dark")})

    for address, heading in SIGNED_OUT.items():
        page.goto(f"/#/{address}")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        look(address)
    practice.register()
    practice.begin()
    practice.say(GREETING)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("Report this reply").click()
    look("conversation")
    page.get_by_label("What was wrong?").fill("It began in March.")
    page.get_by_role("button", name="Tell the instructors").click()
    expect(page.get_by_role("button", name="Take back: this reply was wrong")).to_be_focused()
    assert practice.announced()[-1] == "Your instructors will see that this reply was wrong."
    reported = "SELECT thread_id::text, reason FROM reply_reports JOIN messages ON messages.id = message_id"
    assert (page.url.rsplit("/", 1)[1], "It began in March.") in practice.gateway.stack.rows(reported)
    page.get_by_role("button", name="End and see my marks").click()
    expect(page.get_by_role("heading", name="Overall")).to_be_visible(timeout=PATIENCE_MS)
    look("marks")
    for name, heading in (("Exercises", "Hello"), ("My conversations", "My conversations")):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=heading).first).to_be_focused()
        look(name)
    assert {view: faults for view, faults in found.items() if faults} == {}
    assert len(found) == 16


def violations(page: Page, scheme: str) -> list[str]:
    """What axe finds, of any impact."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in Axe().run(page).response["violations"]]
