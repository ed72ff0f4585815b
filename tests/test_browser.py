"""The admin site as a teacher uses it, in a real browser."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from apps.users.tests.factories import PASSWORD
from tests.annotations import Browse, ClientFor
from tests.browsers import new_page

# playwright talks with the browser's driver over sockets of this machine that are not TCP.
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PATIENT = "Ruth Bell, 41, a baker, comes because of her back.\nShe is in a hurry."
FACTS = "Opening: It's my back.\n- [locked] lifting, work: I lift flour sacks all night."
TAGS = ["back pain", "general practice"]
QUESTIONS = ["Did the student ask about her work?", "Did the student ask about red flags?"]
CRITERIA = [("Greets the patient", "0: no.\n2: by name."), ("Says who they are", "0: no.\n1: name.\n2: name and role.")]
BRIEF = "A Monday morning in general practice.\nTake a history in ten minutes."


@pytest.fixture
def browse(chromium: str, tmp_path: Path, live_server: LiveServer) -> Browse:
    """Open a page whose every request must go to the server under test and be answered.

    While it is open an event loop runs in this thread, so the database is looked at before and after, not meanwhile.
    """

    @contextlib.contextmanager
    def opened() -> Iterator[Page]:
        problems: list[str] = []
        with new_page(chromium, tmp_path, live_server.url) as page:
            page.on("request", lambda request: problems.extend(_elsewhere(request.url, live_server.url)))
            page.on("response", lambda answer: problems.extend(_refused(answer.status, answer.url)))
            page.on("pageerror", lambda error: problems.append(f"script: {error}"))
            page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
            yield page
        assert problems == []

    return opened


def _elsewhere(url: str, home: str) -> list[str]:
    asked = urlsplit(url)
    return [] if asked.scheme in {"data", "blob"} or asked.netloc == urlsplit(home).netloc else [f"asked {url}"]


def _refused(status: int, url: str) -> list[str]:
    return [f"{status} {url}"] if status >= 400 else []


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/admin/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def go_to(page: Page, sidebar: str) -> None:
    page.locator("#nav-sidebar-apps a", has=page.get_by_text(sidebar, exact=True)).click()


def add(page: Page, sidebar: str) -> None:
    """Go to a list by the sidebar, and from there to an empty form."""
    go_to(page, sidebar)
    page.locator("a.addlink, a[href$='/add/']").first.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


def make_scenario(page: Page) -> None:
    add(page, "Patients")
    page.locator("#id_scenario_text").fill(PATIENT)
    page.locator("#id_opening").fill("It's my back.")
    page.locator("#id_facts-0-kind").select_option("Only when asked")
    page.locator("#id_facts-0-topics").fill("lifting, work")
    page.locator("#id_facts-0-text").fill("I lift flour sacks all night.")
    page.locator("#id_communication_preferences").fill("Brisk.")
    page.locator("#id_role").select_option("Adult Woman")
    for n, tag in enumerate(TAGS):
        if n:
            page.get_by_text("Add another Tag").click()
        page.locator(f"#id_tags-{n}-tag").fill(tag)
    for n, question in enumerate(QUESTIONS):
        if n:
            page.get_by_text("Add another Rubric question").click()
        page.locator(f"#id_rubric_questions-{n}-question").fill(question)
    save(page)


def make_category(page: Page) -> None:
    add(page, "Rubrics")
    page.locator("#id_name").fill("Opening")
    page.locator("#id_total_required_to_pass").fill("3")
    for n, (name, instructions) in enumerate(CRITERIA):
        if n:
            page.get_by_text("Add another Criterion").click()
        page.locator(f"#id_subcategories-{n}-name").fill(name)
        page.locator(f"#id_subcategories-{n}-marking_instructions").fill(instructions)
    save(page)


def make_activity(page: Page) -> None:
    add(page, "Exercises")
    page.locator("#id_pre_brief").fill(BRIEF)
    page.locator(".field-character .select2-selection").click()
    page.locator(".select2-search__field").fill("ruth")
    page.locator(".select2-results__option", has_text="Ruth Bell").click()
    page.get_by_label("Opening", exact=True).check()
    save(page)


def test_an_instructor_writes_a_patient_a_category_and_an_activity(
    browse: Browse, client_for: ClientFor, instructor: User
) -> None:
    with browse() as page:
        sign_in(page, instructor.email)
        make_scenario(page)
        make_category(page)
        make_activity(page)

    scenario, category, activity = AssistantScenario.objects.get(), Category.objects.get(), Activity.objects.get()
    assert (scenario.scenario_text, scenario.additional_instructions) == (PATIENT, FACTS)
    assert scenario.versions.get().openid == scenario.openid != ""
    assert (activity.pre_brief, activity.character, [*activity.categories.all()]) == (BRIEF, scenario, [category])

    api = client_for("instructor")
    read = api.get(f"/api/v2/scenarios/{scenario.pk}/").json()
    assert (read["scenario_text"], read["role"], read["enable"]) == (PATIENT, "Adult Woman", True)
    assert (read["tags"], read["rubrics"]) == (TAGS, QUESTIONS)
    read = api.get(f"/api/v2/categories/{category.pk}/").json()
    assert (read["name"], read["total_required_to_pass"]) == ("Opening", 3)
    assert [(one["name"], one["marking_instructions"]) for one in read["subcategories"]] == CRITERIA
    read = client_for("student").get(f"/api/v2/activities/{activity.pk}/").json()
    assert (read["pre_brief"], read["character_id"], read["categories"]) == (BRIEF, scenario.pk, [category.pk])


SECRETS = [
    ("smoking", "I smoke in secret.", "Do you smoke?"),
    ("alcohol, drinking", "A bottle a day.", "How much do you drink?"),
    ("home", "I am afraid of my brother.", "Are you safe at home?"),
]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(150):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by Tab")


def type_into(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(words)


def serious_faults(page: Page) -> list[str]:
    """What axe calls serious or critical, in light and in dark."""
    faults = []
    for scheme in ("light", "dark"):
        page.evaluate("scheme => document.documentElement.classList.toggle('dark', scheme === 'dark')", scheme)
        found = Axe().run(page).response["violations"]
        faults += [
            f"{scheme}, {one['id']}: {node['html'][:200]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
    return faults


def test_a_patient_with_secrets_is_written_and_put_in_order_by_keyboard_alone(browse: Browse, instructor: User) -> None:
    with browse() as page:
        sign_in(page, instructor.email)
        page.goto("/admin/scenarios/assistantscenario/add/")
        type_into(page, "#id_scenario_text", PATIENT)
        type_into(page, "#id_opening", "It's my back.")
        for n, (topics, told, question) in enumerate(SECRETS):
            type_into(page, f"#id_facts-{n}-kind", "Only")
            type_into(page, f"#id_facts-{n}-topics", topics)
            type_into(page, f"#id_facts-{n}-questions", question)
            type_into(page, f"#id_facts-{n}-text", told)
        tab_to(page, ".facts button.add")
        page.keyboard.press("Enter")
        expect(page.locator("#id_facts-3-kind")).to_be_focused()
        type_into(page, "#id_facts-3-topics", "work")
        type_into(page, "#id_facts-3-text", "I bake.")
        assert serious_faults(page) == []
        tab_to(page, "button[name=_save]")
        page.keyboard.press("Enter")
        expect(page.get_by_text("was added successfully")).to_be_visible()

        page.get_by_role("link", name="Ruth Bell").first.focus()
        page.keyboard.press("Enter")
        for n, row in enumerate(SECRETS):
            expect(page.locator(f"#id_facts-{n}-kind")).to_have_value("locked")
            for name, words in zip(("topics", "text", "questions"), row, strict=True):
                expect(page.locator(f"#id_facts-{n}-{name}")).to_have_value(words)
        assert serious_faults(page) == []
        fact = page.locator(".fact", has=page.locator("#id_facts-3-kind"))
        expect(fact).to_contain_text("Told freely: work — I bake.")
        fact.locator("summary").focus()
        page.keyboard.press("Enter")
        up = fact.get_by_role("button", name="Move up")
        up.focus()
        page.keyboard.press("Enter")
        expect(up).to_be_focused()
        tab_to(page, "button[name=_save]")
        page.keyboard.press("Enter")
        expect(page.get_by_text("was changed successfully")).to_be_visible()

    lines = AssistantScenario.objects.get().additional_instructions.split("\n")
    first, second, third = (f"- [locked] {topics}, {question}: {told}" for topics, told, question in SECRETS)
    assert lines == ["Opening: It's my back.", first, second, "- work: I bake.", third]


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_who_is_not_approved_is_refused_and_told_why(browse: Browse, request: pytest.FixtureRequest, who: str) -> None:
    user = request.getfixturevalue(who)
    with browse() as page:
        sign_in(page, user.email)
        expect(page.get_by_text("Ask an admin to approve your account")).to_be_visible()
        page.goto("/admin/scenarios/assistantscenario/")
        expect(page.get_by_label("Password")).to_be_visible()
