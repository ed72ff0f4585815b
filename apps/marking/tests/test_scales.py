"""Marks on scales other than 0 to 2, and what the examiner is told of them."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marking.criteria import Criterion, Scale, criteria_schema
from apps.marking.evidence import Transcript
from apps.marking.scoring import UNMARKED, CriterionResult, ParsedAnswer, discard_untrusted, parse_answer
from apps.marking.verdict import CategoryRule, verdict
from apps.marking.windows import nothing_read, with_unmarked

TRANSCRIPT = Transcript([{"role": "user", "message": "Do you smoke, and how many a day?"}])
QUOTE = {"turn": 0, "quote": "Do you smoke"}
FIVE, TEN = Scale(1, 5), Scale(0, 10)


def read(score: Any, *, scale: Scale = FIVE, evidence: Any = (QUOTE,)) -> CriterionResult:
    item = {"criterion_id": "c1", "score": score, "evidence": list(evidence), "rewrite_if_missing": "How many?"}
    answer = json.dumps({"criteria": [item]})
    return parse_answer(answer, criteria={"c1": scale}, canaries={}, transcript=TRANSCRIPT).marks["c1"]


@pytest.mark.parametrize(
    ("stated", "score", "reason"),
    [
        (1, 1, ""),
        (3, 3, ""),
        (5, 5, ""),
        (6, 5, "score_out_of_range"),
        (0, 1, "score_out_of_range"),
        (-3, 1, "score_out_of_range"),
        (3.5, 3, "score_out_of_range"),
        ("4", 4, ""),
        (None, 1, "score_out_of_range"),
        ("five", 1, "score_out_of_range"),
    ],
)
def test_a_score_is_read_on_its_scale(stated: Any, score: int, reason: str) -> None:
    mark = read(stated)
    assert (mark.score, mark.reason) == (score, reason)


def test_only_the_highest_score_needs_no_better_wording() -> None:
    assert [bool(read(score).rewrite_if_missing) for score in FIVE.scores] == [True, True, True, True, False]


def test_without_a_verified_quote_the_lowest_score_stands() -> None:
    unverified = {"turn": 0, "quote": "Do you drink"}
    assert (read(4, evidence=[unverified]).score, read(4, evidence=[unverified]).model_score) == (1, 4)
    assert read(4, evidence=[unverified]).reason == "no_verified_evidence"
    assert read(1, evidence=[]).reason == ""


def test_a_criterion_that_nobody_marked_has_the_lowest_score() -> None:
    answer = json.dumps({"criteria": [{"criterion_id": "c2", "score": 7, "evidence": [QUOTE]}]})
    parsed = parse_answer(answer, criteria={"c1": FIVE, "c2": TEN}, canaries={}, transcript=TRANSCRIPT)
    assert {name: (mark.score, mark.reason) for name, mark in parsed.marks.items()} == {
        "c1": (1, "missing"),
        "c2": (7, ""),
    }
    assert {mark.score for mark in discard_untrusted([parsed]).values()} == {0, 1}
    assert [mark.score for mark in nothing_read({"c1": FIVE, "c2": TEN}, withheld=False).marks.values()] == [1, 0]


def test_a_canary_is_awarded_by_more_than_its_lowest_score() -> None:
    entries = [{"criterion_id": "c1", "score": 1, "evidence": []}]
    for score, awarded in ((1, False), (2, True), (5, True)):
        text = json.dumps({"criteria": [*entries, {"criterion_id": "c9", "score": score, "evidence": [QUOTE]}]})
        parsed = parse_answer(text, criteria={"c1": FIVE}, canaries={"c9": FIVE}, transcript=TRANSCRIPT)
        assert parsed.canary_awarded == awarded


def test_a_part_that_nobody_read_leaves_open_what_is_not_at_the_highest() -> None:
    marks = {"c1": read(5), "c2": read(3), "c3": read(1, evidence=[])}
    answer = with_unmarked(ParsedAnswer(marks, canary_awarded=False, unknown=0, withheld=True))
    assert [mark.reason for mark in answer.marks.values()] == ["", "partly_read", UNMARKED]


@pytest.mark.parametrize(("required", "passed"), [(4, True), (5, None), (14, None), (15, False)])
def test_a_mark_under_review_may_become_any_score_of_its_scale(required: int, passed: bool | None) -> None:
    # 4 are certain, and the one under review gives 0 to 10.
    rule = CategoryRule({"c1": FIVE, "c2": TEN}, required)
    assert verdict([rule], {"c1": (4, False), "c2": (1, True)}).passed is passed
    assert verdict([rule], {"c1": (4, False), "c2": (9, True)}).total == 13


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10), st.integers(-20, 20), st.booleans()), max_size=6),
    st.integers(0, 60),
    st.data(),
)
def test_no_review_on_any_scale_reverses_a_verdict(drawn: list, required: int, data: st.DataObject) -> None:
    scales = {f"c{n}": Scale(low, min(10, low + wide)) for n, (low, wide, _, _) in enumerate(drawn)}
    marks = {f"c{n}": (scales[f"c{n}"].nearest(score), review) for n, (_, _, score, review) in enumerate(drawn)}
    rules = [CategoryRule(scales, required)]
    before = verdict(rules, marks)
    reviewed = {
        name: (data.draw(st.sampled_from(scales[name].scores)) if review else score, False)
        for name, (score, review) in marks.items()
    }
    assert before.passed in (None, verdict(rules, reviewed).passed)


# --- what the examiner is told


def criterion(number: int = 1, **more: Any) -> Criterion:
    return Criterion.from_frozen({"id": f"c{number}", "name": "Listens", "instructions": "How well.", **more})


def test_a_criterion_that_was_frozen_without_a_scale_has_the_old_one() -> None:
    assert criterion().scale == Scale(0, 2)
    assert criterion().for_examiner() == {
        "id": "c1", "name": "Listens", "instructions": "How well.", "min_score": 0, "max_score": 2
    }  # fmt: skip


def test_levels_and_anchors_are_told_in_the_order_of_the_scores() -> None:
    texts = [{"score": 5, "text": "Always."}, {"score": 1, "text": "Never."}]
    told = criterion(lowest_score=1, highest_score=5, levels=texts, anchors=texts, scope="conversation").for_examiner()
    assert (told["min_score"], told["max_score"], told["scope"]) == (1, 5, "conversation")
    assert told["levels"] == told["examples"] == texts[::-1]


def test_levels_and_anchors_are_hidden_from_students() -> None:
    one = criterion(levels=[{"score": 1, "text": "Rarely."}], anchors=[{"score": 2, "text": "Go on."}])
    assert list(one.hidden_texts) == ["How well.", "Rarely.", "Go on."]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10)), min_size=1, max_size=8))
def test_the_schema_has_the_bounds_of_each_criterion(bounds: list[tuple[int, int]]) -> None:
    criteria = [
        criterion(n, lowest_score=low, highest_score=min(10, low + wide)) for n, (low, wide) in enumerate(bounds)
    ]
    validator = jsonschema_rs.validator_for(criteria_schema(criteria))
    texts: dict[str, Any] = {"evidence": [], "comment": "", "rewrite_if_missing": ""}

    def fits(pick: Any) -> bool:
        items = [{"criterion_id": one.id, **texts, "score": pick(one.scale)} for one in criteria]
        return validator.is_valid(items)

    assert fits(lambda scale: scale.lowest)
    assert fits(lambda scale: scale.highest)
    assert not fits(lambda scale: scale.highest + 1)
    assert not fits(lambda scale: scale.lowest - 1)
    assert not fits(str)


def test_criteria_of_one_scale_share_one_entry_of_the_schema() -> None:
    plain = criteria_schema([criterion(n) for n in range(40)])
    assert "anyOf" not in plain["items"]
    mixed = criteria_schema([criterion(n, highest_score=2 + n % 3) for n in range(40)])
    assert len(mixed["items"]["anyOf"]) == 3
