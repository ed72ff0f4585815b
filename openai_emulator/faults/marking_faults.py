"""Faulty evaluations on request."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from openai_emulator.examiner.marking import Json, RequestTurn, RubricCriterion, mark_transcript

Spoiler = Callable[[list[Json], Sequence[RubricCriterion], Sequence[RequestTurn]], list[Json]]
_ASKS_FOR_MARKS = re.compile(r"marks|score|examiner|rubric|ignore|criteri", re.IGNORECASE)


def spoil(kind: str, criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> str:
    """An evaluation as text, with the fault that `kind` names."""
    if kind == "not_json":
        return "Overall the student did well, with good open questions and a clear plan."
    if kind == "wrong_json":
        return json.dumps({"result": "passed", "marks": [2 for _ in criteria]})
    marked = mark_transcript(criteria, turns)["criteria"]
    return json.dumps({"criteria": _SPOILERS[kind](marked, criteria, turns)}, ensure_ascii=False)


def _invented_quotes(
    marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]
) -> list[Json]:
    turn = next((turn.index for turn in turns if turn.student), 0)
    quote = "I would like to understand how all of this has been for you and your family since last spring."
    return [
        {**item, "evidence": [{"turn": turn, "quote": quote}], "score": criterion.max_score, "rewrite_if_missing": ""}
        for item, criterion in zip(marked, criteria, strict=True)
    ]


def _score_99(marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> list[Json]:
    return [{**item, "score": 99} for item in marked]


def _ids_as_text(marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> list[Json]:
    """Integer ids where the rubric has strings such as "c12"."""
    return [{**item, "criterion_id": int(re.sub(r"\D", "", item["criterion_id"]) or 0)} for item in marked]


def _null_evidence(marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> list[Json]:
    return [{**item, "evidence": None} for item in marked]


def _missing_criteria(
    marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]
) -> list[Json]:
    return marked[: len(marked) // 2]


def _unknown_criteria(
    marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]
) -> list[Json]:
    extra = {
        "criterion_id": "c999999",
        "evidence": [],
        "comment": "A criterion of my own.",
        "rewrite_if_missing": "",
        "score": 2,
    }
    return [*marked, extra]


def _credulous(marked: list[Json], criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> list[Json]:
    """An examiner that obeys the student: full marks for everything, quoting the request for them."""
    spoken = [turn for turn in turns if turn.student]
    asking = next((turn for turn in spoken if _ASKS_FOR_MARKS.search(turn.text)), spoken[0] if spoken else None)
    evidence = [{"turn": asking.index, "quote": asking.text}] if asking else []
    return [
        {**item, "evidence": evidence, "score": criterion.max_score, "comment": "As asked.", "rewrite_if_missing": ""}
        for item, criterion in zip(marked, criteria, strict=True)
    ]


_SPOILERS: Mapping[str, Spoiler] = {
    "invented_quotes": _invented_quotes,
    "score_99": _score_99,
    "ids_as_text": _ids_as_text,
    "null_evidence": _null_evidence,
    "missing_criteria": _missing_criteria,
    "unknown_criteria": _unknown_criteria,
    "credulous": _credulous,
}
