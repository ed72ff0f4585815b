"""Use cases for threads."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Length, Now
from rest_framework.exceptions import ValidationError

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.openai_integration.conversation.message_log import append_message, lock_thread
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.models.jobs import LeasedJob
from apps.scenarios.models import AssistantScenario
from apps.users.models import User


class RunInProgress(Conflict):
    """The patient is still answering; `run_id` names the work."""

    default_code = "run_in_progress"
    default_detail = "The patient is still answering."


class ThreadFull(Conflict):
    default_code = "thread_full"
    default_detail = "This talk is as long as one may be; have it marked, or begin another."


class TooManyUnasked(Conflict):
    default_code = "too_many_unasked"
    default_detail = "Too many messages in a row; ask for an answer before the next one."


class TooManyThreads(Conflict):
    default_code = "too_many_threads"
    default_detail = "You have begun too many talks in the last 24 hours; go on with one of them."


class ThreadService:
    """Threads and what is said in them."""

    @staticmethod
    @transaction.atomic
    def create(*, student: User, activity: Activity | None = None, scenario: AssistantScenario | None = None) -> Thread:
        """Open a talk, with the patient of the activity, or with the scenario, or with nobody yet.

        Raises TooManyThreads, or a ValidationError for two different patients.
        """
        scenario = chosen_scenario(activity=activity, scenario=scenario)
        _refuse_many(student)
        return Thread.objects.create(
            student=student, activity=activity, scenario=scenario, title=scenario.title if scenario else ""
        )

    @staticmethod
    @transaction.atomic
    def add_message(*, thread: Thread, content: str) -> Message:
        """Keep a student's turn without asking for an answer.

        Raises RunInProgress while the patient is answering, ThreadFull or TooManyUnasked.
        """
        now = lock_thread(thread)
        refuse_open_run(thread)
        refuse_full(thread, content)
        _refuse_unasked(thread)
        return append_message(thread=thread, role=Message.Role.USER, content=content, now=now)

    @staticmethod
    def list_messages(*, thread: Thread) -> QuerySet[Message]:
        """All turns, oldest first."""
        return thread.messages.order_by("created_at", "id")


def chosen_scenario(*, activity: Activity | None, scenario: AssistantScenario | None) -> AssistantScenario | None:
    """The activity's patient, else the scenario; naming two different ones is a ValidationError."""
    if activity and scenario and activity.character_id != scenario.pk:
        raise ValidationError({"scenario_id": ["The activity has another patient."]})
    return activity.character if activity else scenario


def refuse_open_run(thread: Thread) -> None:
    """RunInProgress if the patient is still answering."""
    run_id = thread.runs.filter(status__in=LeasedJob.OPEN).values_list("pk", flat=True).first()
    if run_id:
        raise RunInProgress(run_id=str(run_id))


def refuse_full(thread: Thread, content: str) -> None:
    """ThreadFull if a locked thread has no room for another turn that says this."""
    held = thread.messages.aggregate(messages=Count("pk"), characters=Coalesce(Sum(Length("content")), 0))
    too_long = held["characters"] + len(content) > settings.THREAD_MAX_CHARACTERS
    if too_long or held["messages"] >= settings.THREAD_MAX_MESSAGES:
        raise ThreadFull


def _refuse_unasked(thread: Thread) -> None:
    """TooManyUnasked if the locked thread ends in too many turns of the student's that no run was to answer."""
    asked = Exists(Run.objects.filter(user_message=OuterRef("pk")))
    settled = Message.objects.filter(Q(role=Message.Role.ASSISTANT) | asked, thread=thread)
    later = settled.filter(created_at__gte=OuterRef("created_at"))
    if thread.messages.filter(~Exists(later)).count() >= settings.THREAD_MAX_UNASKED:
        raise TooManyUnasked


def _refuse_many(student: User) -> None:
    """TooManyThreads if the student has begun too many of late. From here on their requests take turns."""
    User.objects.select_for_update(no_key=True).filter(pk=student.pk).values_list("pk").first()
    begun = Thread.objects.filter(student=student, created_at__gt=Now() - timedelta(days=1)).count()
    if begun >= settings.THREADS_MAX_A_DAY:
        raise TooManyThreads
