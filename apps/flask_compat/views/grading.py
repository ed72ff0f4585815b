"""Evaluations, returned by the request that starts them. Async: waiting holds no thread or database connection."""

import time
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.activities.models import Activity
from apps.core.api.throttling import PersonThrottle
from apps.core.async_views import in_turn, run_in_thread
from apps.flask_compat.errors import Invalid, OldNotFound, UpstreamFailed, UpstreamSlow
from apps.flask_compat.evaluation_waiter import evaluation_waiter
from apps.flask_compat.lookups import find_scenario
from apps.flask_compat.values import is_blank
from apps.flask_compat.views.base import OldView, body_of
from apps.flask_compat.views.conversation import thread_to_read
from apps.openai_integration.marking.report import category_reports
from apps.openai_integration.models import Evaluation, Mark, Run, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from apps.users.permissions import request_user


class GradingView(OldView):
    """A POST that requests an evaluation, waits until a worker has finished it, and returns the result.

    The request and the response go through DRF in a thread; while waiting, nothing is held.
    """

    view_is_async = True
    throttle_classes = (PersonThrottle,)
    throttle_scopes = {"POST": "evaluations"}
    window: int
    evaluation: Evaluation | None = None
    needs_review = False

    def request_evaluation(self, request: Request, activity_id: str) -> Evaluation:
        raise NotImplementedError

    def render_result(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        raise NotImplementedError

    def post(self, request: Request, pk: str) -> Response:
        self.evaluation = self.request_evaluation(request, pk)
        return Response(status=202)

    async def dispatch(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        started = time.monotonic()
        async with in_turn(request):
            refused: HttpResponseBase = await run_in_thread(super().dispatch, request, *args, **kwargs)
        if self.evaluation is None:
            return refused
        # A slow broker delays the first step, and the frontend's timeout counts from the start of the request.
        left = settings.COMPAT_GRADING_WAIT_S - (time.monotonic() - started)
        await evaluation_waiter().until_ended(self.evaluation.pk, timeout_s=left)
        return await run_in_thread(self._respond, self.evaluation)

    def _respond(self, evaluation: Evaluation) -> Response:
        try:
            response = Response(self.render_result(self._categories(evaluation)))
        except APIException as error:
            response = self.handle_exception(error)
        return self.finalize_response(self.request, response)

    def _categories(self, asked: Evaluation) -> list[dict[str, Any]]:
        """The rubric with its marks. PermissionDenied before release, UpstreamFailed or UpstreamSlow without marks."""
        evaluations = Evaluation.objects.visible_to(request_user(self.request)).prefetch_related(
            Prefetch("marks", Mark.objects.select_related("author"))
        )
        evaluation = evaluations.filter(pk=asked.pk).first()
        if evaluation is None:
            raise PermissionDenied("This marking has not been released yet")
        status = EvaluationService.poll_status(evaluation=evaluation).status
        if status == Evaluation.Status.FAILED:
            raise UpstreamFailed(f"The marking failed: {evaluation.error_detail} Please try again.")
        if status != Evaluation.Status.COMPLETED:
            raise UpstreamSlow
        self.needs_review = evaluation.needs_review
        return category_reports(evaluation, list(evaluation.marks.all()), for_instructor=True)

    def _create_evaluation(
        self, request: Request, *, kind: str, activity: Activity | None, scenario: AssistantScenario | None
    ) -> Evaluation:
        """An evaluation of the thread that the body names, or of the messages in it."""
        body, user = body_of(request), request_user(request)
        if is_blank(body.get("thread_id")):
            turns = messages_to_mark(body.get("messages"))[-self.window :]
            return EvaluationService.create_from_transcript(
                student=user, messages=turns, kind=kind, activity=activity, scenario=scenario, waits_s=_waits_s()
            )
        thread = thread_to_read(user, body["thread_id"])
        return EvaluationService.create_evaluation(
            thread=thread,
            student=thread.student,
            activity=activity,
            scenario=scenario,
            kind=kind,
            last=self.window,
            waits_s=_waits_s(),
        )


class RubricAssessment(GradingView):
    """Marks by the categories of the activity in the address."""

    window = 40

    def request_evaluation(self, request: Request, activity_id: str) -> Evaluation:
        body = body_of(request)
        activity = Activity.objects.select_related("character").filter(pk=activity_id).first()
        if activity is None and not _began_with(_thread_of(request), activity_id=activity_id):
            raise OldNotFound("Activity not found")
        scenario = find_scenario(body) or (activity.character if activity else None)
        return self._create_evaluation(request, kind=Evaluation.Kind.CATEGORIES, activity=activity, scenario=scenario)

    def render_result(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        rendered = [_render_category(category) for category in categories]
        overall = {
            "total_score": sum(category["score"] for category in rendered),
            "passed": all(category["passed"] for category in rendered),
        }
        if self.needs_review:  # a key that the old service did not have, so only where it says something
            overall["needs_review"] = True
        return {"categories": rendered, "overall": overall}


class RubricResponses(GradingView):
    """Marks by the rubric questions of the scenario in the body, or else of the activity in the address."""

    window = 30
    hidden = False

    def request_evaluation(self, request: Request, activity_id: str) -> Evaluation:
        body = body_of(request)
        activity = Activity.objects.select_related("character").filter(pk=activity_id).first()
        scenario = find_scenario(body)
        if activity and is_blank(body.get("scenario_id")):
            scenario = activity.character
        thread = None if scenario else _thread_of(request)
        if thread and _began_with(thread, activity_id=activity_id, scenario_id=body.get("scenario_id")):
            scenario, activity = thread.scenario, None
        elif scenario is None:
            raise OldNotFound("Scenario not found (provide scenario_id in body or link activity.character_id)")
        if activity and scenario and activity.character_id != scenario.pk:
            activity = None
        self.hidden = scenario is not None and not _may_read_questions(request_user(request), scenario)
        return self._create_evaluation(request, kind=Evaluation.Kind.QUESTIONS, activity=activity, scenario=scenario)

    def render_result(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        questions = [question for category in categories for question in category["criteria"]]
        return {
            "evaluations": [
                {
                    "question": "" if self.hidden else _reviewed_name(question),
                    "score": _old_score(question),
                    "feedback": "" if self.hidden else question["comment"] or question["rewrite_if_missing"],
                }
                for question in questions
            ]
        }


def _thread_of(request: Request) -> Thread | None:
    """The thread that the body names, if any, of those that the caller may read."""
    thread_id = body_of(request).get("thread_id")
    return None if is_blank(thread_id) else thread_to_read(request_user(request), thread_id)


def _began_with(thread: Thread | None, *, activity_id: str, scenario_id: Any = None) -> bool:
    """Whether the thread began with the activity, or else with the scenario, that has been deleted since."""
    if thread is None or thread.frozen_rubric is None:
        return False
    frozen = thread.frozen_rubric
    return (thread.activity_id is None and str(frozen.activity_id) == activity_id) or (
        thread.scenario_id is None and str(frozen.scenario_id) == str(scenario_id)
    )


def _waits_s() -> float:
    """How long after the request the marks have to be there, so that the response is in time."""
    return settings.COMPAT_GRADING_WAIT_S - min(5.0, settings.COMPAT_GRADING_WAIT_S / 4)


def _may_read_questions(user: User, scenario: AssistantScenario) -> bool:
    """Whether the user may read the scenario's rubric questions. If it is disabled, only students who used it may."""
    used = Run.objects.filter(thread__student=user, scenario_version__scenario=scenario)
    return scenario.enable or user.is_instructor or used.exists()


def _render_category(category: dict[str, Any]) -> dict[str, Any]:
    passed = category["passed"]
    if passed is None:
        # The old format has no verdict that awaits review, so the current marks count.
        passed = category["score"] >= category["required_to_pass"]
    keys = ("subcategory_id", "name", "score", "evidence", "rewrite_if_missing")
    return {
        **{name: category[name] for name in ("category_id", "name", "score", "required_to_pass")},
        "name": _name_with_review(category["name"], any(one["needs_review"] for one in category["criteria"])),
        "passed": passed,
        "criteria": [
            {name: criterion[name] for name in keys}
            | {"name": _reviewed_name(criterion), "score": _old_score(criterion)}
            for criterion in category["criteria"]
        ],
    }


def _reviewed_name(criterion: dict[str, Any]) -> str:
    return _name_with_review(criterion["name"], criterion["needs_review"])


def _name_with_review(name: str, needs_review: bool) -> str:
    """The name of a category or criterion. The old format has no other word for a mark under review."""
    return f"{name} (under review)" if needs_review else name


def _old_score(criterion: dict[str, Any]) -> int:
    """The score as a number, as the old format has no criterion without one."""
    return criterion["score"] or 0


def messages_to_mark(messages: Any) -> list[dict[str, str]]:
    """{"role", "message"} of each message by student (`user`) or patient (`assistant`); other roles are dropped.

    Invalid if it is not a list of objects with texts.
    """
    if messages is None:
        return []
    if not isinstance(messages, list):
        raise Invalid("messages must be a list")
    parsed = [_parse_message(message) for message in messages]
    return [message for message in parsed if message["role"] in {"user", "assistant"}]


def _parse_message(message: Any) -> dict[str, str]:
    if not isinstance(message, dict):
        raise Invalid("Each message must be an object")
    role, said = message.get("role"), message.get("message")
    text = message.get("content") if is_blank(said) else said
    if not all(is_blank(value) or isinstance(value, str) for value in (role, text)):
        raise Invalid("role, message and content of a message must be texts")
    if len(text or "") > settings.COMPAT_MESSAGE_MAX_CHARACTERS:
        raise Invalid(f"A message may have {settings.COMPAT_MESSAGE_MAX_CHARACTERS} characters at most")
    return {"role": role or "", "message": text or ""}
