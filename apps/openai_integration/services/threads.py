"""Use cases for threads."""

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.openai_integration.conversation.message_log import append, lock
from apps.openai_integration.models import Message, Thread
from apps.openai_integration.models.jobs import LeasedJob
from apps.scenarios.models import AssistantScenario
from apps.users.models import User


class RunInProgress(Conflict):
    """The patient is still answering; `run_id` names the work."""

    default_code = "run_in_progress"
    default_detail = "The patient is still answering."


class ThreadService:
    """Threads and what is said in them."""

    @staticmethod
    def create(*, student: User, activity: Activity | None = None, scenario: AssistantScenario | None = None) -> Thread:
        """Open a talk, with the patient of the activity, or with the scenario, or with nobody yet."""
        scenario = patient_of(activity=activity, scenario=scenario)
        return Thread.objects.create(
            student=student, activity=activity, scenario=scenario, title=scenario.title if scenario else ""
        )

    @staticmethod
    @transaction.atomic
    def add_message(*, thread: Thread, content: str) -> Message:
        """Keep a student's turn without asking for an answer; RunInProgress while the patient is answering."""
        now = lock(thread)
        refuse_open_run(thread)
        return append(thread=thread, role=Message.Role.USER, content=content, now=now)

    @staticmethod
    def list_messages(*, thread: Thread) -> QuerySet[Message]:
        """All turns, oldest first."""
        return thread.messages.order_by("created_at", "id")


def patient_of(*, activity: Activity | None, scenario: AssistantScenario | None) -> AssistantScenario | None:
    """The activity's patient, else the scenario; naming two different ones is a ValidationError."""
    if activity and scenario and activity.character_id != scenario.pk:
        raise ValidationError({"scenario_id": ["The activity has another patient."]})
    return activity.character if activity else scenario


def refuse_open_run(thread: Thread) -> None:
    """RunInProgress if the patient is still answering."""
    run_id = thread.runs.filter(status__in=LeasedJob.OPEN).values_list("pk", flat=True).first()
    if run_id:
        raise RunInProgress(run_id=str(run_id))
