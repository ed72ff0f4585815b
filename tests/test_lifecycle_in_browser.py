"""A teacher edits a patient beside somebody else, compares, restores, archives, copies and deletes it, in a browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from apps.activities.tests.factories import ActivityFactory
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from tests.browsers import new_page
from tests.test_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
LIST = "/admin/scenarios/assistantscenario/"


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do it in a thread of its own: Playwright's loop allows no queries in this one."""

    def and_close() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(and_close).result()


def change(**values: str) -> None:
    scenario = AssistantScenario.objects.get()
    for name, value in values.items():
        setattr(scenario, name, value)
    scenario.save()


def test_a_patient_goes_through_its_life(
    chromium: str, tmp_path: Path, live_server: LiveServer, admin_user: User
) -> None:
    scenario = ActivityFactory.create(title="Take a history", character__title="A headache").character
    first = scenario.versions.get().pk
    with new_page(chromium, tmp_path, live_server.url) as page:
        sign_in(page, admin_user.email)
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(f"{LIST}{scenario.pk}/change/")
        page.get_by_label("Case notes").fill("Mine")
        elsewhere(lambda: change(case_notes="Theirs", title="Their title"))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("changed this while you were editing")).to_be_visible()
        expect(page.get_by_text("“Theirs”")).to_be_visible()
        expect(page.get_by_label("Case notes")).to_have_value("Mine")
        expect(page.get_by_label("Title")).to_have_value("Their title")
        page.screenshot(path=tmp_path / "conflict.png", full_page=True)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(lambda url: url.split("?")[0].endswith(LIST))
        stored = elsewhere(lambda: AssistantScenario.objects.values_list("title", "case_notes").get())
        assert stored == ("Their title", "Mine")
        elsewhere(lambda: change(scenario_text="Another text.\nIn two lines."))
        page.goto(f"/admin/scenarios/scenarioversion/{first}/change/")
        expect(page.locator("del").first).to_have_text("Another text.")
        page.screenshot(path=tmp_path / "compare.png", full_page=True)
        page.get_by_role("button", name="Restore this version").click()
        expect(page.get_by_text("The texts of version 1 are the patient's now.")).to_be_visible()
        page.get_by_role("button", name="Archive", exact=True).click()
        expect(page.get_by_text("This patient is in the archive")).to_be_visible()
        page.screenshot(path=tmp_path / "archived.png", full_page=True)
        page.get_by_role("button", name="Duplicate").click()
        expect(page.get_by_label("Title")).to_have_value("Copy of Their title")
        page.goto(LIST)
        expect(page.get_by_role("link", name="Copy of Their title")).to_be_visible()
        page.screenshot(path=tmp_path / "list.png", full_page=True)
        page.goto(f"{LIST}{scenario.pk}/delete/")
        expect(page.get_by_text("“Take a history”.")).to_be_visible()
        page.screenshot(path=tmp_path / "delete.png", full_page=True)
        page.goto("/admin/activities/activity/import/")
        page.locator("#id_file").set_input_files(
            {"name": "patients.json", "mimeType": "application/json", "buffer": b'{"format": "other"}'}
        )
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_text("scenarios: This field is required.")).to_be_visible()
        page.screenshot(path=tmp_path / "import.png", full_page=True)


def test_two_teachers_write_facts_at_once_and_neither_types_twice(
    chromium: str, tmp_path: Path, live_server: LiveServer, admin_user: User, instructor: User
) -> None:
    text = "Opening: Hello.\n- cough: Dry.\n- pain: None."
    scenario = ActivityFactory.create(character__additional_instructions=text).character
    address = f"{LIST}{scenario.pk}/change/"
    with new_page(chromium, tmp_path, live_server.url) as anns:
        browser: Browser | None = anns.context.browser
        assert browser
        bobs = browser.new_context(base_url=live_server.url, viewport=anns.viewport_size).new_page()
        for page, who in ((anns, admin_user), (bobs, instructor)):
            sign_in(page, who.email)
            page.wait_for_url(lambda url: "login" not in url)
            page.goto(address)
        bobs.get_by_label("Opening words").fill("Good evening.")
        bobs.locator(".fact summary").first.click()
        bobs.locator("#id_facts-0-text").fill("Wet, since Monday.")
        bobs.locator("#id_facts-2-topics").fill("fever")
        bobs.locator("#id_facts-2-text").fill("None.")
        bobs.get_by_role("button", name="Save", exact=True).click()
        bobs.wait_for_url(lambda url: url.split("?")[0].endswith(LIST))
        anns.locator(".fact summary").nth(1).click()
        anns.locator("#id_facts-1-text").fill("In my chest.")
        anns.get_by_role("button", name="Save", exact=True).click()
        expect(anns.get_by_text(f"{instructor} (").first).to_be_visible()
        expect(anns.get_by_text("- fever: None.")).to_be_visible()
        expect(anns.locator("#id_facts-1-text")).to_have_value("In my chest.")
        expect(anns.get_by_label("Opening words")).to_have_value("Good evening.")
        anns.screenshot(path=tmp_path / "facts.png", full_page=True)
        anns.locator("#id_facts-0-text").fill("Wet, since Monday.")
        anns.get_by_role("button", name="Save", exact=True).click()
        anns.wait_for_url(lambda url: url.split("?")[0].endswith(LIST))
        stored = elsewhere(lambda: AssistantScenario.objects.get().additional_instructions)
        assert stored == "Opening: Good evening.\n- cough: Wet, since Monday.\n- pain: In my chest."
