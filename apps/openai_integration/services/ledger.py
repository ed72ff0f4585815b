"""The facts ledger of a thread, for instructors."""

from collections.abc import Mapping
from typing import Any

from apps.openai_integration.models import Run, Thread, ToldFact
from apps.scenarios.facts import Fact, facts_of


def ledger_of(thread: Thread) -> dict[str, list[Any]]:
    """{told, still_locked, held_back} as the API shows them. Takes three queries."""
    told = list(ToldFact.objects.filter(thread=thread).order_by("message__created_at", "number"))
    held_back = [
        entry
        for run in thread.runs.exclude(checks=[]).select_related("scenario_version").order_by("created_at")
        for entry in _held_back(run)
    ]
    last = thread.runs.select_related("scenario_version").order_by("-created_at").first()
    known = {one.text for one in told}
    facts = _facts(last) if last else {}
    return {
        "told": told,
        "still_locked": [fact for fact in facts.values() if fact.locked and fact.text not in known],
        "held_back": held_back,
    }


def _held_back(run: Run) -> list[dict[str, Any]]:
    facts = _facts(run)
    return [
        {
            "run_id": run.pk,
            "user_message_id": run.user_message_id,
            **check,
            "facts": [facts[number] for number in check.get("facts", ()) if number in facts],
        }
        for check in run.checks
    ]


def _facts(run: Run) -> Mapping[int, Fact]:
    content = run.scenario_version.content
    return {fact.number: fact for fact in facts_of(str(content.get("additional_instructions") or ""))}
