"""Examples of the rubric for the schema."""

from typing import Any

from apps.core.api.examples import answered, sent

_CRITERION = {"name": "Summarises", "marking_instructions": "2: in their own words, and asks. 1: summarises."}
_CATEGORY: dict[str, Any] = {"name": "Closing", "total_required_to_pass": 1}

CREATE_CATEGORY = [
    sent("A category with a criterion", {**_CATEGORY, "subcategories": [_CRITERION]}),
    answered("The category", {"id": 9, **_CATEGORY, "subcategories": [{"id": 40, **_CRITERION, "category_id": 9}]}),
]
