"""What a request may do with a run."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from rest_framework.exceptions import APIException, ValidationError

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.openai_integration.conversation.events.publishing import end_events, publish
from apps.openai_integration.conversation.message_log import append_message, lock_thread
from apps.openai_integration.conversation.prompt import PROMPT_VERSION
from apps.openai_integration.jobs.dispatch import enqueue
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.services.threads import chosen_scenario, refuse_full, refuse_open_run
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version

log = structlog.get_logger(__name__)


class ScenarioDisabled(Conflict):
    default_code = "scenario_disabled"
    default_detail = "This patient is not available now."


class ScenarioGone(Conflict):
    default_code = "patient_gone"
    default_detail = "This patient or exercise has just been deleted."


class ClientIdReused(APIException):
    status_code = 422
    default_code = "client_message_id_reused"
    default_detail = "Another turn of this talk has this client_message_id."


class RunEnded(Conflict):
    """It has ended otherwise; `status` says how."""

    default_code = "run_ended"
    default_detail = "The run has ended already."


class RunService:
    """The work of answering a student's turn."""

    @staticmethod
    def create_run(
        *,
        thread: Thread,
        content: str | None = None,
        client_message_id: str | None = None,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
    ) -> Run:
        """Keep the student's turn and queue the patient's answer to it, in one transaction.

        Without `content` the last turn is answered, if it is the student's: the way to try again after a failure. The
        patient is that of the activity, else the scenario, else the thread's. A turn whose `client_message_id` is there
        already is not said again: the last run that answers it is returned as it is. Raises RunInProgress,
        ClientIdReused, ThreadFull, ScenarioDisabled, ScenarioGone, or a ValidationError where there is no patient or
        nothing to answer.
        """
        try:
            return _create(thread, content, client_message_id or "", activity, scenario)
        except IntegrityError as error:  # the database's own rules: another request was first
            refuse_open_run(thread)
            raise ScenarioGone from error
        except AssistantScenario.DoesNotExist as error:
            raise ScenarioGone from error

    @staticmethod
    def poll_status(*, run: Run) -> Run:
        """The run as it is; one that has outlived its deadline is ended here if nobody else has."""
        was_open = run.status in Run.OPEN
        run.refreshed()
        if was_open and run.status == Run.Status.EXPIRED:
            _tell_end(run)
        return run

    @staticmethod
    def cancel(*, run: Run) -> Run:
        """End an open run at once; what a worker still does for it is not kept. Twice is the same as once.

        Raises RunEnded for one that has ended otherwise.
        """
        cancelled = run.cancel(now=Now())
        run.refresh_from_db()
        if not cancelled and run.status != Run.Status.CANCELLED:
            raise RunEnded(status=run.status)
        if cancelled:
            log.info("run_ended", run_id=str(run.pk), status=run.status)
            _tell_end(run)
        return run


def _tell_end(run: Run) -> None:
    """Tell readers of the run's events that it has ended without a reply."""
    transaction.on_commit(lambda: publish(run, *end_events(run, None)))


@transaction.atomic
def _create(
    thread: Thread,
    content: str | None,
    client_id: str,
    activity: Activity | None,
    scenario: AssistantScenario | None,
) -> Run:
    now = lock_thread(thread)
    if client_id and (there := _said_before(thread, client_id, content)):
        return there
    refuse_open_run(thread)
    if activity is None and scenario is None:
        activity, scenario = thread.activity, thread.scenario
    patient = chosen_scenario(activity=activity, scenario=scenario if activity is None else None)
    if patient is None:
        raise ValidationError({"scenario_id": ["Name an activity or a scenario to talk with."]})
    if not patient.enable and not (thread.student and thread.student.is_instructor):
        raise ScenarioDisabled
    message = _said(thread, content, client_id, now) if content else _unanswered(thread)
    run = Run.objects.create(
        thread=thread,
        activity=activity,
        scenario_version=current_version(patient),
        pre_brief=activity.pre_brief if activity else "",
        user_message=message,
        prompt_version=PROMPT_VERSION,
        deadline_at=now + timedelta(seconds=settings.RUN_DEADLINE_S),
        next_attempt_at=now,
        sent_at=now,
    )
    Thread.objects.filter(pk=thread.pk).update(activity=activity, scenario=patient, title=patient.title, updated_at=now)
    enqueue(run_conversation_async, run, run_id=str(run.pk))
    return run


def _said(thread: Thread, content: str, client_id: str, now: datetime) -> Message:
    refuse_full(thread, content)
    return append_message(thread=thread, role=Message.Role.USER, content=content, now=now, client_id=client_id)


def _said_before(thread: Thread, client_id: str, content: str | None) -> Run | None:
    """The last run of the turn of that name, if it is there; ClientIdReused where it says something else."""
    message = thread.messages.filter(client_id=client_id).first()
    if message is None:
        return None
    if content is None or message.content != content:
        raise ClientIdReused
    return message.runs.order_by("-created_at").first()


def _unanswered(thread: Thread) -> Message:
    last = thread.messages.order_by("created_at").last()
    if last is None or last.role != Message.Role.USER:
        raise ValidationError({"content": ["There is no unanswered turn; say something."]})
    return last
