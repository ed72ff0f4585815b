"""Pausing and resuming calls to the model."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.openai_integration.models import Evaluation, ModelPause, Run
from apps.openai_integration.models.jobs import PAUSE_LIMIT, RESEND_AFTER
from apps.openai_integration.services import pausing
from apps.openai_integration.tasks import run_conversation_async, sweep_evaluations, sweep_runs
from apps.openai_integration.tests.factories import EvaluationFactory, RunFactory
from apps.users.tests.factories import UserFactory
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
PAUSES = reverse("admin:openai_integration_modelpause_changelist")
BOTH = pytest.mark.parametrize("made_by", [RunFactory, EvaluationFactory], ids=["runs", "evaluations"])


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("model_calls", *arguments, stdout=out)
    return out.getvalue()


def begun(**ago: float) -> ModelPause:
    """A pause that began this long ago."""
    return ModelPause.objects.create(began_at=timezone.now() - timedelta(**ago), began_by="ops")


@BOTH
def test_work_cannot_be_claimed_during_a_pause(made_by) -> None:
    job = made_by()
    command("pause")
    assert job.claim() is None
    command("resume")
    assert job.claim()


def test_a_task_during_a_pause_leaves_its_run_queued(emulator: Emulator) -> None:
    run = RunFactory()
    pausing.pause(by="ops")
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.attempts, emulator.requests()) == ("queued", 0, [])


def test_runs_are_accepted_during_a_pause_and_marked_as_paused(client_for) -> None:
    pausing.pause(by="ops")
    run = RunFactory(thread__student=(client := UserFactory()))
    assert client_for(client).get(f"/api/v2/runs/{run.pk}/").data["paused"] is True
    opened = client_for(client).post("/api/v2/threads/", {"scenario_id": run.thread.scenario_id})
    sent = client_for(client).post(f"/api/v2/threads/{opened.data['id']}/runs/", {"content": "Good morning."})
    assert (sent.status_code, sent.data["status"], sent.data["paused"]) == (202, "queued", True)
    pausing.resume(by="ops")
    assert client_for(client).get(f"/api/v2/runs/{run.pk}/").data["paused"] is False


def test_a_call_under_way_may_finish_during_a_pause() -> None:
    run = RunFactory()
    token = run.claim()
    assert run.begin_call(token)
    pausing.pause(by="ops")
    assert not run.begin_call(token)
    assert run.finish(token, status="completed", now=timezone.now())


@BOTH
def test_a_resume_restores_the_remaining_time(made_by) -> None:
    now = timezone.now()
    begun(minutes=10)
    older = made_by(deadline_at=now - timedelta(minutes=10) + timedelta(seconds=40))
    newer = made_by(deadline_at=now + timedelta(seconds=60))
    for job, ago in ((older, timedelta(minutes=11)), (newer, timedelta(seconds=30))):
        type(job).objects.filter(pk=job.pk).update(created_at=now - ago, next_attempt_at=now - ago)
    sweep_runs()
    sweep_evaluations()
    older.refresh_from_db()
    assert older.status == "queued"  # its deadline was nine minutes ago, but the pause stops its clock
    pausing.resume(by="ops")
    for job, left_s in ((older, 40), (newer, 90)):
        job.refresh_from_db()
        assert (job.deadline_at - timezone.now()).total_seconds() == pytest.approx(left_s, abs=5)


@BOTH
def test_work_of_a_dead_worker_waits_too(made_by) -> None:
    now = timezone.now()
    begun(minutes=1)
    left = made_by(status="in_progress", deadline_at=now - timedelta(seconds=30))
    type(left).objects.filter(pk=left.pk).update(
        lease_until=now - timedelta(seconds=5), next_attempt_at=now - RESEND_AFTER
    )
    sweep_runs()
    sweep_evaluations()
    left.refresh_from_db()
    assert left.status == "in_progress"
    pausing.resume(by="ops")
    left.refresh_from_db()
    assert left.deadline_at > timezone.now() - timedelta(seconds=30) + RESEND_AFTER / 2
    assert left.sent_at < timezone.now() - RESEND_AFTER


@BOTH
def test_work_put_back_during_a_pause_keeps_its_remaining_time(made_by) -> None:
    now = timezone.now()
    job = made_by(deadline_at=now + timedelta(seconds=50))
    token = job.claim()
    begun(minutes=10)
    assert job.put_back(token, at=now - timedelta(seconds=2))
    pausing.resume(by="ops")
    job.refresh_from_db()
    assert (job.deadline_at - timezone.now()).total_seconds() == pytest.approx(52, abs=5)


@BOTH
def test_work_expires_after_the_maximum_length_of_a_pause(made_by) -> None:
    job = made_by(deadline_at=timezone.now() - timedelta(minutes=1))
    pause = begun(seconds=PAUSE_LIMIT.total_seconds() - 30)
    sweep_runs()
    sweep_evaluations()
    job.refresh_from_db()
    assert job.status == "queued"
    ModelPause.objects.filter(pk=pause.pk).update(began_at=timezone.now() - PAUSE_LIMIT - timedelta(seconds=1))
    sweep_runs()
    sweep_evaluations()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (job.OVERDUE, "deadline_exceeded")


@BOTH
def test_the_sweep_sends_nothing_during_a_pause_and_everything_after_it(made_by) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    job = made_by(sent_at=long_ago, next_attempt_at=long_ago)
    begun(seconds=60)
    assert type(job).claim_undispatched(now=timezone.now()) == []
    type(job).objects.filter(pk=job.pk).update(sent_at=timezone.now())
    pausing.resume(by="ops")
    # Even if it was sent recently, because that task could not claim it.
    assert type(job).claim_undispatched(now=timezone.now()) == [job.pk]
    assert type(job).claim_undispatched(now=timezone.now() + RESEND_AFTER / 2) == []


def test_the_resume_does_not_wait_for_beat(
    django_capture_on_commit_callbacks: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    for task in (sweep_runs, sweep_evaluations):
        monkeypatch.setattr(task, "apply_async", lambda name=task.name, **_: sent.append(name))
    pausing.pause(by="ops")
    with django_capture_on_commit_callbacks(execute=True):
        pausing.resume(by="ops")
    assert sent == [sweep_runs.name, sweep_evaluations.name]


def test_the_command_reports_the_state_and_may_be_repeated() -> None:
    RunFactory()
    assert "The model is called. Waiting: 1 runs, 0 evaluations." in command("status")
    assert "paused since" in command("pause", "--reason", "The bill.")
    again = command("pause")
    assert "paused already" in again
    assert "The bill." in again
    assert "The bill." in command("status")
    assert "The model is called" in command("resume")
    assert "not paused" in command("resume")
    pause = ModelPause.objects.get()
    assert pause.began_by == pause.ended_by != ""
    with pytest.raises(CommandError, match="goes with pause"):
        command("resume", "--reason", "Why not")


@pytest.mark.django_db(transaction=True)
def test_concurrent_pauses_and_resumes_take_effect_once() -> None:
    run = RunFactory(deadline_at=timezone.now() + timedelta(seconds=60))
    together = threading.Barrier(2)

    def both(do: Callable[..., ModelPause]) -> list[str]:
        def one(by: str) -> str:
            together.wait()
            try:
                return str(do(by=by).pk)
            except (pausing.AlreadyPaused, pausing.NotPaused) as error:
                return error.default_code
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(one, ("ann", "bob")))

    assert both(pausing.pause)[1:] == ["already_paused"]
    pause = ModelPause.objects.get()
    ModelPause.objects.update(began_at=timezone.now() - timedelta(minutes=5))
    Run.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=6))
    assert both(pausing.resume) == [str(pause.pk), "not_paused"]
    run.refresh_from_db()
    assert (run.deadline_at - timezone.now()).total_seconds() == pytest.approx(360, abs=10)  # five minutes once


def test_admins_pause_and_resume_on_a_page(client, admin_user) -> None:
    client.force_login(admin_user)
    assert client.get(PAUSES).status_code == 200
    add = reverse("admin:openai_integration_modelpause_add")
    assert client.post(add, {"reason": "The bill."}, follow=True).status_code == 200
    pause = ModelPause.objects.get()
    assert (pause.began_by, pause.reason, pause.ended_at) == (admin_user.email, "The bill.", None)
    assert b"paused" in client.get(PAUSES).content
    assert client.get(add).status_code == 403  # there is a pause already
    assert client.get(reverse("admin:openai_integration_modelpause_change", args=[pause.pk])).status_code == 200
    client.post(PAUSES, {"action": "resume", "_selected_action": [pause.pk]})
    pause.refresh_from_db()
    assert (pause.ended_by, bool(pause.ended_at)) == (admin_user.email, True)
    again = client.post(PAUSES, {"action": "resume", "_selected_action": [pause.pk]}, follow=True)
    assert b"not paused" in again.content


def test_a_second_admin_is_told_of_the_pause(client, admin_user, monkeypatch) -> None:
    client.force_login(admin_user)
    pausing.pause(by="ops")
    # As if the other admin had paused after the check.
    monkeypatch.setattr("apps.openai_integration.admin.pauses.calls_are_paused", lambda: False)
    answer = client.post(reverse("admin:openai_integration_modelpause_add"), {"reason": ""}, follow=True)
    assert b"paused already" in answer.content
    assert ModelPause.objects.count() == 1


@pytest.mark.parametrize("who", ["instructor", "student"])
def test_only_admins_can_resume(client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    pausing.pause(by="ops")
    assert client.get(PAUSES).status_code in {302, 403}
    client.post(PAUSES, {"action": "resume", "_selected_action": [ModelPause.objects.get().pk]})
    assert ModelPause.objects.current()


def test_a_pause_cannot_be_edited_or_deleted(client, admin_user) -> None:
    client.force_login(admin_user)
    pause = pausing.pause(by="ops")
    change = reverse("admin:openai_integration_modelpause_change", args=[pause.pk])
    assert client.post(change, {"reason": "Another."}).status_code == 403
    assert client.post(reverse("admin:openai_integration_modelpause_delete", args=[pause.pk])).status_code == 403


def test_a_resume_does_not_change_failed_evaluations() -> None:
    failed = EvaluationFactory(status="failed", finished_at=timezone.now())
    begun(minutes=5)
    pausing.resume(by="ops")
    assert Evaluation.objects.get(pk=failed.pk).deadline_at == failed.deadline_at
