"""What the judge of a second look is given, and when its scores put a mark up for review."""

import json
from typing import Any

import pytest

from apps.marking.criteria import PLAIN_SCALE, Criterion, Scale
from apps.marking.evidence import Transcript
from apps.marking.scoring import CriterionResult
from apps.marking.second_look import answer_schema, cases_of, deciding, in_doubt, request_content
from apps.marking.verdict import CategoryRule

WIDE = Scale(1, 5)
CRITERIA = [
    Criterion("c1", "Asks about smoking", "0: no. 1: asks. 2: asks how much."),
    Criterion("c2", "Asks about work", ""),
    Criterion("c3", "Listens", "", WIDE),
    Criterion("c4", "Has a structure", "", scope="conversation"),
]
TURNS = Transcript(
    [
        {"role": "user", "message": "Do you smoke?"},
        {"role": "assistant", "message": "Ten a day."},
        {"role": "user", "message": "And what is your work?"},
        {"role": "user", "message": "Take your time."},
    ]
).turns


def mark(score: int, *indices: int, scale: Scale = PLAIN_SCALE) -> CriterionResult:
    evidence: list[dict[str, Any]] = [{"index": index, "quote": TURNS[index].text} for index in indices]
    return CriterionResult(score, evidence=evidence, scale=scale)


MARKS = {"c1": mark(2, 0), "c2": mark(1, 2, 3), "c3": mark(4, 3, scale=WIDE), "c4": mark(2, 0)}
RULES = [
    CategoryRule({"c1": Scale(), "c2": Scale()}, 3),
    CategoryRule({"c3": WIDE, "c4": Scale()}, 1),
]


def test_the_judge_sees_the_criterion_its_quotes_and_the_patients_turn_before_each() -> None:
    cases = cases_of(CRITERIA, MARKS, TURNS, {"c1", "c2"})
    _, _, content = request_content(cases).partition("## Cases (JSON)\n")
    smoking, work = json.loads(content)["cases"]
    assert smoking["quotes"] == [{"patient_before": "", "student": "Do you smoke?"}]
    assert (smoking["id"], smoking["min_score"], smoking["max_score"]) == ("c1", 0, 2)
    assert work["quotes"] == [
        {"patient_before": "Ten a day.", "student": "And what is your work?"},
        {"patient_before": "", "student": "Take your time."},
    ]


def test_what_only_the_whole_conversation_shows_and_what_has_earned_nothing_are_left_out() -> None:
    marks = MARKS | {"c2": mark(0, 2), "c3": mark(1, 3, scale=WIDE)}
    assert [case.criterion.id for case in cases_of(CRITERIA, marks, TURNS, set(marks))] == ["c1"]


def test_the_schema_has_the_scores_of_each_scale() -> None:
    entries = answer_schema(cases_of(CRITERIA, MARKS, TURNS, set(MARKS)))["properties"]["criteria"]
    assert (entries["minItems"], entries["maxItems"]) == (3, 3)
    plain, wide = entries["items"]["anyOf"]
    assert plain["properties"]["criterion_id"]["enum"] == ["c1", "c2"]
    assert wide["properties"]["score"]["enum"] == [1, 2, 3, 4, 5]


def test_what_decides_a_pass_is_awarded_in_a_category_with_a_pass_mark() -> None:
    assert deciding(RULES, MARKS) == {"c1", "c2"}
    assert deciding([*RULES[:1], CategoryRule(RULES[1].criteria, 5)], MARKS) == {"c1", "c2", "c3", "c4"}
    assert deciding([CategoryRule(RULES[0].criteria, 4), RULES[1]], MARKS) == set()
    assert deciding([CategoryRule(RULES[0].criteria, None)], MARKS) == set()


@pytest.mark.parametrize(
    ("judged", "doubtful"),
    [
        ({"c1": 2, "c2": 1, "c3": 4}, set()),
        ({"c1": 0, "c2": 1}, {"c1"}),
        ({"c1": 1, "c2": 1}, {"c1"}),  # one level, and the category would fail
        ({"c1": 2, "c2": 2}, set()),
        ({"c1": 1, "c2": 2}, set()),  # the sum is the same
        ({"c3": 3}, set()),
        ({"c3": 2}, {"c3"}),
        ({}, set()),
    ],
)
def test_a_gap_of_two_levels_or_another_verdict_is_for_review(judged: dict[str, int], doubtful: set[str]) -> None:
    assert in_doubt(RULES, MARKS, judged) == doubtful
