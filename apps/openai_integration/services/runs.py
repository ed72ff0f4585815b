"""What a request may do with a run."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from apps.activities.models import Activity
from apps.openai_integration.context import PROMPT_VERSION
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.queueing import enqueue
from apps.openai_integration.services.threads import patient_of, refuse_open_run
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.openai_integration.transcript import append, lock
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version
from config.api.errors import Conflict


class ScenarioDisabled(Conflict):
    default_code = "scenario_disabled"
    default_detail = "This patient is not available now."


class PatientGone(Conflict):
    default_code = "patient_gone"
    default_detail = "This patient or exercise has just been deleted."


class RunService:
    """The work of answering a student's turn."""

    @staticmethod
    def create_run(
        *,
        thread: Thread,
        content: str | None = None,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
    ) -> Run:
        """Keep the student's turn and queue the patient's answer to it, in one transaction.

        Without `content` the last turn is answered, if it is the student's: the way to try again after a failure. The
        patient is that of the activity, else the scenario, else the thread's. Raises RunInProgress, ScenarioDisabled,
        PatientGone, or a ValidationError where there is no patient or nothing to answer.
        """
        try:
            return _create(thread, content, activity, scenario)
        except IntegrityError as error:  # the database's own rules: another request was first
            refuse_open_run(thread)
            raise PatientGone from error
        except AssistantScenario.DoesNotExist as error:
            raise PatientGone from error

    @staticmethod
    def poll_status(*, run: Run) -> Run:
        """The run as it is; one that has outlived its deadline is ended here if nobody else has."""
        return run.as_it_is(now=timezone.now())


@transaction.atomic
def _create(thread: Thread, content: str | None, activity: Activity | None, scenario: AssistantScenario | None) -> Run:
    lock(thread)
    refuse_open_run(thread)
    if activity is None and scenario is None:
        activity, scenario = thread.activity, thread.scenario
    patient = patient_of(activity=activity, scenario=scenario if activity is None else None)
    if patient is None:
        raise ValidationError({"scenario_id": ["Name an activity or a scenario to talk with."]})
    if not patient.enable and not (thread.student and thread.student.is_instructor):
        raise ScenarioDisabled
    message = append(thread=thread, role=Message.Role.USER, content=content) if content else _unanswered(thread)
    now = timezone.now()
    run = Run.objects.create(
        thread=thread,
        activity=activity,
        scenario_version=current_version(patient),
        pre_brief=activity.pre_brief if activity else "",
        user_message=message,
        prompt_version=PROMPT_VERSION,
        deadline_at=now + timedelta(seconds=settings.RUN_DEADLINE_S),
        next_attempt_at=now,
    )
    Thread.objects.filter(pk=thread.pk).update(activity=activity, scenario=patient, title=patient.title, updated_at=now)
    enqueue(run_conversation_async, run_id=str(run.pk))
    return run


def _unanswered(thread: Thread) -> Message:
    last = thread.messages.order_by("created_at").last()
    if last is None or last.role != Message.Role.USER:
        raise ValidationError({"content": ["There is no unanswered turn; say something."]})
    return last
