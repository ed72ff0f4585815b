"""Use cases for evaluations."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from rest_framework.exceptions import APIException, ValidationError

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.core.clock import database_now
from apps.core.text import strip_unstorable
from apps.llm.endpoints import endpoint
from apps.marking.evidence import Transcript
from apps.openai_integration.conversation.message_log import lock_thread
from apps.openai_integration.jobs.dispatch import enqueue
from apps.openai_integration.marking.evaluators import PROMPT_VERSION
from apps.openai_integration.models import Evaluation, Thread, WelfareFlag
from apps.openai_integration.services.rubrics import rubric_of_thread, rubric_to_mark_by
from apps.openai_integration.services.threads import ConversationEnded, refuse_open_run
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.scenarios.models import AssistantScenario, content_hash
from apps.users.models import User


class NothingToMark(APIException):
    status_code = 400
    default_code = "nothing_to_mark"
    default_detail = "The student has not said anything yet."


class EvaluationService:
    """Creates evaluations."""

    @staticmethod
    def create_evaluation(
        *,
        thread: Thread,
        student: User | None,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
        categories: Sequence[Category] | None = None,
        kind: str | None = None,
        last: int = 0,
        waits_s: float | None = None,
    ) -> Evaluation:
        """Freeze a thread's rubric and transcript and queue their evaluation, or return an equal one that exists.

        The rubric is that of the given activity, or else of the thread's (`rubric_of_thread`). A preview can have the
        given `categories` instead. With `kind`, that rubric is used even if it is empty. `last` limits the transcript
        to so many messages; 0 means all. `waits_s` is how long somebody waits for the marks: checks of them that take
        longer are left to a review. Raises RunInProgress, ConversationEnded, NothingToMark (not with `kind`), NoRubric,
        or a ValidationError for `categories` elsewhere.
        """
        _refuse_ended_early(thread)
        refuse_open_run(thread)
        if categories and (activity or not thread.preview):
            raise ValidationError({"category_ids": ["Only a preview is marked by categories, without an activity."]})
        if scenario is None:
            activity = activity or thread.activity
            scenario = activity.character if activity else thread.scenario
        messages = list(thread.messages.order_by("created_at", "id").values_list("role", "content", "pk"))[-last:]
        transcript = [{"role": role, "message": content} for role, content, _ in messages]
        if kind is None and Transcript(transcript).silent:
            raise NothingToMark
        return _queue_evaluation(
            thread=thread,
            student=student,
            activity=activity,
            scenario=scenario,
            transcript=transcript,
            message_ids=[pk for _, _, pk in messages],
            title=thread.frozen_rubric.title if thread.frozen_rubric else thread.title,
            waits_s=waits_s,
            **rubric_of_thread(thread, activity, scenario, kind=kind, categories=categories),
        )

    @staticmethod
    def create_from_transcript(
        *,
        student: User | None,
        messages: Sequence[dict[str, str]],
        kind: str,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
        waits_s: float | None = None,
    ) -> Evaluation:
        """Like `create_evaluation`, for messages {role: user|assistant, message} that no thread has.

        Raises NoRubric if `kind` needs an activity or a scenario that is not given, or ConversationEnded.
        """
        _refuse_words_of_suspended(student, messages)
        scenario = scenario or (activity.character if activity else None)
        transcript = [
            {"role": message["role"], "message": strip_unstorable(message["message"])} for message in messages
        ]
        return _queue_evaluation(
            thread=None,
            student=student,
            activity=activity,
            scenario=scenario,
            transcript=transcript,
            waits_s=waits_s,
            **rubric_to_mark_by(activity, scenario, kind=kind),
        )

    @staticmethod
    def mark_again(*, evaluation: Evaluation) -> Evaluation:
        """Queue another marking of the same transcript by the same rubric, beside this one.

        While this one or one beside it is open, that one is returned. Raises ConversationEnded.
        """
        if evaluation.thread:
            _refuse_ended_early(evaluation.thread)
        _refuse_words_of_suspended(evaluation.student, evaluation.transcript)
        with transaction.atomic():
            Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
            beside = Q(pk=evaluation.pk) | Q(repeats=evaluation)
            if waiting := Evaluation.objects.filter(beside, status__in=Evaluation.OPEN).first():
                return waiting
            again = _copy_of_request(evaluation)
            again.number = _next_number(again.request_hash)
            return _insert_or_newest(again)

    @staticmethod
    def poll_status(*, evaluation: Evaluation) -> Evaluation:
        """The current evaluation, ended first if it is overdue."""
        return evaluation.refreshed()


def _refuse_ended_early(thread: Thread) -> None:
    if thread.suspended_at:
        raise ConversationEnded


def _refuse_words_of_suspended(student: User | None, messages: Sequence[dict[str, str]]) -> None:
    """Raise ConversationEnded for a transcript with the words for which a conversation is suspended."""
    flags = WelfareFlag.objects.filter(thread__student=student, thread__suspended_at__isnull=False)
    said = {message["message"].strip() for message in messages}
    if student and any(words.strip() in said for words in flags.values_list("message__content", flat=True)):
        raise ConversationEnded


def _queue_evaluation(
    *,
    thread: Thread | None,
    student: User | None,
    activity: Activity | None,
    scenario: AssistantScenario | None,
    transcript: list[dict[str, str]],
    message_ids: Sequence[int] = (),
    title: str = "",
    waits_s: float | None,
    kind: str,
    rubric: dict[str, Any],
) -> Evaluation:
    """The evaluation of this request, created unless one exists that has not failed. `message_ids` are those of the
    transcript, if a thread has them. `title` is for a marking without activity and scenario."""
    turns = list(zip_longest(transcript, message_ids))
    evaluation = Evaluation(
        thread=thread,
        student=student,
        activity=activity,
        scenario=scenario,
        title=(activity.shown_title if activity else scenario.shown_title if scenario else title)[:80],
        kind=kind,
        rubric=rubric,
        rubric_hash=content_hash(rubric),
        transcript=[{**turn, "message_id": message_id} for turn, message_id in turns],
        transcript_hash=content_hash({"turns": transcript}),
    )
    _begin_now(evaluation, waits_s=waits_s)
    return _save_once(evaluation)


def _copy_of_request(evaluation: Evaluation) -> Evaluation:
    """Another evaluation of the same transcript by the same rubric, with the model and the rules of now."""
    copied = ("thread", "student", "activity", "scenario", "title", "kind", "rubric", "rubric_hash", "transcript",
              "transcript_hash")  # fmt: skip
    again = Evaluation(repeats=evaluation, **{name: getattr(evaluation, name) for name in copied})
    _begin_now(again)
    return again


def _begin_now(evaluation: Evaluation, *, waits_s: float | None = None) -> None:
    """Set what depends on the time of the request, and the request's hash."""
    now = database_now()
    evaluation.prompt_version = PROMPT_VERSION
    evaluation.requested_model = endpoint("examiner").model[:100]
    evaluation.deadline_at = now + timedelta(seconds=settings.EVALUATION_DEADLINE_S)
    evaluation.checks_until = None if waits_s is None else now + timedelta(seconds=waits_s)
    evaluation.next_attempt_at = evaluation.released_at = now
    evaluation.request_hash = _request_hash(evaluation)


def _next_number(request_hash: str) -> int:
    numbers = Evaluation.objects.filter(request_hash=request_hash).aggregate(last=Max("number"))
    return 0 if numbers["last"] is None else numbers["last"] + 1


def _save_once(evaluation: Evaluation) -> Evaluation:
    """The newest evaluation with the same request hash that has not failed, or else this one, saved and queued."""
    return _newest(evaluation.request_hash) or _insert_or_newest(evaluation)


def _newest(request_hash: str) -> Evaluation | None:
    same = Evaluation.objects.exclude(status=Evaluation.Status.FAILED).filter(request_hash=request_hash)
    return same.order_by("number").last()


def _insert_or_newest(evaluation: Evaluation) -> Evaluation:
    """Save and queue the evaluation; if another request was faster, return that one's."""
    try:
        with transaction.atomic():
            if evaluation.thread:
                # Locked, so that a conversation that is being suspended gets no marking behind it.
                lock_thread(evaluation.thread)
                _refuse_ended_early(evaluation.thread)
            evaluation.save(force_insert=True)
            enqueue(evaluate_rubric_async, evaluation, evaluation_id=str(evaluation.pk))
    except IntegrityError:  # a constraint
        if existing := _newest(evaluation.request_hash):
            return existing
        raise
    return evaluation


def _request_hash(evaluation: Evaluation) -> str:
    """A hash of the thread, transcript, rubric, prompt and model."""
    return content_hash(
        {
            "thread": str(evaluation.thread_id),
            "student": evaluation.student_id,
            "activity": evaluation.activity_id,
            "scenario": evaluation.scenario_id,
            "kind": evaluation.kind,
            "rubric": evaluation.rubric_hash,
            "transcript": evaluation.transcript_hash,
            "prompt": evaluation.prompt_version,
            "model": evaluation.requested_model,
            "samples": settings.EVALUATION_SAMPLES,
        }
    )
