"""Use cases for runs."""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from rest_framework.exceptions import APIException, ValidationError

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.openai_integration.conversation.events.publishing import end_events, publish
from apps.openai_integration.conversation.message_log import append_message, lock_thread
from apps.openai_integration.jobs.dispatch import enqueue
from apps.openai_integration.models import Message, Run, Thread, WelfareFlag
from apps.openai_integration.services.rubrics import freeze_for
from apps.openai_integration.services.threads import (
    chosen_scenario,
    refuse_full,
    refuse_open_run,
    refuse_suspended,
)
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.openai_integration.welfare.suspension import sign_of, suspend
from apps.roleplay.prompt import PROMPT_VERSION
from apps.scenarios.models import AssistantScenario, ScenarioVersion
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
    default_detail = "Another message of this conversation has this client_message_id."


class RunEnded(Conflict):
    """The run has ended in another way; the error body has its `status`."""

    default_code = "run_ended"
    default_detail = "The run has ended already."


# Another request was faster: a constraint does not hold any more, or the scenario is no longer there.
_Overtaken = (IntegrityError, AssistantScenario.DoesNotExist)


class _Scene(NamedTuple):
    """What a run plays; without `scenario`, a version that has outlived it."""

    activity: Activity | None
    scenario: AssistantScenario | None
    version: ScenarioVersion
    pre_brief: str


class RunService:
    """Creates, polls and cancels runs."""

    @staticmethod
    def create_run(
        *,
        thread: Thread,
        content: str | None = None,
        client_message_id: str | None = None,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
    ) -> Run:
        """Store the student's message and queue the run that answers it, in one transaction.

        Without `content`, the student's last message is answered again, as after a failure. The scenario is the
        activity's, or else the one given, or else the thread's. If the thread already has the `client_message_id`, no
        message is stored, and the latest run that answers it is returned. A message that clearly says that the student
        is at risk suspends the conversation, and the run that is returned has ended. A conversation that has begun goes
        on when its scenario is disabled or deleted. Raises RunInProgress, ClientIdReused, ConversationSuspended,
        ThreadFull, ScenarioDisabled, ScenarioGone, or a ValidationError if there is no scenario or nothing to answer.
        """
        message = content, client_message_id or ""
        try:
            return _create_run(thread, *message, activity, scenario)
        except _Overtaken:
            refuse_open_run(thread)
        if activity or scenario:
            raise ScenarioGone
        thread.refresh_from_db(fields=["activity", "scenario"])
        try:
            return _create_run(thread, *message, None, None)
        except _Overtaken as error:
            raise ScenarioGone from error

    @staticmethod
    def poll_status(*, run: Run) -> Run:
        """The current run, ended first if it is overdue."""
        was_open = run.status in Run.OPEN
        run.refreshed()
        if was_open and run.status == Run.Status.EXPIRED:
            _publish_end(run)
        return run

    @staticmethod
    def cancel(*, run: Run) -> Run:
        """End an open run at once and discard what its worker still produces. Cancelling twice is allowed.

        Raises RunEnded for a run that has ended in another way.
        """
        cancelled = run.cancel(now=Now())
        run.refresh_from_db()
        if not cancelled and run.status != Run.Status.CANCELLED:
            raise RunEnded(status=run.status)
        if cancelled:
            log.info("run_ended", run_id=str(run.pk), status=run.status)
            _publish_end(run)
        return run


def _publish_end(run: Run) -> None:
    """Publish, after the commit, that the run has ended without a reply."""
    transaction.on_commit(lambda: publish(run, *end_events(run, None)))


@transaction.atomic
def _create_run(
    thread: Thread,
    content: str | None,
    client_id: str,
    activity: Activity | None,
    scenario: AssistantScenario | None,
) -> Run:
    now = lock_thread(thread)
    if client_id and (existing := _run_of_repeat(thread, client_id, content)):
        return existing
    refuse_suspended(thread)
    refuse_open_run(thread)
    scene = _scene(thread, activity, scenario)
    message = _append_user_message(thread, content, client_id, now) if content else _last_unanswered(thread)
    run = Run.objects.create(
        thread=thread,
        activity=scene.activity,
        scenario_version=scene.version,
        pre_brief=scene.pre_brief,
        user_message=message,
        prompt_version=PROMPT_VERSION,
        deadline_at=now + timedelta(seconds=settings.RUN_DEADLINE_S),
        next_attempt_at=now,
        sent_at=now,
    )
    title = scene.scenario.shown_title if scene.scenario else scene.version.title
    rubric = freeze_for(thread, scene.activity, scene.scenario) if scene.scenario else None
    Thread.objects.filter(pk=thread.pk).update(
        activity=scene.activity,
        scenario=scene.scenario,
        title=title,
        updated_at=now,
        **({"frozen_rubric": rubric} if rubric else {}),
    )
    if sign_of(thread) == "clear":
        return _suspended(run)
    enqueue(run_conversation_async, run, run_id=str(run.pk))
    return run


def _scene(thread: Thread, activity: Activity | None, scenario: AssistantScenario | None) -> _Scene:
    """What the next run plays. A conversation that has begun does not end with its scenario."""
    if activity is None and scenario is None:
        activity, scenario = thread.activity, thread.scenario
    played = chosen_scenario(activity=activity, scenario=scenario if activity is None else None)
    if played and (played.enable or (thread.student and thread.student.is_instructor) or _has_played(thread, played)):
        return _Scene(activity, played, current_version(played), activity.pre_brief if activity else "")
    if played:
        raise ScenarioDisabled
    last = thread.runs.select_related("scenario_version").order_by("-created_at").first()
    if last:
        return _Scene(activity, None, last.scenario_version, last.pre_brief)
    if thread.title:
        raise ScenarioGone
    raise ValidationError({"scenario_id": ["Name an activity or a scenario to talk with."]})


def _has_played(thread: Thread, scenario: AssistantScenario) -> bool:
    return thread.runs.filter(scenario_version__scenario=scenario).exists()


def _suspended(run: Run) -> Run:
    """The run, ended with its conversation suspended. It needs no worker: those may be paused or away."""
    run.cancel(now=Now())
    suspend(run, found_by=WelfareFlag.FoundBy.RULES)
    run.refresh_from_db()
    _publish_end(run)
    return run


def _append_user_message(thread: Thread, content: str, client_id: str, now: datetime) -> Message:
    refuse_full(thread, content)
    return append_message(thread=thread, role=Message.Role.USER, content=content, now=now, client_id=client_id)


def _run_of_repeat(thread: Thread, client_id: str, content: str | None) -> Run | None:
    """The latest run for the message with this client id, if any; ClientIdReused if its content differs."""
    message = thread.messages.filter(client_id=client_id).first()
    if message is None:
        return None
    if content is None or message.content != content:
        raise ClientIdReused
    return message.runs.order_by("-created_at").first()


def _last_unanswered(thread: Thread) -> Message:
    last = thread.messages.order_by("created_at").last()
    if last is None or last.role != Message.Role.USER:
        raise ValidationError({"content": ["There is no unanswered message; send `content`."]})
    return last
