"""Talks and markings as their pages show them. Turns are numbered from 1, as people count."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.openai_integration.admin.labels import STATUS_CLASSES, check_in_short, checks_in_words, in_words
from apps.openai_integration.marking.report import categories_of, max_score
from apps.openai_integration.marking.scoring import FULL_SCORE
from apps.openai_integration.models import Evaluation, Mark, Run, Thread


def turns_of(thread: Thread) -> list[dict[str, Any]]:
    """{number, message, runs, check} a turn, with the tries at answering it, and what the check did to this answer.

    Two queries, whatever the length of the talk.
    """
    messages = thread.messages.order_by("created_at", "id")
    runs: dict[int, list[dict[str, Any]]] = {message.pk: [] for message in messages}
    checks: dict[Any, str] = {}
    for run in thread.runs.select_related("scenario_version").order_by("created_at"):
        runs[run.user_message_id].append(_run(run))
        checks[run.pk] = check_in_short(run)
    return [
        {"number": number, "message": message, "runs": runs[message.pk], "check": checks.get(message.run_id, "")}
        for number, message in enumerate(messages, 1)
    ]


def _run(run: Run) -> dict[str, Any]:
    return {"run": run, "status_class": STATUS_CLASSES[run.status], "checks": checks_in_words(run)}


def with_marks(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    return evaluations.prefetch_related(Prefetch("marks", Mark.objects.select_related("author")))


def marking_of(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation with its categories as the API has them, and each quote beside the number of its turn."""
    marks = list(evaluation.marks.all())
    categories = categories_of(evaluation, marks, for_instructor=True)
    evidence = {mark.pk: mark.evidence for mark in marks}
    for criterion in (one for category in categories for one in category["criteria"]):
        criterion["quotes"] = [
            {"number": quote["index"] + 1, "quote": quote["quote"]} for quote in evidence[criterion["mark_id"]]
        ]
        criterion["review_words"] = in_words(criterion["review_reason"])
    return {
        "evaluation": evaluation,
        "name": evaluation.title or str(evaluation.pk),
        "status_class": STATUS_CLASSES[evaluation.status],
        "max_score": max_score(evaluation),
        "scores": range(FULL_SCORE + 1),
        "review_reasons": [in_words(reason) for reason in evaluation.review_reasons],
        "categories": categories,
    }
