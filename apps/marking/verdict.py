"""Totals and verdicts from marks: pure functions of the frozen rubric and the scores.

They are computed here, not by the model. A mark under review never decides a verdict by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.marking.criteria import Scales


@dataclass(frozen=True)
class CategoryRule:
    """A category's criteria, with their scales, and its pass mark; without `required` there is none."""

    criteria: Scales
    required: int | None


@dataclass(frozen=True)
class Verdict:
    """Total score and verdicts. `category_results` are (score, passed).

    `passed` is None where there is no pass mark, or where a review could still decide it.
    """

    total: int
    passed: bool | None
    category_results: list[tuple[int, bool | None]]


def verdict(
    rules: Sequence[CategoryRule], marks: Mapping[str, tuple[int, bool]], *, whole_in_review: bool = False
) -> Verdict:
    """Totals and verdict from {criterion: (score, needs review)}.

    A category passes if it reaches its pass mark; the whole passes if every category does. A mark under review may
    become any score, so a verdict that it could change is None. With `whole_in_review`, the whole neither passes
    nor fails before an instructor has looked at it.
    """
    results = [_category_result(rule, marks) for rule in rules]
    verdicts = [passed for _, passed in results]
    passed: bool | None
    if not rules or any(rule.required is None for rule in rules) or whole_in_review:
        passed = None
    elif False in verdicts:
        passed = False
    else:
        passed = None if None in verdicts else True
    return Verdict(sum(score for score, _ in results), passed, results)


def _category_result(rule: CategoryRule, marks: Mapping[str, tuple[int, bool]]) -> tuple[int, bool | None]:
    given = [(*marks[name], scale) for name, scale in rule.criteria.items() if name in marks]
    low = sum(scale.lowest if review else score for score, review, scale in given)
    high = sum(scale.highest if review else score for score, review, scale in given)
    worst, best = passes(low, rule), passes(high, rule)
    return sum(score for score, _, _ in given), worst if worst == best else None


def passes(score: int, rule: CategoryRule) -> bool | None:
    """Whether a score reaches a category's pass mark; None where it has none."""
    return None if rule.required is None else score >= rule.required
