"""An evaluation for people to read: its frozen rubric with the current marks and their overrides."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from apps.marking.criteria import Criterion, Scale
from apps.marking.feedback import PARTS
from apps.marking.scoring import DOUBTS
from apps.marking.verdict import Verdict
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.models import Evaluation, Mark


def override_history(marks: Sequence[Mark]) -> dict[str, list[Mark]]:
    """The marks by criterion, from the model's first mark to the current one."""
    by_criterion: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.position, mark.pk)):
        by_criterion.setdefault(mark.criterion_id, []).append(mark)
    return by_criterion


def verdict_of(evaluation: Evaluation, marks: Sequence[Mark]) -> Verdict:
    """Totals and verdict by the current marks, and by the doubts about the whole that are open."""
    standing = [chain[-1] for chain in override_history(marks).values()]
    return EVALUATORS[evaluation.kind](evaluation.rubric).verdict(
        {mark.criterion_id: (mark.score or 0, mark.needs_review) for mark in standing},
        whole_in_review=bool(open_doubts(evaluation)),
    )


def scale_of(evaluation: Evaluation, criterion_id: str) -> Scale:
    """The scale of a criterion of the evaluation's rubric."""
    return EVALUATORS[evaluation.kind](evaluation.rubric).scales[criterion_id]


def max_score(evaluation: Evaluation) -> int:
    """The most that the criteria with a score could have."""
    return highest_score(evaluation.kind, evaluation.rubric, evaluation.unmarked_max)


def highest_score(kind: str, rubric: dict[str, Any], unmarked_max: int) -> int:
    """The same, of the columns of an evaluation."""
    return sum(scale.highest for scale in EVALUATORS[kind](rubric).scales.values()) - unmarked_max


def category_reports(evaluation: Evaluation, marks: Sequence[Mark], *, for_instructor: bool) -> list[dict[str, Any]]:
    """The rubric with its marks by category; empty until the evaluation is completed.

    Rubric questions form one category without an id or a pass mark. Students see neither marking instructions nor
    questions: those fields are empty for them, and a question's name is its number.
    """
    if evaluation.status != Evaluation.Status.COMPLETED:
        return []
    by_criterion = override_history(marks)
    earlier = _scores_before(evaluation, for_instructor=for_instructor)
    results = verdict_of(evaluation, marks).category_results
    reports = []
    for category, (score, passed) in zip(_rubric_categories(evaluation, for_instructor), results, strict=True):
        criteria = [
            {
                **_criterion_report(criterion, by_criterion[criterion["id"]], for_instructor=for_instructor),
                "quotes": _quote_reports(evaluation, by_criterion[criterion["id"]][-1].evidence),
                "score_before": earlier.get(criterion["id"]),
            }
            for criterion in category["criteria"]
        ]
        scored = [criterion for criterion in criteria if criterion["score"] is not None]
        reports.append(
            {
                "category_id": category["category_id"],
                "name": category["name"],
                "score": score,
                "max_score": sum(criterion["max_score"] for criterion in scored),
                "unmarked": len(criteria) - len(scored),
                "required_to_pass": category["required_to_pass"],
                "passed": passed,
                "criteria": criteria,
            }
        )
    return reports


def standing_marks(
    evaluation: Evaluation, marks: Sequence[Mark]
) -> Iterator[tuple[str, Mapping[str, Any], list[Mark]]]:
    """The category's name, the frozen criterion, and its marks from the first to the current one; as in the rubric."""
    by_criterion = override_history(marks)
    for category in _rubric_categories(evaluation, for_instructor=True):
        for criterion in category["criteria"]:
            yield category["name"], criterion, by_criterion[criterion["id"]]


def _scores_before(evaluation: Evaluation, *, for_instructor: bool) -> dict[str, int | None]:
    """The current scores of the marking that this one repeats, as far as the reader may see it."""
    before = evaluation.repeats
    if before is None or not (for_instructor or before.released_at):
        return {}
    return {name: chain[-1].score for name, chain in override_history(list(before.marks.all())).items()}


def _quote_reports(evaluation: Evaluation, quotes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Quotes as {message_id, index, quote, start, end}; those of earlier marks have no start stored."""
    reports = []
    for quote in quotes:
        turn = evaluation.transcript[quote["index"]]
        start = quote.get("start", turn["message"].find(quote["quote"]))
        end = start + len(quote["quote"])
        reports.append({"message_id": turn.get("message_id"), **quote, "start": start, "end": end})
    return reports


def feedback_report(evaluation: Evaluation, marks: Sequence[Mark]) -> dict[str, Any] | None:
    """The feedback on the whole, or None without any.

    It stays as it was written when marks are overridden; `before_overrides` says that it does not know of them.
    """
    if not evaluation.feedback:
        return None
    parts = {
        part: {"text": found["text"], "quotes": _quote_reports(evaluation, found["quotes"])} if found else None
        for part, found in ((part, evaluation.feedback.get(part)) for part in PARTS)
    }
    return {**parts, "before_overrides": any(mark.replaces_id for mark in marks)}


def _rubric_categories(evaluation: Evaluation, for_instructor: bool) -> list[dict[str, Any]]:
    if evaluation.kind == Evaluation.Kind.CATEGORIES:
        return list(evaluation.rubric["categories"])
    questions = [
        {**question, "name": question["question"] if for_instructor else f"Question {number}", "instructions": ""}
        for number, question in enumerate(evaluation.rubric["questions"], 1)
    ]
    return [{"category_id": None, "name": "Questions", "required_to_pass": None, "criteria": questions}]


def _criterion_report(criterion: Mapping[str, Any], chain: list[Mark], *, for_instructor: bool) -> dict[str, Any]:
    first, standing = chain[0], chain[-1]
    scale = Criterion.from_frozen(criterion).scale
    return {
        "criterion_id": criterion["id"],
        "mark_id": standing.pk,
        "subcategory_id": criterion.get("subcategory_id"),
        "question_id": criterion.get("question_id"),
        "name": criterion["name"],
        "instructions": criterion["instructions"] if for_instructor else "",
        "levels": criterion.get("levels", []) if for_instructor else [],
        "score": standing.score,
        "min_score": scale.lowest,
        "max_score": scale.highest,
        "needs_review": standing.needs_review,
        "review_reason": standing.review_reason,
        "review_reasons": standing.review_reasons,
        "evidence": {
            "message_indices": sorted({quote["index"] for quote in standing.evidence}),
            "quotes": [quote["quote"] for quote in standing.evidence],
        },
        # A comment on another score is none on this one.
        "comment": first.comment if standing.score == first.score else "",
        "rewrite_if_missing": standing.rewrite_if_missing,
        "model_score": first.model_score if for_instructor else None,
        "second_score": first.second_score if for_instructor else None,
        "sample_scores": first.sample_scores if for_instructor else [],
        "refused_quotes": first.refused if for_instructor else [],
        "overrides": [
            {
                "mark_id": mark.pk,
                "score": mark.score,
                "previous_score": before.score,
                "comment": mark.comment,
                "author": mark.author.username if mark.author else "",
                "created_at": mark.created_at,
            }
            for before, mark in pairwise(chain)
        ],
    }


def open_doubts(evaluation: Evaluation) -> list[str]:
    """The reasons to doubt the whole that no instructor has settled."""
    return [reason for reason in evaluation.review_reasons if reason in DOUBTS]


def doubt_reports(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Doubts about the whole: the open ones, and those that are settled with who settled them and what was found."""
    unsettled = [
        {"reason": reason, "is_open": True, "comment": "", "author": "", "settled_at": None}
        for reason in open_doubts(evaluation)
    ]
    settled = [
        {
            "reason": one.reason,
            "is_open": False,
            "comment": one.comment,
            "author": one.author.username if one.author else "",
            "settled_at": one.created_at,
        }
        for one in evaluation.settled_doubts.all()
    ]
    return unsettled + settled
