"""What a request may do with a marking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from rest_framework.exceptions import APIException

from apps.activities.models import Activity
from apps.core.api.exceptions import Conflict
from apps.core.clock import database_now
from apps.core.text import strip_unstorable
from apps.openai_integration.jobs.dispatch import enqueue
from apps.openai_integration.marking.evaluators import PROMPT_VERSION, CategoryRubricEvaluator, SimpleRubricEvaluator
from apps.openai_integration.marking.evidence import Transcript
from apps.openai_integration.marking.report import override_history, verdict_of, whole_in_review
from apps.openai_integration.marking.scoring import FULL_SCORE, INSTRUCTION_IN_TRANSCRIPT, UNKNOWN_CRITERIA
from apps.openai_integration.models import Evaluation, Mark, Thread
from apps.openai_integration.services.threads import refuse_open_run
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.scenarios.models import AssistantScenario, content_hash
from apps.users.models import User

# A marking has more to read and to write than a turn, and nobody waits for it with a patient on the line.
SHORTEST_DEADLINE_S = 300.0


class NoRubric(APIException):
    status_code = 400
    default_code = "no_rubric"
    default_detail = "There is nothing to mark this talk by; name an activity."


class NothingToMark(APIException):
    status_code = 400
    default_code = "nothing_to_mark"
    default_detail = "The student has not said anything yet."


class MarkReplaced(Conflict):
    default_code = "mark_replaced"
    default_detail = "This mark has been overridden already; override the one that stands."


class EvaluationService:
    """Markings: asked for, and overridden."""

    @staticmethod
    def create_evaluation(
        *,
        thread: Thread,
        student: User | None,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
        kind: str | None = None,
        last: int = 0,
    ) -> Evaluation:
        """Freeze rubric and transcript of a talk and queue its marking, or return the one that was asked for already.

        The rubric is the categories of the activity named, else of the last run's; where there are none, the plain
        questions of the patient. Who names the `kind` of rubric is given that one, empty or not. `last` leaves out all
        turns but so many. Raises RunInProgress, NothingToMark (not where `kind` is given) or NoRubric.
        """
        refuse_open_run(thread)
        if scenario is None:
            activity = activity or thread.activity
            scenario = activity.character if activity else thread.scenario
        turns = list(thread.messages.order_by("created_at", "id").values_list("role", "content"))[-last:]
        transcript = [{"role": role, "message": content} for role, content in turns]
        if kind is None and Transcript(transcript).silent:
            raise NothingToMark
        return _queue(
            thread=thread,
            student=student,
            activity=activity,
            scenario=scenario,
            transcript=transcript,
            **_frozen(activity, scenario, kind=kind),
        )

    @staticmethod
    def create_from_transcript(
        *,
        student: User | None,
        turns: Sequence[dict[str, str]],
        kind: str,
        activity: Activity | None = None,
        scenario: AssistantScenario | None = None,
    ) -> Evaluation:
        """The same for a transcript sent in, {role: user|assistant, message} a turn, by the rubric of `kind`.

        Raises NoRubric where there is nothing that could have one.
        """
        scenario = scenario or (activity.character if activity else None)
        transcript = [{"role": turn["role"], "message": strip_unstorable(turn["message"])} for turn in turns]
        return _queue(
            thread=None,
            student=student,
            activity=activity,
            scenario=scenario,
            transcript=transcript,
            **_frozen(activity, scenario, kind=kind),
        )

    @staticmethod
    def poll_status(*, evaluation: Evaluation) -> Evaluation:
        """The evaluation as it is; one that has outlived its deadline is ended here if nobody else has."""
        return evaluation.refreshed()

    @staticmethod
    @transaction.atomic
    def override_mark(*, mark: Mark, by: User, score: int, comment: str) -> Mark:
        """Put an instructor's mark in the place of one that stands, and reckon the evaluation anew.

        `score` is 0 to 2, `comment` says why. Raises MarkReplaced where another mark stands by now.
        """
        evaluation = Evaluation.objects.select_for_update(no_key=True).get(pk=mark.evaluation_id)
        marks = list(evaluation.marks.all())
        if override_history(marks)[mark.criterion_id][-1].pk != mark.pk:
            raise MarkReplaced
        new = Mark.objects.create(
            evaluation=evaluation,
            criterion_id=mark.criterion_id,
            position=mark.position,
            score=score,
            evidence=mark.evidence,
            comment=comment,
            rewrite_if_missing="" if score == FULL_SCORE else mark.rewrite_if_missing,
            replaces=mark,
            author=by,
        )
        _recalculate(evaluation, [*marks, new])
        return new


def _frozen(activity: Activity | None, scenario: AssistantScenario | None, *, kind: str | None) -> dict[str, Any]:
    """Kind and rubric; without a kind given, that of which there is one. An activity may have an empty rubric."""
    rubric = CategoryRubricEvaluator.freeze(activity) if activity and kind != Evaluation.Kind.QUESTIONS else None
    if rubric and (rubric["categories"] or kind):
        return {"kind": Evaluation.Kind.CATEGORIES, "rubric": rubric}
    if scenario and kind != Evaluation.Kind.CATEGORIES:
        questions = SimpleRubricEvaluator.freeze(scenario)
        if questions["questions"] or kind:
            return {"kind": Evaluation.Kind.QUESTIONS, "rubric": questions}
    if rubric is None:
        raise NoRubric
    return {"kind": Evaluation.Kind.CATEGORIES, "rubric": rubric}


def _queue(
    *,
    thread: Thread | None,
    student: User | None,
    activity: Activity | None,
    scenario: AssistantScenario | None,
    transcript: list[dict[str, str]],
    kind: str,
    rubric: dict[str, Any],
) -> Evaluation:
    """The evaluation of exactly this, made if there is none; one that failed does not count."""
    now = database_now()
    evaluation = Evaluation(
        thread=thread,
        student=student,
        activity=activity,
        scenario=scenario,
        title=(activity.title if activity else scenario.title if scenario else "")[:80],
        kind=kind,
        rubric=rubric,
        rubric_hash=content_hash(rubric),
        transcript=transcript,
        transcript_hash=content_hash({"turns": transcript}),
        prompt_version=PROMPT_VERSION,
        requested_model=settings.OPENAI_MODEL[:100],
        deadline_at=_deadline(now),
        next_attempt_at=now,
        released_at=now,
    )
    evaluation.request_hash = _request_hash(evaluation)
    return _saved_once(evaluation)


def _saved_once(evaluation: Evaluation) -> Evaluation:
    """The evaluation, saved and queued; or the one that was asked for before with the same request."""
    same = Evaluation.objects.exclude(status=Evaluation.Status.FAILED).filter(request_hash=evaluation.request_hash)
    if there := same.first():
        return there
    try:
        with transaction.atomic():
            evaluation.save(force_insert=True)
            enqueue(evaluate_rubric_async, evaluation, evaluation_id=str(evaluation.pk))
    except IntegrityError:  # the database's own rule: another request was first
        if there := same.first():
            return there
        raise
    return evaluation


def _deadline(now: datetime) -> datetime:
    return now + timedelta(seconds=max(2 * settings.RUN_DEADLINE_S, SHORTEST_DEADLINE_S))


def _request_hash(evaluation: Evaluation) -> str:
    """Equal for the same talk at the same point, by the same rubric, prompt and model."""
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


def _recalculate(evaluation: Evaluation, marks: list[Mark]) -> None:
    """Totals, verdict and what is left to review, by the marks that stand now."""
    standing = [chain[-1] for chain in override_history(marks).values()]
    verdict = verdict_of(evaluation, marks)
    noted = [one for one in evaluation.review_reasons if one in {INSTRUCTION_IN_TRANSCRIPT, UNKNOWN_CRITERIA}]
    evaluation.total_score = verdict.total
    evaluation.passed = verdict.passed
    evaluation.needs_review = any(mark.needs_review for mark in standing) or whole_in_review(evaluation, standing)
    evaluation.review_reasons = [*sorted({mark.review_reason for mark in standing} - {""}), *noted]
    evaluation.save(update_fields=["total_score", "passed", "needs_review", "review_reasons"])
