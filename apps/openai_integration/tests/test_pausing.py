"""The switch of operations: what waits while it is off, and what it has when it is on again."""

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
    """A pause that has been on for that long."""
    return ModelPause.objects.create(began_at=timezone.now() - timedelta(**ago), began_by="ops")


@BOTH
def test_nothing_is_begun_during_a_pause_and_all_of_it_after(made_by) -> None:
    job = made_by()
    command("pause")
    assert job.claim(now=timezone.now()) is None
    command("resume")
    assert job.claim(now=timezone.now())


def test_a_task_of_a_paused_run_asks_nobody_and_leaves_it_queued(emulator: Emulator) -> None:
    run = RunFactory()
    pausing.pause(by="ops")
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.attempts, emulator.requests()) == ("queued", 0, [])


def test_turns_are_taken_during_a_pause_and_say_that_they_wait(client_for) -> None:
    pausing.pause(by="ops")
    run = RunFactory(thread__student=(client := UserFactory()))
    assert client_for(client).get(f"/api/v2/runs/{run.pk}/").data["paused"] is True
    said = client_for(client).post("/api/v2/threads/", {"scenario_id": run.thread.scenario_id})
    turn = client_for(client).post(f"/api/v2/threads/{said.data['id']}/runs/", {"content": "Good morning."})
    assert (turn.status_code, turn.data["status"], turn.data["paused"]) == (202, "queued", True)
    pausing.resume(by="ops")
    assert client_for(client).get(f"/api/v2/runs/{run.pk}/").data["paused"] is False


def test_what_is_at_the_model_ends_as_it_would() -> None:
    run = RunFactory()
    token = run.claim(now=timezone.now())
    assert run.begin_call(token)
    pausing.pause(by="ops")
    assert not run.begin_call(token)
    assert run.finish(token, status="completed", now=timezone.now())


@BOTH
def test_what_waited_has_the_time_again_that_it_had_left(made_by) -> None:
    now = timezone.now()
    begun(minutes=10)
    older = made_by(deadline_at=now - timedelta(minutes=10) + timedelta(seconds=40))
    newer = made_by(deadline_at=now + timedelta(seconds=60))
    for job, ago in ((older, timedelta(minutes=11)), (newer, timedelta(seconds=30))):
        type(job).objects.filter(pk=job.pk).update(created_at=now - ago, next_attempt_at=now - ago)
    sweep_runs()
    sweep_evaluations()
    older.refresh_from_db()
    assert older.status == "queued"  # its deadline was nine minutes ago, and its clock stands still
    pausing.resume(by="ops")
    for job, left_s in ((older, 40), (newer, 90)):
        job.refresh_from_db()
        assert (job.deadline_at - timezone.now()).total_seconds() == pytest.approx(left_s, abs=5)


@BOTH
def test_what_a_dead_worker_left_behind_waits_too(made_by) -> None:
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
def test_what_came_back_during_the_pause_has_no_more_than_it_had_left(made_by) -> None:
    now = timezone.now()
    job = made_by(deadline_at=now + timedelta(seconds=50))
    token = job.claim(now=now)
    begun(minutes=10)
    assert job.put_back(token, at=now - timedelta(seconds=2))
    pausing.resume(by="ops")
    job.refresh_from_db()
    assert (job.deadline_at - timezone.now()).total_seconds() == pytest.approx(52, abs=5)


@BOTH
def test_nothing_waits_longer_than_a_pause_may_last(made_by) -> None:
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
def test_the_sweep_sends_nothing_during_a_pause_and_everything_at_its_end(made_by) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    job = made_by(sent_at=long_ago, next_attempt_at=long_ago)
    begun(seconds=60)
    assert type(job).claim_undispatched(now=timezone.now()) == []
    type(job).objects.filter(pk=job.pk).update(sent_at=timezone.now())
    pausing.resume(by="ops")
    # However lately it was sent: that task came in vain.
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


def test_the_command_says_what_is_so_and_twice_is_no_failure() -> None:
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
def test_two_at_once_pause_once_and_resume_once() -> None:
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
    assert client.get(add).status_code == 403  # it is on
    assert client.get(reverse("admin:openai_integration_modelpause_change", args=[pause.pk])).status_code == 200
    client.post(PAUSES, {"action": "resume", "_selected_action": [pause.pk]})
    pause.refresh_from_db()
    assert (pause.ended_by, bool(pause.ended_at)) == (admin_user.email, True)
    again = client.post(PAUSES, {"action": "resume", "_selected_action": [pause.pk]}, follow=True)
    assert b"not paused" in again.content


def test_a_second_admins_click_is_told_that_it_is_paused(client, admin_user, monkeypatch) -> None:
    client.force_login(admin_user)
    pausing.pause(by="ops")
    monkeypatch.setattr(type(ModelPause.objects), "current", lambda self: None)  # the other was faster than the check
    answer = client.post(reverse("admin:openai_integration_modelpause_add"), {"reason": ""}, follow=True)
    assert b"paused already" in answer.content
    assert ModelPause.objects.count() == 1


@pytest.mark.parametrize("who", ["instructor", "student"])
def test_nobody_else_reaches_the_switch(client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    pausing.pause(by="ops")
    assert client.get(PAUSES).status_code in {302, 403}
    client.post(PAUSES, {"action": "resume", "_selected_action": [ModelPause.objects.get().pk]})
    assert ModelPause.objects.current()


def test_a_pause_is_not_edited_or_deleted(client, admin_user) -> None:
    client.force_login(admin_user)
    pause = pausing.pause(by="ops")
    change = reverse("admin:openai_integration_modelpause_change", args=[pause.pk])
    assert client.post(change, {"reason": "Another."}).status_code == 403
    assert client.post(reverse("admin:openai_integration_modelpause_delete", args=[pause.pk])).status_code == 403


def test_an_evaluation_that_failed_is_left_alone_by_a_resume() -> None:
    failed = EvaluationFactory(status="failed", finished_at=timezone.now())
    begun(minutes=5)
    pausing.resume(by="ops")
    assert Evaluation.objects.get(pk=failed.pk).deadline_at == failed.deadline_at
