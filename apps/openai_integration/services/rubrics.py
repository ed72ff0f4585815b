"""Which rubric marks a conversation: the one that teachers have now, or the one with which it began."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework.exceptions import APIException

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.openai_integration.marking.evaluators import CategoryRubricEvaluator, SimpleRubricEvaluator
from apps.openai_integration.models import Evaluation, FrozenRubric, Thread
from apps.scenarios.models import AssistantScenario, content_hash

CATEGORIES, QUESTIONS = Evaluation.Kind.CATEGORIES, Evaluation.Kind.QUESTIONS


class NoRubric(APIException):
    status_code = 400
    default_code = "no_rubric"
    default_detail = "There is no rubric to mark this conversation by; name an activity."


def freeze_for(thread: Thread, activity: Activity | None, scenario: AssistantScenario) -> FrozenRubric | None:
    """The rubric to keep with a thread whose next run plays these; None if the thread keeps the one that it has.

    Only the first run of an activity or scenario takes these queries.
    """
    before = (thread.activity_id, thread.scenario_id)
    if thread.frozen_rubric_id and before == (activity.pk if activity else None, scenario.pk):
        return None
    content = {
        "activity_id": activity.pk if activity else None,
        "scenario_id": scenario.pk,
        "title": (activity or scenario).shown_title[:80],
        "categories": CategoryRubricEvaluator.freeze(activity) if activity else {},
        "questions": SimpleRubricEvaluator.freeze(scenario),
        "case_notes": scenario.examiner_notes,
    }
    rubric = FrozenRubric(hash=content_hash(content), **content)
    FrozenRubric.objects.bulk_create([rubric], ignore_conflicts=True)
    return rubric


def rubric_of_thread(
    thread: Thread,
    activity: Activity | None,
    scenario: AssistantScenario | None,
    *,
    kind: str | None,
    categories: Sequence[Category] | None = None,
) -> dict[str, Any]:
    """`kind` and `rubric` of a new evaluation of the thread, by the given `categories` if any; raises NoRubric.

    What teachers have now marks, so that a correction counts. The rubric with which the conversation began stands in
    where the activity or scenario has been deleted, or nothing is left of its categories or questions.
    """
    frozen = thread.frozen_rubric
    if categories:
        chosen = Category.objects.filter(pk__in=[category.pk for category in categories])
        return _with_notes(CATEGORIES, CategoryRubricEvaluator.freeze_categories(chosen), scenario, None)
    applies = frozen and _is_of(frozen, activity, scenario)
    return rubric_to_mark_by(activity, scenario, kind=kind, frozen=frozen if applies else None)


def rubric_to_mark_by(
    activity: Activity | None,
    scenario: AssistantScenario | None,
    *,
    kind: str | None,
    frozen: FrozenRubric | None = None,
) -> dict[str, Any]:
    """`kind` and `rubric` of a new evaluation. Without a kind: categories if there are any, else questions.

    `frozen` stands in for what is gone. The rubric has the scenario's case notes too, where there are any. Raises
    NoRubric.
    """
    categories = questions = None
    if kind != QUESTIONS:
        live = CategoryRubricEvaluator.freeze(activity) if activity else None
        categories = _live_or_kept(live, frozen.categories if frozen else {})
        if categories and (categories["categories"] or kind):
            return _with_notes(CATEGORIES, categories, scenario, frozen)
    if kind != CATEGORIES:
        live = SimpleRubricEvaluator.freeze(scenario) if scenario else None
        questions = _live_or_kept(live, frozen.questions if frozen else {})
        if questions and (questions["questions"] or kind):
            return _with_notes(QUESTIONS, questions, scenario, frozen)
    if categories is None:
        raise NoRubric
    return _with_notes(CATEGORIES, categories, scenario, frozen)


def _with_notes(
    kind: str, rubric: dict[str, Any], scenario: AssistantScenario | None, frozen: FrozenRubric | None
) -> dict[str, Any]:
    notes = scenario.examiner_notes if scenario else frozen.case_notes if frozen else ""
    return {"kind": kind, "rubric": rubric | ({"case_notes": notes} if notes else {})}


def _live_or_kept(live: dict[str, Any] | None, kept: dict[str, Any]) -> dict[str, Any] | None:
    return kept if _has_criteria(kept) and not _has_criteria(live or {}) else live


def _is_of(frozen: FrozenRubric, activity: Activity | None, scenario: AssistantScenario | None) -> bool:
    """Whether it was frozen from these, of which None may have been deleted since."""
    return (activity is None or activity.pk == frozen.activity_id) and (
        scenario is None or scenario.pk == frozen.scenario_id
    )


def _has_criteria(rubric: Mapping[str, Any]) -> bool:
    groups: Iterable[Any] = rubric.get("categories", ())
    return bool(rubric.get("questions")) or any(group["criteria"] for group in groups)
