"""Every kind of bad answer in docs/marking.md, said over HTTP on both wires, and what becomes of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.openai_integration.models import Evaluation, ExaminerAnswer
from apps.openai_integration.tests.sample_threads import ALLERGIES, GREETING, GREETS, SMOKING, answer, take
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
MET = {
    GREETS: {"score": 2, "evidence": [{"turn": 0, "quote": GREETING}]},
    SMOKING: {"score": 2, "evidence": [{"turn": 2, "quote": "Do you smoke?"}]},
}
SCORES = {GREETS: 2, SMOKING: 2, ALLERGIES: 0}
Says = Callable[[Evaluation], list[str]]


def good(evaluation: Evaluation, **changes: Any) -> str:
    """A good answer, with other fields for SMOKING."""
    return answer(evaluation, lambda one: MET.get(one["name"], {}) | (changes if one["name"] == SMOKING else {}))


def without(evaluation: Evaluation, *names: str) -> str:
    ids = [one["id"] for one in rubric_of(evaluation) if one["name"] in names]
    items = json.loads(good(evaluation))["criteria"]
    return json.dumps({"criteria": [one for one in items if one["criterion_id"] not in ids]})


def rubric_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [one for category in evaluation.rubric["categories"] for one in category["criteria"]]


def around(before: str, after: str = "") -> Says:
    return lambda evaluation: [f"{before}{good(evaluation)}{after}"]


def smoking(times: int = 1, **changes: Any) -> Says:
    return lambda evaluation: [good(evaluation, **changes)] * times


def with_more(evaluation: Evaluation, *, same: bool) -> str:
    items = json.loads(good(evaluation))["criteria"]
    [smokes] = [one["id"] for one in rubric_of(evaluation) if one["name"] == SMOKING]
    more = {"criterion_id": smokes if same else "c99999", "score": 1, "evidence": MET[SMOKING]["evidence"]}
    return json.dumps({"criteria": [*items, more]})


def draft(evaluation: Evaluation) -> list[str]:
    return [f"First: {answer(evaluation, lambda one: {})} But no: {good(evaluation)}"]


def with_numbers(evaluation: Evaluation) -> list[str]:
    return [re.sub(r'"criterion_id": "c(\d+)"', r'"criterion_id": \1', good(evaluation))]


def of_another_rubric(evaluation: Evaluation) -> list[str]:
    return [json.dumps({"criteria": [{"criterion_id": "c99999", "score": 2, "evidence": []}]})]


INVENTED = [{"turn": 2, "quote": "How many cigarettes do you smoke a day?"}]
BY_PATIENT = [{"turn": 3, "quote": "Ten a day, I'm afraid."}]
ALL_INVENTED: Says = lambda evaluation: [answer(evaluation, lambda one: {"score": 2, "evidence": INVENTED})] * 2  # noqa: E731
# What the model says in its first calls; after that the emulator marks, who gives SCORES. And the faults of the server.
KINDS: dict[str, Says | str] = {
    "thoughts before it": around("<think>They greet {the patient}.</think>\n"),
    "thoughts without an end before it": around("<think>They greet the patient, so:\n"),
    "prose around it": around("Here are the marks {as asked}:\n", "\nI hope that helps {you}."),
    "a byte order mark before it": around("\ufeff"),
    "in a fence of any case": around("```JSON\n", "\n```"),
    "inside another object": lambda evaluation: [f'{{"result": {good(evaluation)}}}'],
    "behind a draft of it": draft,
    "ids as numbers, or in other case": with_numbers,
    "line breaks inside of texts": smoking(comment="BREAK", rewrite_if_missing=""),
    "no JSON": lambda evaluation: ["The student did well."],
    "broken off": lambda evaluation: [good(evaluation)[:-40]],
    "no list of criteria": lambda evaluation: ['{"criteria": {"c1": 2}, "total": 6}'],
    "criteria of another rubric alone": of_another_rubric,
    "a criterion is missing": lambda evaluation: [without(evaluation, SMOKING)],
    "a quote was not said": smoking(evidence=INVENTED),
    "a quote of the patient": smoking(evidence=BY_PATIENT),
    "a score without a quote": smoking(evidence=[]),
    "a criterion is missing, twice": lambda evaluation: [without(evaluation, SMOKING), *missing_again(evaluation)],
    "a quote was not said, twice": smoking(2, evidence=INVENTED),
    "a claim is withdrawn when asked again": lambda evaluation: [
        good(evaluation, evidence=INVENTED), good(evaluation, score=0, evidence=[])
    ],
    "a score above the scale": smoking(score=99),
    "a score between two levels": smoking(score=1.5),
    "two marks for one criterion": lambda evaluation: [with_more(evaluation, same=True)],
    "criteria that the rubric does not have, too": lambda evaluation: [with_more(evaluation, same=False)],
    "the canary is awarded": lambda evaluation: [answer(evaluation, lambda one: MET.get(one["name"], {}), canary=2)],
    "the canary is awarded, twice": lambda evaluation: [
        answer(evaluation, lambda one: MET.get(one["name"], {}), canary=2)
    ] * 2,
    "no JSON, twice": lambda evaluation: ["The student did well."] * 2,
    "half of the criteria are missing, twice": lambda evaluation: [
        without(evaluation, SMOKING, GREETS), *missing_again(evaluation)
    ],
    "nothing that is awarded was said, twice": ALL_INVENTED,
    "a refusal": "refusal",
    "cut off at its longest length": "incomplete",
    "nothing, again and again": "empty_text",
}  # fmt: skip
# The score of the smoking criterion where an answer is completed with something wrong, and how many calls it takes.
WRONG = {
    "a criterion is missing, twice": (0, 3),
    "a quote was not said, twice": (0, 2),
    "a claim is withdrawn when asked again": (0, 2),
    "a score above the scale": (2, 1),
    "a score between two levels": (1, 1),
    "two marks for one criterion": (1, 1),
    "criteria that the rubric does not have, too": (2, 1),
    "the canary is awarded, twice": (0, 2),
}


def missing_again(evaluation: Evaluation) -> list[str]:
    """What answers the second question, for the missing ones alone: nothing of it, twice."""
    return of_another_rubric(evaluation) * 2


def documented() -> dict[str, tuple[str, str]]:
    """{kind: (result, reason)} of the table."""
    table = (ROOT / "docs" / "marking.md").read_text().split("## Bad answers")[1].split("##")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")]
    return {kind: (result, reason.strip("`")) for kind, result, reason in rows[1:]}


def said(kind: str, evaluation: Evaluation, emulator: Emulator) -> Evaluation:
    says = KINDS[kind]
    if isinstance(says, str):
        emulator.fault(says, times=0)
    else:
        for text in says(evaluation):
            emulator.fault("say", text=text.replace("BREAK", "Two\nlines."), only="marking")
    return take(str(evaluation.pk))


def scores(evaluation: Evaluation) -> dict[str, int | None]:
    names = {one["id"]: one["name"] for one in rubric_of(evaluation)}
    return {names[mark.criterion_id]: mark.score for mark in evaluation.marks.all()}


def test_the_table_and_the_cases_are_the_same() -> None:
    assert list(documented()) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("api", ["responses", "chat_completions"])
def test_a_bad_answer_has_the_result_that_is_documented(
    evaluation: Evaluation, emulator: Emulator, settings: Any, api: str, kind: str
) -> None:
    settings.OPENAI_API = api
    result, reason = documented()[kind]
    ended = said(kind, evaluation, emulator)
    if result == "failed":
        assert (ended.status, ended.error_code, ended.marks.count(), ended.total_score) == ("failed", reason, 0, None)
        assert ended.error_detail
        return
    assert (ended.status, ended.review_reasons) == ("completed", [reason] if reason else [])
    assert ended.needs_review == ("for review" in result)
    if kind in WRONG:
        score, calls = WRONG[kind]
        untouched = {} if reason == "canary" else SCORES
        assert scores(ended) == dict.fromkeys(SCORES, 0) | untouched | {SMOKING: score}
    else:
        calls = 1 if result == "read" else 2
        assert scores(ended) == SCORES
    assert (ended.attempts, ExaminerAnswer.objects.count()) == (calls, calls)
