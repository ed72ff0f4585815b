"""Cancelling runs."""

import pytest
from django.utils import timezone

from apps.openai_integration.models import Run
from apps.openai_integration.tests.factories import RunFactory, ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(student) -> Run:
    return RunFactory(thread=ThreadFactory(student=student))


def path(run: Run) -> str:
    return f"/api/v2/runs/{run.pk}/cancel/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("student", 200), ("other_student", 404), ("unapproved", 404), ("instructor", 403), ("admin", 403),
     ("anonymous", 401)],
)  # fmt: skip
def test_who_can_cancel_a_run(who: str, status: int, run: Run, client_for) -> None:
    assert client_for(who).post(path(run)).status_code == status
    run.refresh_from_db()
    assert run.status == ("cancelled" if status == 200 else "queued")


@pytest.mark.parametrize("claimed", [False, True], ids=["queued", "in progress"])
def test_after_a_cancellation_the_next_message_can_be_sent(run: Run, client_for, claimed) -> None:
    token = run.claim() if claimed else None
    client = client_for("student")
    cancelled = client.post(path(run))
    assert (cancelled.status_code, cancelled.data["status"], cancelled.data["error_code"]) == (
        200, "cancelled", "cancelled",
    )  # fmt: skip
    assert cancelled.data["finished_at"]
    assert cancelled.data["message"] is None
    sent = client.post(f"/api/v2/threads/{run.thread_id}/runs/", {"content": "Something else, then."})
    assert sent.status_code == 202
    # Its worker can no longer write, and no other worker can claim it.
    assert not claimed or not run.finish(token, status="completed", now=timezone.now())
    assert Run.objects.get(pk=run.pk).claim() is None


def test_cancelling_twice_has_no_further_effect(run: Run, client_for) -> None:
    client = client_for("student")
    first, second = client.post(path(run)), client.post(path(run))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data


@pytest.mark.parametrize("status", ["completed", "failed", "expired", "incomplete"])
def test_a_run_that_has_ended_cannot_be_cancelled(student, client_for, status: str) -> None:
    run = RunFactory(thread=ThreadFactory(student=student), status=status, finished_at=timezone.now())
    refused = client_for("student").post(path(run))
    assert (refused.status_code, refused.data["code"], refused.data["status"]) == (409, "run_ended", status)
    run.refresh_from_db()
    assert run.status == status


def test_an_overdue_run_expires_instead_of_being_cancelled(run: Run, client_for) -> None:
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now())
    refused = client_for("student").post(path(run))
    assert (refused.status_code, refused.data["status"]) == (409, "expired")
