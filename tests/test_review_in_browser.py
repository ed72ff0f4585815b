"""A teacher reviews an evaluation in a real browser."""

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.openai_integration.models import Evaluation, Mark
from apps.openai_integration.tests.sample_threads import ALLERGIES, GREETS, SMOKING, make_activity, make_thread, marked
from apps.users.models import User
from tests.annotations import ClientFor
from tests.browsers import new_page
from tests.mocks.openai_mock import Emulator
from tests.test_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


def test_a_teacher_sees_each_quote_in_its_turn_and_saves_a_review_without_leaving_the_page(
    chromium: str,
    tmp_path: Path,
    live_server: LiveServer,
    client_for: ClientFor,
    student: User,
    instructor: User,
    emulator: Emulator,
) -> None:
    evaluation = marked(client_for("instructor"), make_thread(student, make_activity()))
    Evaluation.objects.update(review_reasons=["one_quote_for_many"], needs_review=True, passed=None)
    Mark.objects.filter(score=0).update(refused=[{"index": 2, "quote": "Any allergies at all?", "reason": "not_said"}])
    Mark.objects.exclude(score=0).update(needs_review=True, review_reason="second_look_differs", second_score=0)
    with new_page(chromium, tmp_path, live_server.url) as page:
        sign_in(page, instructor.email)
        page.wait_for_url(lambda url: "login" not in url)
        address = f"/admin/openai_integration/evaluation/{evaluation['id']}/change/"
        page.goto(address)
        smoking = page.locator(".criterion", has=page.get_by_text(SMOKING, exact=True))
        expect(smoking.get_by_text("A second look at the quotes alone came to another score.")).to_be_visible()
        smoking.get_by_role("link", name="message 3").click()
        expect(page.locator("#message-2 mark")).to_have_text("Do you smoke?")
        expect(page.locator("#message-2 mark")).to_be_in_viewport()
        allergies = page.locator(".criterion", has=page.get_by_text(ALLERGIES, exact=True))
        expect(allergies.get_by_text("the student did not say it")).to_be_visible()
        page.screenshot(path=tmp_path / "review.png", full_page=True)
        allergies.get_by_label("Decision").select_option(label="change to 1")
        allergies.get_by_label("Reason").fill("She did ask, at the end.")
        page.locator(".criterion", has=page.get_by_text(GREETS, exact=True)).get_by_label("Decision").select_option(
            label="confirm 2"
        )
        page.get_by_label("Tick it when you have looked into it.").check()
        page.get_by_role("button", name="Save this review").click()
        expect(page.get_by_text("The review is saved")).to_be_in_viewport()
        assert page.url.startswith(f"{live_server.url}{address}#c")
        expect(page.get_by_text("Settled by")).to_be_visible()
        expect(smoking.get_by_text("A second look at the quotes alone came to another score.")).to_be_visible()
    stored = Evaluation.objects.get()
    assert (stored.total_score, stored.needs_review, stored.review_reasons) == (5, True, ["second_look_differs"])


def test_a_teacher_works_off_the_queue_by_keyboard_and_finds_the_marks_in_a_download(
    chromium: str,
    tmp_path: Path,
    live_server: LiveServer,
    client_for: ClientFor,
    student: User,
    instructor: User,
    emulator: Emulator,
) -> None:
    activity = make_activity()
    first, second = (marked(client_for("instructor"), make_thread(student, activity)) for _ in range(2))
    Evaluation.objects.update(review_reasons=["second_look_differs"], needs_review=True, passed=None)
    Mark.objects.exclude(score=0).update(needs_review=True, review_reason="second_look_differs", second_score=0)
    with new_page(chromium, tmp_path, live_server.url) as page:
        sign_in(page, instructor.email)
        page.locator("#nav-sidebar-apps").get_by_role("link", name="To review").click()
        page.locator("#result_list a", has_text=activity.shown_title).first.click()
        page.wait_for_url(lambda url: page_of(first) in url)
        press(page, "j", "j")
        smoking, allergies = (page.get_by_role("group", name=name) for name in (SMOKING, ALLERGIES))
        expect(smoking).to_be_focused()
        expect(page.locator("mark.current")).to_have_text("Do you smoke?")
        press(page, "j")
        expect(page.locator("mark.current")).to_have_count(0)
        press(page, "1", "r")
        page.keyboard.type("She did ask, at the end.")
        press(page, "Escape")
        expect(allergies).to_be_focused()
        assert faults(page) == []
        press(page, "a")
        expect(page.get_by_text("The review is saved")).to_be_in_viewport()
        expect(page.get_by_role("group", name=ALLERGIES)).to_contain_text("She did ask, at the end.")
        press(page, "n")
        page.wait_for_url(lambda url: page_of(second) in url)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert faults(page) == []
        page.set_viewport_size({"width": 1300, "height": 900})
        page.goto("/admin/openai_integration/evaluation/?needs_review__exact=0")
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        page.get_by_role("link", name=student.username).first.click()
        expect(page.get_by_role("heading", name="Marks by rubric over time")).to_be_visible()
        assert faults(page) == []
    assert [(row["criterion"], row["score"], row["max_score"], row["comment"], row["reviewed"]) for row in rows] == [
        (GREETS, "2", "2", "Clearly shown: introduction.", "yes"),
        (SMOKING, "2", "2", "Clearly shown: smoking.", "yes"),
        (ALLERGIES, "1", "2", "She did ask, at the end.", "yes"),
    ]


def page_of(evaluation: dict[str, str]) -> str:
    return f"/admin/openai_integration/evaluation/{evaluation['id']}/change/"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def faults(page: Page) -> list[str]:
    """What axe finds on the page in light and dark, of serious or critical impact."""
    found = []
    for dark in (False, True):
        page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", dark)
        for one in Axe().run(page).response["violations"]:
            if one["impact"] in {"serious", "critical"}:
                found.append(f"dark: {dark}, {one['id']}: {one['nodes'][0]['html'][:200]}")
    return found
