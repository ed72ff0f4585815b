"""The scale of a criterion: its lowest and highest score, and texts for single scores."""

from collections.abc import Mapping, Sequence
from typing import Any

# The widest scale.
LOWEST, HIGHEST = 0, 10
MAX_TEXTS = 22
MAX_TEXT_CHARACTERS = 1000


def scale_problems(
    *, lowest_score: int, highest_score: int, levels: Sequence[Mapping[str, Any]], anchors: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Field > what is wrong with it. `levels` and `anchors` are lists of {score, text}, and a level has one text."""
    if not LOWEST <= lowest_score < highest_score <= HIGHEST:
        return {"highest_score": f"It must be higher than the lowest score; both are within {LOWEST} to {HIGHEST}."}
    problems = {
        name: f"The scale runs from {lowest_score} to {highest_score}; there is no score {score} on it."
        for name, texts in (("levels", levels), ("anchors", anchors))
        for score in (text["score"] for text in texts)
        if not lowest_score <= score <= highest_score
    }
    scores = [level["score"] for level in levels]
    if twice := sorted({score for score in scores if scores.count(score) > 1}):
        problems.setdefault("levels", f"The score {twice[0]} has two texts.")
    return problems
