"""Who opens the page, and who may use what it asks."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.openai_integration.models import Evaluation, Run, Thread, Usage
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.test_runs import take
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import Role, User
from apps.users.tests.factories import UserFactory
from tests.counts import forget_counts
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
API = "/admin/try/api/"
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def scenario(db: None) -> AssistantScenario:
    facts = f"Opening: It's this cough.\n- [locked] alcohol, beer: I drink {HOSTILE}\n- cough: For three weeks."
    return AssistantScenarioFactory.create(enable=False, additional_instructions=facts)


@pytest.fixture
def browser(instructor: User) -> APIClient:
    """Signed in to the admin site, as its pages are, and checked for forged requests."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(instructor)
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    client.credentials(HTTP_X_CSRFTOKEN=token)
    return client


def test_the_page_has_what_its_module_needs(client: Client, instructor: User, scenario: AssistantScenario) -> None:
    category = CategoryFactory(name="History")
    client.force_login(instructor)
    answer = client.get(reverse("tryout", args=[scenario.pk]))
    text = answer.content.decode()
    assert (answer.status_code, HOSTILE in text) == (200, False)
    assert [fact["number"] for fact in answer.context["locked_facts"]] == [1]
    assert f'name="category" value="{category.pk}"' in text
    assert "This patient is closed to students" in text
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"].partition("style-src")[0]


def test_the_patients_page_leads_to_it(client: Client, instructor: User, scenario: AssistantScenario) -> None:
    client.force_login(instructor)
    page = reverse("admin:scenarios_assistantscenario_change", args=[scenario.pk])
    assert reverse("tryout", args=[scenario.pk]) in client.get(page).content.decode()
    assert "/admin/try/" not in client.get(reverse("admin:scenarios_assistantscenario_add")).content.decode()


def test_who_opens_it(client: Client, instructor: User, student: User, scenario: AssistantScenario) -> None:
    page = reverse("tryout", args=[scenario.pk])
    for user in (None, student, UserFactory(role=Role.ADMIN)):
        if user:
            client.force_login(user)
        for address in (page, f"{API}threads/"):
            assert client.get(address).headers["Location"].startswith("/admin/login/")
    client.force_login(instructor)
    assert client.get(reverse("tryout", args=[scenario.pk + 1])).status_code == 404
    assert client.post(page).status_code == 405


def test_a_patient_is_tried_in_the_session_of_the_admin_site(
    browser: APIClient, scenario: AssistantScenario, emulator: Emulator
) -> None:
    thread = browser.post(f"{API}threads/", {"scenario_id": scenario.pk, "preview": True}).json()
    place = f"{API}threads/{thread['id']}/"
    assert (thread["preview"], browser.get(place).json()["id"]) == (True, thread["id"])
    run = browser.post(f"{place}runs/", {"content": "How long have you had this cough?"})
    assert (run.status_code, run.json()["events_url"][:13]) == (202, "/api/v2/runs/")
    take(Run.objects.get())
    assert browser.get(f"{API}runs/{run.json()['id']}/").json()["status"] == "completed"
    assert [one["role"] for one in browser.get(f"{place}messages/").json()["results"]] == ["user", "assistant"]
    assert [fact["number"] for fact in browser.get(f"{place}facts/").json()["still_locked"]] == [1]
    category = SubCategoryFactory().category
    asked = browser.post(f"{place}evaluations/", {"category_ids": [category.pk]})
    assert (asked.status_code, Evaluation.objects.get().rubric["categories"][0]["category_id"]) == (202, category.pk)
    assert browser.get(f"{API}evaluations/{asked.json()['id']}/").json()["status"] == "queued"


def test_what_it_has_used(browser: APIClient, instructor: User) -> None:
    thread = ThreadFactory(student=instructor, preview=True)
    place = f"{API}threads/{thread.pk}/usage/"
    nothing = {"calls": 0, "input_tokens": 0, "output_tokens": 0, "first_text_ms": None}
    assert browser.get(place).json() == nothing
    run = RunFactory(thread=thread, status="completed")
    Usage.objects.create(run=run, model="m", outcome="answered", input_tokens=7, output_tokens=2, first_text_ms=300)
    Usage.objects.create(run=run, model="m", outcome="answered", input_tokens=5)
    Usage.objects.create(run=RunFactory(), model="m", outcome="answered", input_tokens=900)
    used = {"calls": 2, "input_tokens": 12, "output_tokens": 2, "first_text_ms": 300}
    assert browser.get(place).json() == used


def test_a_forged_request_changes_nothing(browser: APIClient, scenario: AssistantScenario) -> None:
    browser.credentials()
    for path in ("threads/", f"threads/{ThreadFactory().pk}/runs/", f"runs/{RunFactory().pk}/cancel/"):
        answer = browser.post(f"{API}{path}", {"scenario_id": scenario.pk, "preview": True})
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Thread.objects.filter(preview=True).exists()


def test_anothers_preview_is_not_there(browser: APIClient, scenario: AssistantScenario) -> None:
    thread = ThreadFactory(student=UserFactory(instructor=True), preview=True)
    MessageFactory(thread=thread)
    for path in ("", "messages/", "runs/", "facts/", "usage/"):
        assert browser.get(f"{API}threads/{thread.pk}/{path}").status_code == 404
    for path in ("runs/", "evaluations/"):
        assert browser.post(f"{API}threads/{thread.pk}/{path}", {"content": "Hello."}).status_code == 404
    assert browser.get(f"{API}threads/nonsense/").status_code in {302, 404}
    students = ThreadFactory()
    assert browser.post(f"{API}threads/{students.pk}/runs/", {"content": "Hello."}).status_code == 403


def test_its_limits_are_those_of_v2(browser: APIClient, instructor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_counts()
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {**SimpleRateThrottle.THROTTLE_RATES, "runs": "1/min"})
    thread = ThreadFactory(student=instructor, preview=True)
    statuses = [
        browser.post(f"{API}threads/{thread.pk}/runs/", {"content": words}).status_code for words in ("One.", "Two.")
    ]
    forget_counts()
    assert statuses == [202, 429]


def test_its_types_hold() -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("tsc is not installed")
    app = Path(__file__).parents[1]
    done = subprocess.run([compiler, "-p", app], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
