"""Has the conversations of a set marked by the service: its tables, its queue and its workers.

python -m benchmarks.marking.markings FOLDER RESULTS TOGETHER, with the service's settings in the environment and its
workers running. RESULTS becomes a JSON list with an object for each conversation, in the set's order: see `_result`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from benchmarks.marking.sets import Conversation, MarkedSet, read_set
from deploy.common import PYTHON, ROOT

if TYPE_CHECKING:
    from apps.activities.models import Activity
    from apps.openai_integration.models import Evaluation

LOOK_EVERY_S = 0.5


def markings(folder: Path, settings: Mapping[str, str], results: Path, *, together: int) -> list[dict[str, Any]]:
    """What the service made of each conversation, asked for in a process with these settings."""
    command = [str(PYTHON), "-m", "benchmarks.marking.markings", str(folder.resolve()), str(results), str(together)]
    subprocess.run(command, check=True, cwd=ROOT, env={**settings, "LOG_LEVEL": "WARNING"})
    found: list[dict[str, Any]] = json.loads(results.read_text())
    return found


def _mark_all(marked_set: MarkedSet, together: int) -> list[dict[str, Any]]:
    """Have all conversations marked, so many at once: a deadline counts from the request."""
    activity, ids = _rubric_of(marked_set)
    waiting = list(enumerate(marked_set.conversations))[::-1]
    open_ones: dict[int, tuple[Evaluation, float]] = {}
    results: dict[int, dict[str, Any]] = {}
    while waiting or open_ones:
        while waiting and len(open_ones) < together:
            place, conversation = waiting.pop()
            open_ones[place] = (_begin(conversation, activity), time.monotonic())
        time.sleep(LOOK_EVERY_S)
        for place, (evaluation, begun) in list(open_ones.items()):
            evaluation.refresh_from_db()
            if evaluation.refreshed().status in evaluation.OPEN:
                continue
            del open_ones[place]
            results[place] = _result(marked_set.conversations[place], evaluation, ids, time.monotonic() - begun)
            ended = f"{evaluation.status} {evaluation.error_code}".strip()
            print(f"  {results[place]['conversation']}: {ended}", flush=True)
    return [results[place] for place in sorted(results)]


def _rubric_of(marked_set: MarkedSet) -> "tuple[Activity, dict[str, str]]":
    """An exercise with the set's rubric as one category without a pass mark, and criterion's id in an evaluation > in
    the set."""
    from django.db import transaction  # these need django.setup()

    from apps.activities.models import Activity
    from apps.assessments.models import Category, SubCategory
    from apps.scenarios.models import AssistantScenario

    scenario = AssistantScenario.objects.create(
        scenario_text=marked_set.case or marked_set.title, case_notes=marked_set.case_notes, enable=False
    )
    category = Category.objects.create(name=marked_set.title[:255] or "Rubric", total_required_to_pass=0)
    rows = {
        one.id: SubCategory.objects.create(
            category=category, position=position, name=one.name, marking_instructions=one.instructions,
            lowest_score=one.lowest_score, highest_score=one.highest_score, levels=one.levels, anchors=one.anchors,
            scope=one.scope,
        )
        for position, one in enumerate(marked_set.criteria)
    }  # fmt: skip
    activity = Activity.objects.create(pre_brief=marked_set.title, character=scenario)
    with transaction.atomic():
        activity.set_categories([category])
    return activity, {f"c{row.pk}": name for name, row in rows.items()}


def _begin(conversation: Conversation, activity: "Activity") -> "Evaluation":
    from apps.openai_integration.services.evaluations import EvaluationService

    return EvaluationService.create_from_transcript(
        student=None, messages=conversation.messages, kind="categories", activity=activity
    )


def _result(conversation: Conversation, evaluation: "Evaluation", ids: Mapping[str, str], seconds: float) -> Any:
    """What came of one conversation, with the standing mark of each criterion under its id in the set."""
    from apps.openai_integration.models import Usage

    calls = list(Usage.objects.filter(evaluation=evaluation))
    return {
        "conversation": conversation.name,
        "status": evaluation.status,
        "error": evaluation.error_code,
        "model": evaluation.model,
        "seconds": seconds,
        "calls": len(calls),
        "input_tokens": sum(call.input_tokens or 0 for call in calls),
        "cached_tokens": sum(call.cached_tokens or 0 for call in calls),
        "output_tokens": sum(call.output_tokens or 0 for call in calls),
        "review_reasons": evaluation.review_reasons,
        "marks": {
            ids[mark.criterion_id]: {
                "score": mark.score,
                "model_score": mark.model_score,
                "quotes": len(mark.evidence),
                "review_reason": mark.review_reason,
            }
            for mark in evaluation.marks.all()
        },
    }


def main(arguments: Sequence[str]) -> None:
    folder, results, together = arguments
    django.setup()
    Path(results).write_text(json.dumps(_mark_all(read_set(Path(folder)), int(together))))


if __name__ == "__main__":
    main(sys.argv[1:])
