"""OpenAPI examples of categories, criteria and rubric questions."""

from typing import Any

from apps.core.api.examples import answered, sent

_CRITERION = {"name": "Summarises", "marking_instructions": "2: in their own words, and asks. 1: summarises."}
_SCALE = {
    "lowest_score": 0, "highest_score": 2, "levels": [{"score": 2, "text": "In their own words, and asks."}],
    "anchors": [{"score": 2, "text": "So it began on Monday, and rest helps. Have I got that right?"}], "position": 0,
    "scope": "turns",
}  # fmt: skip
_SENT = {**_CRITERION, **_SCALE}
_OF_CATEGORY = {"id": 40, **_SENT, "category_id": 9}
_NEW_CRITERION = {
    "name": "Says goodbye", "marking_instructions": "1: says goodbye.", "category_id": 9, "lowest_score": 0,
    "highest_score": 1, "levels": [], "anchors": [], "position": 1, "scope": "turns",
}  # fmt: skip
_CATEGORY: dict[str, Any] = {"name": "Closing", "total_required_to_pass": 1}
_HARDER = {"total_required_to_pass": 2}
_PLAIN_CRITERION = {"id": 40, "name": "Summarises", "category_id": 9, "lowest_score": 0, "highest_score": 2}


def _category(criterion: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A category in a response, with one criterion."""
    return {"id": 9, **_CATEGORY, **changes, "subcategories": [criterion]}


_CHANGED_CATEGORY = answered("The category", _category(_OF_CATEGORY, **_HARDER))

CATEGORIES = [
    answered("To an instructor", _category(_OF_CATEGORY)),
    answered("To a student", _category(_PLAIN_CRITERION)),
]
CREATE_CATEGORY = [
    sent("A category with a criterion", {**_CATEGORY, "subcategories": [_SENT]}),
    answered("The category", _category(_OF_CATEGORY)),
]
UPDATE_CATEGORY = [
    sent("The whole category", {**_CATEGORY, **_HARDER, "subcategories": [{"id": 40, **_SENT}]}),
    _CHANGED_CATEGORY,
]
PARTIAL_UPDATE_CATEGORY = [sent("Another pass mark", _HARDER), _CHANGED_CATEGORY]

_RENAMED = {"name": "Summarises and checks"}
_CHANGED_CRITERION = answered("The criterion", {**_OF_CATEGORY, **_RENAMED})

CRITERIA = [answered("To an instructor", _OF_CATEGORY), answered("To a student", _PLAIN_CRITERION)]
CREATE_CRITERION = [
    sent("A criterion of a category", _NEW_CRITERION),
    answered("The criterion", {"id": 41, **_NEW_CRITERION}),
]
UPDATE_CRITERION = [sent("The whole criterion", {**_SENT, **_RENAMED, "category_id": 9}), _CHANGED_CRITERION]
PARTIAL_UPDATE_CRITERION = [sent("Another name", _RENAMED), _CHANGED_CRITERION]

_OF_SCENARIO = {"scenario_id": 10}
_QUESTION = {"id": 5, "question": "Was smoking asked about?", **_OF_SCENARIO}
_NEW_QUESTION = {"question": "Was the time off work asked about?", **_OF_SCENARIO}
_REWORDED = {"question": "Was it asked how much she smokes?"}
_CHANGED_QUESTION = answered("The question", {**_QUESTION, **_REWORDED})

QUESTIONS = [answered("A question", _QUESTION)]
CREATE_QUESTION = [
    sent("A question about a scenario", _NEW_QUESTION),
    answered("The question", {"id": 6, **_NEW_QUESTION}),
]
UPDATE_QUESTION = [sent("The whole question", {**_REWORDED, **_OF_SCENARIO}), _CHANGED_QUESTION]
PARTIAL_UPDATE_QUESTION = [sent("Other words", _REWORDED), _CHANGED_QUESTION]
