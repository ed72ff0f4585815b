"""The judge of a second look: scores single criteria by the quotes that it is given."""

from collections.abc import Mapping
from typing import Any

from openai_emulator.examiner.marking import (
    RequestTurn,
    RubricCriterion,
    UnreadableEvaluationError,
    json_after,
    mark_transcript,
)

CASES_HEADING = "## Cases (JSON)"


def judge_cases(user_text: str) -> dict[str, Any]:
    """The answer as JSON: a score for each case. UnreadableEvaluationError says what is missing."""
    cases = json_after(user_text, CASES_HEADING)
    try:
        return {"criteria": [_judged(case) for case in cases["cases"]]}
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UnreadableEvaluationError("cases need id, name, instructions, scores and quotes") from problem


def _judged(case: Mapping[str, Any]) -> dict[str, Any]:
    turns: list[RequestTurn] = []
    for quote in case["quotes"]:
        for student, text in ((False, str(quote["patient_before"])), (True, str(quote["student"]))):
            turns.append(RequestTurn(len(turns), student, text))
    criterion = RubricCriterion(
        case["id"], str(case["name"]), str(case["instructions"]), int(case["max_score"]), int(case["min_score"])
    )
    [marked] = mark_transcript([criterion], turns)["criteria"]
    return {"criterion_id": str(case["id"]), "score": marked["score"]}
