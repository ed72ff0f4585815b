"""Combining several answers, and the verdict on an evaluation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marking.criteria import Scale, Scales
from apps.marking.scoring import CriterionResult, ParsedAnswer, combine
from apps.marking.verdict import CategoryRule, verdict


def plain(*names: str) -> Scales:
    return dict.fromkeys(names, Scale())


def sampled(*scores: int, required: int | None = None, reasons: tuple[str, ...] = ()) -> CriterionResult:
    answers = [
        ParsedAnswer(
            {"c1": CriterionResult(score=score, comment=str(n), reasons=(reason,) if reason else ())},
            canary_awarded=False,
            unknown=0,
        )
        for n, (score, reason) in enumerate(zip(scores, reasons or ("",) * len(scores), strict=True))
    ]
    return combine(answers, [CategoryRule(plain("c1"), required)])["c1"]


@pytest.mark.parametrize(
    ("scores", "score"),
    [((2,), 2), ((2, 2, 0), 2), ((0, 2, 2, 0), 0), ((0, 1, 2), 1), ((1, 2), 1), ((0, 0, 1, 2, 2), 1), ((1, 1, 2), 1)],
)
def test_the_score_is_the_most_frequent_or_the_lower_median_on_a_tie(scores: tuple[int, ...], score: int) -> None:
    mark = sampled(*scores)
    assert (mark.score, mark.sample_scores) == (score, scores)
    assert scores[int(mark.comment)] == score


def test_differing_answers_go_to_review_only_if_they_decide_a_pass() -> None:
    assert sampled(2, 2, 0, required=1).reason == "samples_disagree"
    assert sampled(2, 2, 1, required=1).reason == ""
    assert sampled(2, 2, 0, required=None).reason == ""
    assert sampled(2, 2, 2, required=2).reason == ""


def test_a_doubt_about_the_chosen_score_remains() -> None:
    assert sampled(0, 0, 2, reasons=("", "no_verified_evidence", "")).reason == "no_verified_evidence"
    assert sampled(2, 2, 0, reasons=("", "", "no_verified_evidence")).reason == ""


# --- the verdict

RULES = [CategoryRule(plain("c1", "c2"), 3), CategoryRule(plain("c3"), 0)]


@pytest.mark.parametrize(
    ("marks", "total", "passed"),
    [
        ({"c1": (2, False), "c2": (1, False), "c3": (0, False)}, 3, True),
        ({"c1": (1, False), "c2": (1, False), "c3": (2, False)}, 4, False),
        ({"c1": (2, False), "c2": (0, True), "c3": (0, False)}, 2, None),
        ({"c1": (0, False), "c2": (0, True), "c3": (0, False)}, 0, False),
        ({"c1": (2, True), "c2": (2, False), "c3": (0, False)}, 4, None),
        ({"c1": (2, False), "c2": (2, False), "c3": (2, True)}, 6, True),
    ],
)
def test_a_mark_under_review_opens_the_verdict_only_if_it_could_change_it(
    marks: dict[str, tuple[int, bool]], total: int, passed: bool | None
) -> None:
    result = verdict(RULES, marks)
    assert (result.total, result.passed) == (total, passed)


def test_a_review_of_the_whole_leaves_the_verdict_open() -> None:
    failed = {"c1": (0, False), "c2": (0, False), "c3": (0, False)}
    assert verdict(RULES, failed, whole_in_review=True).passed is None
    assert verdict(RULES, {**failed, "c1": (2, False), "c2": (2, False)}, whole_in_review=True).passed is None


def test_a_pass_mark_of_0_passes_without_a_mark_and_no_rubric_is_no_verdict() -> None:
    assert verdict([CategoryRule({}, 0)], {}).passed is True
    assert verdict([CategoryRule({}, 1)], {}).passed is False
    assert verdict([], {}).passed is None
    assert verdict([CategoryRule(plain("q1"), None)], {"q1": (2, False)}).passed is None


MARKS = st.tuples(st.integers(0, 2), st.booleans())
RUBRICS = st.lists(st.tuples(st.lists(MARKS, max_size=5), st.integers(-1, 12)), max_size=4)


@given(rubric=RUBRICS, data=st.data())
def test_no_review_reverses_a_verdict(rubric: list[tuple[list[tuple[int, bool]], int]], data: st.DataObject) -> None:
    marks = {f"c{n}.{m}": mark for n, (group, _) in enumerate(rubric) for m, mark in enumerate(group)}
    rules = [
        CategoryRule(plain(*(f"c{n}.{m}" for m in range(len(group)))), required)
        for n, (group, required) in enumerate(rubric)
    ]
    before = verdict(rules, marks)
    assert 0 <= before.total == sum(score for score, _ in before.category_results) <= 2 * len(marks)
    reviewed = {
        name: (data.draw(st.integers(0, 2)) if review else score, False) for name, (score, review) in marks.items()
    }
    after = verdict(rules, reviewed)
    assert after.passed is not None or not rules
    assert before.passed in (None, after.passed)
