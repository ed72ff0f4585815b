"""Use cases for threads."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Length, Now
from rest_framework.exceptions import PermissionDenied, ValidationError

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.core.list_queries import CompiledQuery
from apps.openai_integration.conversation.message_log import append_message, lock_thread
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.models.jobs import LeasedJob
from apps.openai_integration.welfare.help import SUSPENDED, help_texts
from apps.scenarios.models import AssistantScenario
from apps.users.models import User

# Each message of a student asks for these.
_OPEN_RUN = CompiledQuery(
    Run.objects.filter(thread=UUID(int=0)).filter(status__in=LeasedJob.OPEN).order_by().values("pk")
)
_SIZE = CompiledQuery(
    Message.objects.filter(thread=UUID(int=0))
    .order_by()
    .values("thread")
    .annotate(messages=Count("pk"), characters=Sum(Length("content")))
    .values("messages", "characters")
)


class RunInProgress(Conflict):
    """The patient is still answering; the error body has the `run_id`."""

    default_code = "run_in_progress"
    default_detail = "The patient is still answering."


class ThreadFull(Conflict):
    default_code = "thread_full"
    default_detail = "This conversation has reached its maximum length; have it marked, or start another."


class ConversationSuspended(Conflict):
    """The student may be at risk; the error body has the `help`."""

    default_code = SUSPENDED
    default_detail = "This conversation is suspended. You can begin another one at any time."


class ConversationEnded(Conflict):
    """What others than the student learn of a suspended conversation."""

    default_code = "conversation_ended"
    default_detail = "This conversation has ended early and is not marked."


class TooManyUnasked(Conflict):
    default_code = "too_many_unasked"
    default_detail = "Too many messages in a row; request an answer before the next one."


class TooManyThreads(Conflict):
    default_code = "too_many_threads"
    default_detail = "You have started too many conversations in the last 24 hours; continue one of them."


class PreviewNotAllowed(PermissionDenied):
    default_code = "preview_not_allowed"
    default_detail = "Only instructors and admins try patients in a preview."


class ThreadService:
    """Creates threads and adds messages to them."""

    @staticmethod
    @transaction.atomic
    def create(
        *,
        student: User,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
        preview: bool = False,
    ) -> Thread:
        """Open a thread, with an activity, a scenario, or neither yet.

        Raises TooManyThreads, PreviewNotAllowed, or a ValidationError if the activity has another scenario.
        """
        if preview and not student.is_instructor:
            raise PreviewNotAllowed
        scenario = chosen_scenario(activity=activity, scenario=scenario)
        _refuse_too_many_threads(student)
        return Thread.objects.create(
            student=student,
            activity=activity,
            scenario=scenario,
            title=scenario.shown_title if scenario else "",
            preview=preview,
        )

    @staticmethod
    @transaction.atomic
    def add_message(*, thread: Thread, content: str) -> Message:
        """Store a student's message without requesting an answer.

        Raises RunInProgress while the patient is answering, ThreadFull or TooManyUnasked.
        """
        now = lock_thread(thread)
        refuse_open_run(thread)
        refuse_full(thread, content)
        if thread.suspended_at is None:  # otherwise each message is answered with the help, without a run
            _refuse_too_many_unanswered(thread)
        return append_message(thread=thread, role=Message.Role.USER, content=content, now=now)

    @staticmethod
    def list_messages(*, thread: Thread) -> QuerySet[Message]:
        """All messages, oldest first."""
        return thread.messages.order_by("created_at", "id")


def chosen_scenario(*, activity: Activity | None, scenario: AssistantScenario | None) -> AssistantScenario | None:
    """The activity's scenario, or else the scenario; ValidationError if both are given and differ."""
    if activity and scenario and activity.character_id != scenario.pk:
        raise ValidationError({"scenario_id": ["The activity has another patient."]})
    return activity.character if activity else scenario


def refuse_open_run(thread: Thread) -> None:
    """Raise RunInProgress if the patient is still answering."""
    for (run_id,) in _OPEN_RUN.tuples(thread.pk, *LeasedJob.OPEN, limit=1):
        raise RunInProgress(run_id=str(run_id))


def refuse_suspended(thread: Thread) -> None:
    """Raise ConversationSuspended if the locked thread is suspended."""
    if thread.suspended_at:
        raise ConversationSuspended(help=help_texts())


def refuse_full(thread: Thread, content: str) -> None:
    """Raise ThreadFull if the locked thread has no room for a message with this content."""
    messages, characters = next(iter(_SIZE.tuples(thread.pk)), (0, 0))
    too_long = characters + len(content) > settings.THREAD_MAX_CHARACTERS
    if too_long or messages >= settings.THREAD_MAX_MESSAGES:
        raise ThreadFull


def _refuse_too_many_unanswered(thread: Thread) -> None:
    """Raise TooManyUnasked if the locked thread ends in too many messages without a run."""
    asked = Exists(Run.objects.filter(user_message=OuterRef("pk")))
    settled = Message.objects.filter(Q(role=Message.Role.ASSISTANT) | asked, thread=thread)
    later = settled.filter(created_at__gte=OuterRef("created_at"))
    if thread.messages.filter(~Exists(later)).count() >= settings.THREAD_MAX_UNASKED:
        raise TooManyUnasked


def _refuse_too_many_threads(student: User) -> None:
    """Raise TooManyThreads at the daily limit. Locks the student's row, so that parallel requests cannot exceed it."""
    User.objects.select_for_update(no_key=True).filter(pk=student.pk).values_list("pk").first()
    # A suspended one does not count: its student can always begin another.
    begun = Thread.objects.filter(student=student, suspended_at__isnull=True)
    recent = begun.filter(created_at__gt=Now() - timedelta(days=1)).count()
    if recent >= settings.THREADS_MAX_A_DAY:
        raise TooManyThreads
