"""A teacher reviews an evaluation in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
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
        smoking.get_by_role("link", name="message 2").click()
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
        expect(page.get_by_text("The review is saved")).to_be_visible()
        assert page.url.startswith(f"{live_server.url}{address}#c")
        expect(page.get_by_text("Settled by")).to_be_visible()
        expect(smoking.get_by_text("A second look at the quotes alone came to another score.")).to_be_visible()
    stored = Evaluation.objects.get()
    assert (stored.total_score, stored.needs_review, stored.review_reasons) == (5, True, ["second_look_differs"])
