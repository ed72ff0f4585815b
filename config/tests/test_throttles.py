"""How often who may ask."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from apps.openai_integration.models import Run
from apps.openai_integration.tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(monkeypatch):
    """Set some rates; the others stay out of the way."""
    cache.clear()

    def set_rates(**changed: str) -> None:
        monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {**SimpleRateThrottle.THROTTLE_RATES, **changed})

    yield set_rates
    cache.clear()


def test_guessing_at_one_account_is_slowed_down_and_others_at_that_address_are_not(rates, client_for, student) -> None:
    rates(login_account="3/min")
    client = client_for(None)
    wrong = {"email": "victim@example.org", "password": "guess"}
    assert [client.post("/api/v2/auth/login/", wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    right = {"email": student.email, "password": "a pass phrase 1"}
    assert client.post("/api/v2/auth/login/", right).status_code == 200


def test_one_address_cannot_try_account_after_account_without_end(rates, client_for) -> None:
    rates(login_address="3/min")
    client = client_for(None)
    answers = [
        client.post("/api/v2/auth/login/", {"email": f"{n}@example.org", "password": "x"}).status_code for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_turns_are_limited_for_each_person_and_reading_is_not(rates, client_for, student, other_student) -> None:
    rates(runs="2/min")
    thread = ThreadFactory(student=student)
    client = client_for("student")
    answers = []
    for _ in range(3):
        answers.append(client.post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Hello"}).status_code)
        Run.objects.update(status="cancelled", finished_at=timezone.now())
    assert answers == [202, 202, 429]
    assert all(client.get(f"/api/v2/threads/{thread.pk}/runs/").status_code == 200 for _ in range(5))
    others = ThreadFactory(student=other_student)
    assert client_for("other_student").post(f"/api/v2/threads/{others.pk}/runs/", {"content": "Hi"}).status_code == 202


def test_a_login_that_is_no_object_is_refused_and_not_an_error(rates, client_for) -> None:
    assert client_for(None).post("/api/v2/auth/login/", ["x"]).status_code == 400


def test_a_stolen_token_does_not_help_to_guess_the_old_password(rates, client_for, student, other_student) -> None:
    rates(password_change="3/min")
    path, new = "/api/v2/auth/password/change/", "a pass phrase 2"
    thief = client_for(student)
    guesses = [thief.post(path, {"old_password": f"guess {n}", "new_password": new}).status_code for n in range(4)]
    assert guesses == [400, 400, 400, 429]
    assert thief.post(path, {"old_password": "a pass phrase 1", "new_password": new}).status_code == 429
    body = {"old_password": "a pass phrase 1", "new_password": new}
    assert client_for(other_student).post(path, body).status_code == 200
