"""A short thread that fails its rubric by one criterion, and helpers to have it marked."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.marking.evidence import Transcript
from apps.openai_integration.marking.evaluators import EVALUATORS, RubricEvaluator
from apps.openai_integration.marking.stages import Marking
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tests.factories import MessageFactory, ThreadFactory
from apps.users.models import User

EVALUATIONS = "/api/v2/evaluations/"
SECRET = "Two marks only where both the habit and what came of it are asked for."
GREETING = "Good morning, my name is Sam and I'm a medical student."
GREETS, SMOKING, ALLERGIES = (
    "Greets and introduces themselves with name and role",
    "Asks about smoking",
    "Asks about allergies",
)


def make_activity() -> Activity:
    """Opening (pass mark 2 of 2) and History (3 of 4)."""
    opening = CategoryFactory(name="Opening", total_required_to_pass=2)
    SubCategoryFactory(name=GREETS, category=opening)
    history = CategoryFactory(name="History", total_required_to_pass=3)
    SubCategoryFactory(name=SMOKING, marking_instructions=SECRET, category=history)
    SubCategoryFactory(name=ALLERGIES, marking_instructions=SECRET, category=history)
    return ActivityFactory(categories=[opening, history])


def make_thread(student: User, activity: Activity, *more: str) -> Thread:
    """A thread in which the student greets and asks about smoking, but not about allergies, and then sends `more`."""
    thread = ThreadFactory(student=student, activity=activity)
    say(thread, GREETING, "Morning, doctor.", "Do you smoke?", "Ten a day, I'm afraid.")
    for content in more:
        say(thread, content, "I see.")
    return thread


def say(thread: Thread, *contents: str) -> None:
    """Add messages of the student and the patient in turn."""
    for n, content in enumerate(contents):
        MessageFactory(thread=thread, content=content, role="assistant" if n % 2 else "user")


def ask(client: APIClient, thread: Thread, **body: Any) -> Any:
    return client.post(f"/api/v2/threads/{thread.pk}/evaluations/", body)


def marked(client: APIClient, thread: Thread, **body: Any) -> dict[str, Any]:
    """Request an evaluation, run its task, and return the result."""
    asked = ask(client, thread, **body)
    assert asked.status_code == 202, asked.data
    take(asked.data["id"])
    return client.get(f"{EVALUATIONS}{asked.data['id']}/").data


def take(evaluation_id: str) -> Evaluation:
    """Run the evaluation's task until it has ended, skipping waiting times."""
    past = timezone.now() - timedelta(seconds=1)
    for _ in range(20):
        evaluate_rubric_async(evaluation_id=evaluation_id)
        evaluation = Evaluation.objects.get(pk=evaluation_id)
        if evaluation.status not in Evaluation.OPEN:
            break
        Evaluation.objects.filter(pk=evaluation_id).update(next_attempt_at=past)
    return evaluation


def criteria(evaluation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for category in evaluation["categories"] for one in category["criteria"]}


def scores(evaluation: dict[str, Any]) -> dict[str, int]:
    return {name: one["score"] for name, one in criteria(evaluation).items()}


def answer(evaluation: Evaluation, change: Callable[[dict[str, Any]], dict[str, Any]], *, canary: int = 0) -> str:
    """A model's answer: for each criterion the fields that `change` returns for its {name}, and a score of canaries."""
    evaluator = examiner_of(evaluation)
    texts = {"evidence": [], "comment": "", "rewrite_if_missing": "", "score": 0}
    items = [{"criterion_id": one.id, **texts, **change({"name": one.name})} for one in evaluator.criteria]
    for place, hidden in reversed(evaluator.canaries):
        items.insert(place, {"criterion_id": hidden.id, **texts, "score": canary})
    return json.dumps({"criteria": items})


def examiner_of(evaluation: Evaluation) -> RubricEvaluator:
    """The evaluator with the canaries of this evaluation."""
    return Marking(
        EVALUATORS[evaluation.kind](evaluation.rubric), Transcript(evaluation.transcript), key=str(evaluation.pk)
    ).examiner
