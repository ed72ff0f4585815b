"""From an empty form to a student's marks: what an instructor and a student do, in browsers, on the real processes."""

import csv
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.processes import Process
from tests.browsers import new_page
from tests.gateway import Gateway
from tests.practice_page import MARKS, PATIENCE_MS, worker
from tests.stack import INSTRUCTOR, PASSWORD, STUDENT, SignedInClient, Stack
from tests.test_browser import add, go_to, save, sign_in

__all__ = ["worker"]  # the fixture
pytestmark = [*MARKS[:2], pytest.mark.timeout(900), pytest.mark.enable_socket]

NAME = f"Rosa Marsh {secrets.token_hex(3)}"
TITLE = f"{NAME}, a cough that stays"
FACTS = [
    ("smoking, cigarettes", "I smoke twenty a day.", "Do you smoke?"),
    ("weight", "I have lost a stone since June.", "Have you lost weight?"),
    ("mother", "My mother died of her lungs.", "Did anybody in your family have this?"),
]
# Name, instructions, levels; each gives 2 marks at most.
CRITERIA = [
    ("Greets the patient", "A greeting.", "0: does not greet\n2: greets"),
    ("Says who they are", "Name and role.", "0: says nothing\n1: name\n2: name and role"),
    ("Asks about smoking", "Any question about smoking or cigarettes.", "0: does not ask\n2: asks"),
    ("Asks about weight", "Any question about losing weight.", "0: does not ask\n2: asks"),
    ("Asks about the family", "Any question about illnesses in the family.", "0: does not ask\n2: asks"),
]
RUBRIC = f"A cough, {NAME}"
EXERCISE = f"Take a history of a cough, {NAME}"
REASON = "You said your name, and that you are a student."
# Shown to what the student says, in this order.
SAID = ["Good morning. What brings you in?", "Do you smoke any cigarettes?"]


@pytest.fixture
def teacher(gateway: Gateway, chromium: str, tmp_path: Path) -> Iterator[Page]:
    gateway.switch(1)
    with new_page(chromium, tmp_path, gateway.url) as page:
        sign_in(page, *INSTRUCTOR)
        page.wait_for_url(lambda url: "login" not in url)
        yield page


def write_patient(page: Page) -> None:
    add(page, "Patients")
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Who the patient is").fill(f"{NAME}, 58, a market trader with a cough.")
    page.locator("#id_opening").fill("It's this cough, it won't go.")
    for n, (topics, told, question) in enumerate(FACTS):
        page.locator(f"#id_facts-{n}-kind").select_option("Only when asked")
        page.locator(f"#id_facts-{n}-topics").fill(topics)
        page.locator(f"#id_facts-{n}-text").fill(told)
        page.locator(f"#id_facts-{n}-questions").fill(question)
    save(page)


def try_patient(page: Page) -> None:
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Try it").click()
    locked, told = (page.locator(f".facts.{kind} li") for kind in ("locked", "told"))
    expect(locked).to_have_count(len(FACTS))
    for text in SAID:
        page.get_by_label("What you say").fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_text("It is your turn.")).to_be_visible(timeout=PATIENCE_MS)
    expect(told.filter(has_text=FACTS[0][1])).to_contain_text("asked for")
    expect(locked).to_contain_text([told for _, told, _ in FACTS[1:]])
    page.get_by_role("link", name="Back to the patient").click()


def duplicate(page: Page) -> None:
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(f"Copy of {TITLE}")


def build_rubric(page: Page) -> None:
    add(page, "Rubrics")
    page.locator("#id_name").fill(RUBRIC)
    page.locator("#id_total_required_to_pass").fill("11")
    for n, (name, instructions, levels) in enumerate(CRITERIA):
        if n:
            page.get_by_text("Add another Criterion").click()
        row = f"#id_subcategories-{n}"
        for field, text in (("position", str(n)), ("name", name), ("marking_instructions", instructions)):
            page.locator(f"{row}-{field}").fill(text)
        page.locator(f"{row}-levels").fill(levels)
    preview = page.locator(".preview")
    out_of_reach = preview.get_by_text("the criteria give 10 at most")
    expect(out_of_reach).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#id_total_required_to_pass").fill("4")
    expect(preview.get_by_text("4 of 10 marks are required to pass.")).to_be_visible(timeout=PATIENCE_MS)
    expect(preview.get_by_text(f"{RUBRIC} (pass mark 4 of 10)")).to_be_visible(timeout=PATIENCE_MS)
    expect(preview).not_to_contain_text("Any question about smoking")
    save(page)


def set_exercise(page: Page) -> None:
    add(page, "Exercises")
    page.get_by_label("Title", exact=True).fill(EXERCISE)
    page.locator("#id_pre_brief").fill("A morning in general practice.")
    page.locator(".field-character .select2-selection").click()
    page.locator(".select2-search__field").fill(NAME)
    # Not the copy, which the list has until the search is answered.
    page.get_by_role("option", name=TITLE, exact=True).click()
    page.get_by_label(RUBRIC, exact=True).check()
    preview = page.locator(".preview")
    expect(preview.get_by_text(f"{RUBRIC} (pass mark 4 of 10)")).to_be_visible(timeout=PATIENCE_MS)
    expect(preview.get_by_text(f"Patient: {TITLE}")).to_be_visible(timeout=PATIENCE_MS)
    save(page)


def practise(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=EXERCISE, exact=True).click()
    expect(page.get_by_text(f"{RUBRIC} (pass mark 4 of 10)")).to_be_visible()
    page.get_by_role("button", name="Begin a conversation").click()
    for text in SAID:
        page.get_by_label("Your message").fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_text("It is your turn.")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="End and see my marks").click()
    expect(page.get_by_role("heading", name="Overall")).to_be_visible(timeout=PATIENCE_MS)


def review(page: Page) -> None:
    go_to(page, "Marks")
    page.locator("#result_list a", has_text=EXERCISE).first.click()
    named = page.get_by_role("group", name="Says who they are")
    named.get_by_label("Decision").select_option(label="change to 2")
    named.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Save, and confirm all other marks").click()
    expect(page.get_by_text("The review is saved")).to_be_visible()


def downloaded(page: Page) -> dict[str, str]:
    """The scores of the exercise in the download, by criterion."""
    go_to(page, "Marks")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return {row["criterion"]: row["score"] for row in csv.DictReader(file) if row["exercise"] == EXERCISE}


def new_account(gateway: Gateway) -> str:
    """The email of a new student, whose marks are nobody else's business."""
    email = f"{secrets.token_hex(4)}@example.org"
    with SignedInClient(gateway.url, *STUDENT) as client:
        client.post("/auth/register/", {"username": "Una", "email": email, "password": PASSWORD})
    return email


def other_page(teacher: Page, gateway: Gateway) -> Page:
    """A page of somebody else, with cookies of its own."""
    browser: Browser | None = teacher.context.browser
    assert browser
    page = browser.new_context(base_url=gateway.url, viewport={"width": 1300, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    return page


def test_a_patient_a_rubric_an_exercise_a_conversation_its_marks_and_their_review(
    teacher: Page, worker: Process, gateway: Gateway, stack: Stack
) -> None:
    write_patient(teacher)
    try_patient(teacher)
    duplicate(teacher)
    build_rubric(teacher)
    set_exercise(teacher)
    student = other_page(teacher, gateway)
    practise(student, new_account(gateway))
    review(teacher)
    scores = downloaded(teacher)
    assert list(scores) == [name for name, *_ in CRITERIA]
    assert (scores["Says who they are"], scores["Asks about smoking"]) == ("2", "2")
    assert scores["Asks about weight"] == "0"
    student.reload()
    expect(student.get_by_text(REASON)).to_be_visible()
    expect(student.get_by_text("changed this mark from")).to_have_count(1)
    expect(student.get_by_text("has looked at this mark and confirmed it")).to_have_count(len(CRITERIA) - 1)
    total = sum(map(int, scores.values()))
    expect(student.locator(".verdict").first).to_have_text(f"{total} of 10, passed")


def test_students_and_unapproved_accounts_are_refused(teacher: Page, gateway: Gateway, stack: Stack) -> None:
    email = new_account(gateway)
    stack.execute(f"UPDATE \"user\" SET role = 'instructor' WHERE email = '{email}'")
    for who in (STUDENT, (email, PASSWORD)):
        page = other_page(teacher, gateway)
        sign_in(page, *who)
        expect(page.get_by_text("Ask an admin to approve your account")).to_be_visible()
