"""The old frontend in a real browser: one sign-in lasts while its addresses move from Flask to here and back."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dev.system import manage
from tests.browsers import new_page
from tests.gateway import Gateway

pytestmark = [
    pytest.mark.old_api,
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.timeout(180),
]

FRONTEND = (Path(__file__).parent / "legacy" / "frontend.html").read_text(encoding="utf-8")
PASSWORD = "a pass phrase 1"
FACTS = "Opening: I get so breathless.\n- smoking, cigarettes: I smoked twenty a day until I was 55."
CRITERION = ("Smoking history", "0: does not ask about smoking. 2: asks whether and how much the patient smokes.")


@pytest.fixture
def page(chromium: str, tmp_path: Path, gateway: Gateway) -> Iterator[Page]:
    """The frontend on the address of nginx, with nothing wrong in it until the end."""
    problems: list[str] = []
    gateway.switch(0)
    with new_page(chromium, tmp_path, gateway.url) as page:
        page.route("**/old-frontend*", lambda route: route.fulfill(body=FRONTEND, content_type="text/html"))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("response", lambda answer: problems.append(answer.url) if answer.status in {401, 429} else None)
        page.on("response", lambda answer: problems.append(answer.url) if answer.status >= 500 else None)
        page.goto("/old-frontend?api=")
        yield page
    assert problems == []


def notice(page: Page, text: str) -> None:
    # Long enough for a reply, since the page polls once a second.
    expect(page.get_by_role("status")).to_have_text(text, timeout=20_000)


def join(page: Page, name: str) -> str:
    """Sign up and in; the new account's email."""
    email = f"{name}.{secrets.token_hex(4)}@example.org"
    for label, value in (("Name", name), ("New email", email), ("New password", PASSWORD)):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Sign up").click()
    notice(page, "Welcome")
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    notice(page, f"Signed in as {name} (admin)")
    return email


def fill(page: Page, form: str, button: str, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#{form} [name={name}]").fill(value)
    page.get_by_role("button", name=button).click()


def author(page: Page, patient: str) -> None:
    """A patient, a rubric and an activity, and the patient looked at again."""
    fill(
        page,
        "scenario",
        "Save patient",
        scenario_text=patient,
        additional_instructions=FACTS,
        communication_preferences="Friendly",
        tags="lungs,smoking",
    )
    notice(page, "Created")
    row = page.locator("#scenarios li", has_text=patient)
    expect(row).to_contain_text("[lungs, smoking] (on)")
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("(off)")
    row.get_by_role("button", name="Add a note").click()
    notice(page, "Updated")
    expect(row).to_contain_text("[lungs, smoking] (off)")
    row.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("(on)")
    fill(page, "category", "Save category", name="Gathering information", total_required_to_pass="1")
    notice(page, "Category saved")
    page.locator("#rubric [name=name]").fill(CRITERION[0])
    page.locator("#rubric [name=marking_instructions]").focus()
    notice(page, "Missing fields")
    page.locator("#rubric [name=marking_instructions]").fill(CRITERION[1])
    page.locator("#rubric [name=name]").focus()
    notice(page, "Rubric saved")
    fill(page, "activity", "Save activity", pre_brief=f"You are the GP of {patient}")
    notice(page, "Activity saved")


def say(page: Page, text: str, messages: int) -> None:
    fill(page, "say", "Send", content=text)
    notice(page, f"{messages} messages")


def test_the_old_frontend_goes_on_while_its_addresses_move(page: Page, gateway: Gateway) -> None:
    patient = f"Margaret {secrets.token_hex(3)}"
    email = join(page, "Ada")
    manage(gateway.stack.settings, "approve_roles", "--approve", email)
    gateway.switch(1)
    author(page, patient)

    with gateway.stack.worker(**gateway.settings):
        page.get_by_label("Activity").select_option(label=f"You are the GP of {patient}")
        page.get_by_role("button", name="Start", exact=True).click()
        notice(page, "Started")
        say(page, "Good morning, I am Dr Osei. What brings you in?", 2)
        gateway.switch(3)
        say(page, "Do you smoke, and how much?", 4)
        expect(page.locator("#talk li").last).to_contain_text("twenty a day")
        page.get_by_role("button", name="Grade me").click()
        notice(page, "Graded: 200")
        expect(page.locator("#result")).to_contain_text('"Do you smoke, and how much?"')
    gateway.switch(0)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    notice(page, "Signed in as Ada (admin)")
    expect(page.locator("#scenarios li", has_text=patient)).to_contain_text("[lungs, smoking] (on)")
