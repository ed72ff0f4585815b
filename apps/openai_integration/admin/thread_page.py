"""Template contexts for the pages of threads and evaluations. Messages are counted from 0, as in the API."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.marking.feedback import TRY_NEXT, WENT_WELL
from apps.openai_integration.admin.labels import (
    STATUS_CLASSES,
    describe_checks,
    explain_refusal,
    explain_review,
    summarize_checks,
)
from apps.openai_integration.marking.report import category_reports, feedback_report, max_score
from apps.openai_integration.models import Evaluation, Mark, Run, SettledDoubt, Thread, ToldFact


def numbered_messages(thread: Thread) -> list[dict[str, Any]]:
    """The messages as {number, message, runs, check, told}: `runs` answer this message, `check` is about its own text,
    `told` are the facts that it tells, `report` is its student's.

    Takes three queries, whatever the length of the thread.
    """
    messages = thread.messages.order_by("created_at", "id").select_related("report").prefetch_related("told_facts")
    runs: dict[int, list[dict[str, Any]]] = {message.pk: [] for message in messages}
    checks: dict[Any, str] = {}
    for run in thread.runs.select_related("scenario_version").order_by("created_at"):
        runs[run.user_message_id].append(_run_context(run))
        checks[run.pk] = summarize_checks(run)
    return [
        {
            "number": number,
            "message": message,
            "runs": runs[message.pk],
            "check": checks.get(message.run_id, ""),
            "report": getattr(message, "report", None),
            "told": [_in_words(fact) for fact in message.told_facts.all() if fact.locked or not fact.asked],
        }
        for number, message in enumerate(messages)
    ]


def _run_context(run: Run) -> dict[str, Any]:
    return {"run": run, "status_class": STATUS_CLASSES[run.status], "checks": describe_checks(run)}


def _in_words(fact: ToldFact) -> str:
    lock = "Locked fact" if fact.locked else "Fact"
    return f"{lock} {fact.number}, {'asked for' if fact.asked else 'volunteered'}: {fact.text}"


def with_marks(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    return evaluations.prefetch_related(
        Prefetch("marks", Mark.objects.select_related("author")),
        Prefetch("settled_doubts", SettledDoubt.objects.select_related("author")),
    )


def evaluation_report(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation with its categories in the API's format, and reasons in words."""
    marks = list(evaluation.marks.all())
    categories = category_reports(evaluation, marks, for_instructor=True)
    for criterion in (one for category in categories for one in category["criteria"]):
        criterion["refused_quotes"] = [
            {**quote, "reason_words": explain_refusal(quote["reason"])} for quote in criterion["refused_quotes"]
        ]
        criterion["scores"] = range(criterion["min_score"], criterion["max_score"] + 1)
        criterion["review_words"] = " ".join(map(explain_review, criterion["review_reasons"]))
    return {
        "evaluation": evaluation,
        "name": evaluation.title or str(evaluation.pk),
        "status_class": STATUS_CLASSES[evaluation.status],
        "max_score": max_score(evaluation),
        "review_reasons": [explain_review(reason) for reason in evaluation.review_reasons],
        "categories": categories,
        "feedback": _feedback_in_words(evaluation, marks),
    }


def _feedback_in_words(evaluation: Evaluation, marks: list[Mark]) -> dict[str, Any] | None:
    """The feedback with a heading for each part."""
    feedback = feedback_report(evaluation, marks)
    return feedback and {
        "before_overrides": feedback["before_overrides"],
        "parts": [
            {"heading": heading, **feedback[part]}
            for part, heading in ((WENT_WELL, "What went well"), (TRY_NEXT, "To try next"))
            if feedback[part]
        ],
    }
