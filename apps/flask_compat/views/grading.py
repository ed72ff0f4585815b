"""Marking, answered in the same request. Served by async: the wait takes no thread and no database connection."""

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
from apps.flask_compat.patients import scenario_named
from apps.flask_compat.values import is_blank
from apps.flask_compat.views.base import OldView, body_of, find
from apps.flask_compat.views.conversation import thread_to_read
from apps.openai_integration.marking.report import categories_of
from apps.openai_integration.models import Evaluation, Mark, Run
from apps.openai_integration.services.evaluations import EvaluationService
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from apps.users.permissions import request_user


class GradingView(OldView):
    """A POST that asks for an evaluation, waits for a worker to end it, and tells what came of it.

    Asking and telling are DRF's usual way through a view, in a thread; in between nothing is held.
    """

    view_is_async = True
    throttle_classes = (PersonThrottle,)
    throttle_scopes = {"POST": "evaluations"}
    window: int
    evaluation: Evaluation | None = None

    def ask(self, request: Request, activity_id: str) -> Evaluation:
        raise NotImplementedError

    def tell(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        raise NotImplementedError

    def post(self, request: Request, pk: str) -> Response:
        self.evaluation = self.ask(request, pk)
        return Response(status=202)

    async def dispatch(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        started = time.monotonic()
        async with in_turn(request):
            refused: HttpResponseBase = await run_in_thread(super().dispatch, request, *args, **kwargs)
        if self.evaluation is None:
            return refused
        # A broker that hangs makes the asking slow, and the frontend's patience counts from the start.
        left = settings.COMPAT_GRADING_WAIT_S - (time.monotonic() - started)
        await evaluation_waiter().until_ended(self.evaluation.pk, timeout_s=left)
        return await run_in_thread(self._told, self.evaluation)

    def _told(self, evaluation: Evaluation) -> Response:
        try:
            response = Response(self.tell(self._categories(evaluation)))
        except APIException as error:
            response = self.handle_exception(error)
        return self.finalize_response(self.request, response)

    def _categories(self, asked: Evaluation) -> list[dict[str, Any]]:
        """The rubric with its marks; raises where there are none, or none for the caller."""
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
        return categories_of(evaluation, list(evaluation.marks.all()), for_instructor=True)

    def _asked(
        self, request: Request, *, kind: str, activity: Activity | None, scenario: AssistantScenario | None
    ) -> Evaluation:
        """The marking of the thread that the body names, else of the messages in it."""
        body, user = body_of(request), request_user(request)
        if is_blank(body.get("thread_id")):
            turns = turns_of(body.get("messages"))[-self.window :]
            return EvaluationService.create_from_transcript(
                student=user, messages=turns, kind=kind, activity=activity, scenario=scenario
            )
        thread = thread_to_read(user, body["thread_id"])
        return EvaluationService.create_evaluation(
            thread=thread, student=thread.student, activity=activity, scenario=scenario, kind=kind, last=self.window
        )


class RubricAssessment(GradingView):
    """By the categories of the activity in the address."""

    window = 40

    def ask(self, request: Request, activity_id: str) -> Evaluation:
        activity = find(Activity.objects.select_related("character"), activity_id, "Activity not found")
        scenario = scenario_named(body_of(request)) or activity.character
        return self._asked(request, kind=Evaluation.Kind.CATEGORIES, activity=activity, scenario=scenario)

    def tell(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        told = [_category(category) for category in categories]
        overall = {
            "total_score": sum(category["score"] for category in told),
            "passed": all(category["passed"] for category in told),
        }
        return {"categories": told, "overall": overall}


class RubricResponses(GradingView):
    """By the plain questions of a patient: that of the body, else that of the activity in the address."""

    window = 30
    hidden = False

    def ask(self, request: Request, activity_id: str) -> Evaluation:
        body = body_of(request)
        activity = Activity.objects.select_related("character").filter(pk=activity_id).first()
        scenario = scenario_named(body)
        if activity and is_blank(body.get("scenario_id")):
            scenario = activity.character
        if scenario is None:
            raise OldNotFound("Scenario not found (provide scenario_id in body or link activity.character_id)")
        if activity and activity.character_id != scenario.pk:
            activity = None
        self.hidden = not _may_read_questions(request_user(request), scenario)
        return self._asked(request, kind=Evaluation.Kind.QUESTIONS, activity=activity, scenario=scenario)

    def tell(self, categories: list[dict[str, Any]]) -> dict[str, Any]:
        questions = [question for category in categories for question in category["criteria"]]
        return {
            "evaluations": [
                {
                    "question": "" if self.hidden else question["name"],
                    "score": question["score"],
                    "feedback": "" if self.hidden else question["comment"] or question["rewrite_if_missing"],
                }
                for question in questions
            ]
        }


def _may_read_questions(user: User, scenario: AssistantScenario) -> bool:
    """Students do not meet a disabled patient, nor what is asked about it, unless they have talked with it before."""
    met = Run.objects.filter(thread__student=user, scenario_version__scenario=scenario)
    return scenario.enable or user.is_instructor or met.exists()


def _category(category: dict[str, Any]) -> dict[str, Any]:
    passed = category["passed"]
    if passed is None:
        # The old format knows no verdict that waits for a review: the marks count as they stand.
        passed = category["score"] >= category["required_to_pass"]
    told = ("subcategory_id", "name", "score", "evidence", "rewrite_if_missing")
    return {
        **{name: category[name] for name in ("category_id", "name", "score", "required_to_pass")},
        "passed": passed,
        "criteria": [{name: criterion[name] for name in told} for criterion in category["criteria"]],
    }


def turns_of(messages: Any) -> list[dict[str, str]]:
    """The turns of the doctor (`user`) and the patient; messages of any other role are dropped. Invalid for what is no
    list of objects with texts."""
    if messages is None:
        return []
    if not isinstance(messages, list):
        raise Invalid("messages must be a list")
    turns = [_turn(message) for message in messages]
    return [turn for turn in turns if turn["role"] in {"user", "assistant"}]


def _turn(message: Any) -> dict[str, str]:
    if not isinstance(message, dict):
        raise Invalid("Each message must be an object")
    role, said = message.get("role"), message.get("message")
    text = message.get("content") if is_blank(said) else said
    if not all(is_blank(value) or isinstance(value, str) for value in (role, text)):
        raise Invalid("role, message and content of a message must be texts")
    if len(text or "") > settings.COMPAT_MESSAGE_MAX_CHARACTERS:
        raise Invalid(f"A message may have {settings.COMPAT_MESSAGE_MAX_CHARACTERS} characters at most")
    return {"role": role or "", "message": text or ""}
