"""What a model's marking is worth: pure rules over its answer, the frozen rubric and the transcript.

Nothing that a model says counts by itself: a score counts with quotes that the student really said, and the totals and
the verdict are computed here. What is unsound goes to review, and a mark under review never decides a verdict alone.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median_low
from typing import Any

from apps.core.text import strip_unstorable
from apps.openai_integration.marking.evidence import Transcript, fold

FULL_SCORE = 2
LONGEST_COMMENT = 2000
# A comment that has so many words in a row from the marking instructions gives them away.
GIVEN_AWAY = 6
# Each entry for a criterion is looked up in the whole talk, so of more than this for one criterion the first are looked
# at, and the mark goes to review.
MOST_ENTRIES = 8

MISSING = "missing"
SCORE_OUT_OF_RANGE = "score_out_of_range"
DUPLICATE = "duplicate"
NO_VERIFIED_EVIDENCE = "no_verified_evidence"
INSTRUCTION_IN_EVIDENCE = "instruction_in_evidence"
SAMPLES_DISAGREE = "samples_disagree"
CANARY = "canary"
# Noticed in the talk or in the answer, not in one mark.
INSTRUCTION_IN_TRANSCRIPT = "instruction_in_transcript"
UNKNOWN_CRITERIA = "unknown_criteria"


# Runs of GIVEN_AWAY words that no comment may have.
Secrets = frozenset[tuple[str, ...]]


class InvalidAnswerError(ValueError):
    """An answer that is no marking of this rubric. `problem` says why; the message has the answer's beginning too."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"{problem}: {text[:80]!r}")
        self.problem = problem


@dataclass(frozen=True)
class CriterionResult:
    """One criterion as one answer has it, after the checks. `reason` says why a person should look, if one should."""

    score: int = 0
    model_score: int | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    comment: str = ""
    rewrite_if_missing: str = ""
    reason: str = ""
    sample_scores: tuple[int, ...] = ()


@dataclass(frozen=True)
class ParsedAnswer:
    """One answer: a CriterionResult for every criterion of the rubric, and whether it awarded what nobody can earn."""

    marks: dict[str, CriterionResult]
    canary_awarded: bool
    unknown: int


@dataclass(frozen=True)
class CategoryRule:
    """A category of the rubric as scoring needs it; without `required` it has no pass mark."""

    criteria: tuple[str, ...]
    required: int | None


@dataclass(frozen=True)
class Verdict:
    """`passed` of the whole and of each line: None where there is nothing to pass, or where review could decide it."""

    total: int
    passed: bool | None
    lines: list[tuple[int, bool | None]]


# --- reading an answer


def read_answer(
    text: str, *, criteria: Sequence[str], canary: str, transcript: Transcript, hidden: Iterable[str] = ()
) -> ParsedAnswer:
    """Check an answer criterion by criterion; InvalidAnswerError where it is not JSON, or marks nothing of this rubric.

    A criterion left out scores 0 and is for review; one named twice keeps the lowest score. A comment that quotes one
    of the `hidden` texts is dropped.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    unknown = 0
    known = {name[1:]: name for name in (*criteria, canary)} | {name: name for name in (*criteria, canary)}
    for item in _items(text):
        name = _criterion_id(item, known)
        if name is None:
            unknown += 1
        else:
            found.setdefault(name, []).append(item)
    if criteria and not any(name in found for name in criteria):
        raise InvalidAnswerError("it marks no criterion of the rubric", text)
    secrets = frozenset(run for secret in hidden for run in _runs(secret))
    marks = {name: _judge(found.get(name, []), transcript, secrets) for name in criteria}
    awarded = any(_score(item.get("score"))[0] > 0 for item in found.get(canary, []))
    return ParsedAnswer(marks, awarded, unknown)


def _items(text: str) -> list[Any]:
    try:
        answer = json.loads(_unfenced(text))
    except (ValueError, RecursionError) as error:
        raise InvalidAnswerError("it is not JSON", text) from error
    items = answer.get("criteria") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise InvalidAnswerError("it has no list of criteria", text)
    return items


def _unfenced(text: str) -> str:
    """What stands in a Markdown fence, where an answer does; the fences have lines to themselves."""
    opened = re.match(r"\s*```(?:json)?[^\S\n]*\n", text)
    inner, closed, after = text.rpartition("```")
    if not opened or not closed or after.strip() or len(inner) < opened.end():
        return text
    inner = inner[opened.end() :]
    return inner if "\n" in inner[len(inner.rstrip()) :] else text


def _criterion_id(item: Any, known: Mapping[str, str]) -> str | None:
    """The id as the rubric has it; 12, "12", " C12 " are c12. `known` has ids by what they are called."""
    said = item.get("criterion_id") if isinstance(item, dict) else None
    if isinstance(said, bool) or not isinstance(said, int | str):
        return None
    if isinstance(said, int) and said.bit_length() > 64:
        return None
    return known.get(str(said).strip().casefold())


def _judge(items: Sequence[dict[str, Any]], transcript: Transcript, secrets: Secrets) -> CriterionResult:
    """What the answer's entries for one criterion come to."""
    if not items:
        return CriterionResult(reason=MISSING)
    looked_at = (_judge_one(item, transcript, secrets) for item in items[:MOST_ENTRIES])
    judged = sorted(looked_at, key=lambda mark: mark.score)
    if judged[0].score != judged[-1].score or len(items) > MOST_ENTRIES:
        return replace(judged[0], reason=judged[0].reason or DUPLICATE)
    return judged[0]


def _judge_one(item: dict[str, Any], transcript: Transcript, secrets: Secrets) -> CriterionResult:
    score, said, reason = _score(item.get("score"))
    evidence = transcript.verify(item.get("evidence"))
    if score and evidence.tampered:
        # The other quotes may hold, but the examiner has listened to what was not said to the patient.
        score, reason = 0, INSTRUCTION_IN_EVIDENCE
    elif score and not evidence.quotes:
        score, reason = 0, NO_VERIFIED_EVIDENCE
    comment, rewrite = (_text(item.get(name), secrets) for name in ("comment", "rewrite_if_missing"))
    return CriterionResult(score, said, evidence.quotes, comment, "" if score == FULL_SCORE else rewrite, reason)


def _score(value: Any) -> tuple[int, int | None, str]:
    """The score that counts, the one that was said as a whole number, and what is wrong with it.

    A whole number may come as text. Outside 0 to 2 it is clamped, a fraction is rounded down, and anything else is 0;
    all three are for review.
    """
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,9}(\.[0-9]{1,9})?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # NaN
        return 0, None, SCORE_OUT_OF_RANGE
    said = math.floor(max(-1_000_000, min(1_000_000, value)))
    score = max(0, min(FULL_SCORE, said))
    return score, said, "" if score == value else SCORE_OUT_OF_RANGE


def _text(value: Any, secrets: Secrets) -> str:
    if not isinstance(value, str) or any(run in secrets for run in _runs(value)):
        return ""
    return strip_unstorable(value).strip()[:LONGEST_COMMENT]


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Each GIVEN_AWAY words in a row."""
    spoken = re.findall(r"\w+", fold(text).text)
    return (tuple(spoken[start : start + GIVEN_AWAY]) for start in range(len(spoken) - GIVEN_AWAY + 1))


# --- from answers to marks


def combine(readings: Sequence[ParsedAnswer], lines: Sequence[CategoryRule]) -> dict[str, CriterionResult]:
    """One mark a criterion out of several answers: the score that most of them have, the lower median on a tie.

    Where the answers differ and a line would pass by some and fail by others, the criteria that differ are for review.
    """
    marks = {name: _merge([reading.marks[name] for reading in readings]) for name in readings[0].marks}
    for line in lines:
        samples = [marks[name].sample_scores for name in line.criteria]
        if _passes(sum(map(min, samples)), line) == _passes(sum(map(max, samples)), line):
            continue
        for name in line.criteria:
            if len(set(marks[name].sample_scores)) > 1 and not marks[name].reason:
                marks[name] = replace(marks[name], reason=SAMPLES_DISAGREE)
    return marks


def _merge(samples: list[CriterionResult]) -> CriterionResult:
    scores = [sample.score for sample in samples]
    (best, votes), *others = Counter(scores).most_common()
    score = median_low(scores) if any(count == votes for _, count in others) else best
    # A doubt about this score in any of the answers that have it stays a doubt.
    chosen = max((sample for sample in samples if sample.score == score), key=lambda sample: bool(sample.reason))
    return replace(chosen, sample_scores=tuple(scores))


def discard_untrusted(readings: Sequence[ParsedAnswer]) -> dict[str, CriterionResult]:
    """The marks of answers that awarded the canary: nothing of them counts, and nothing of their text is kept."""
    return {
        name: CriterionResult(model_score=mark.model_score, reason=CANARY, sample_scores=(0,))
        for name, mark in readings[-1].marks.items()
    }


# --- the verdict


def verdict(
    lines: Sequence[CategoryRule], marks: Mapping[str, tuple[int, bool]], *, whole_in_review: bool = False
) -> Verdict:
    """Totals and verdict from {criterion: (score, is for review)}.

    A line passes at its pass mark, the whole where every line does and there is one. A mark for review
    may turn out anything from none to full: where that could change a verdict, it is None. `whole_in_review`: something
    about the whole is for review, so that it cannot fail before a person has looked.
    """
    results = [_line_result(line, marks) for line in lines]
    verdicts = [passed for _, passed in results]
    passed: bool | None
    if not lines or any(line.required is None for line in lines):
        passed = None
    elif False in verdicts:
        passed = None if whole_in_review else False
    else:
        passed = None if None in verdicts else True
    return Verdict(sum(score for score, _ in results), passed, results)


def _line_result(line: CategoryRule, marks: Mapping[str, tuple[int, bool]]) -> tuple[int, bool | None]:
    given = [marks[name] for name in line.criteria if name in marks]
    low = sum(0 if review else score for score, review in given)
    high = sum(FULL_SCORE if review else score for score, review in given)
    worst, best = _passes(low, line), _passes(high, line)
    return sum(score for score, _ in given), worst if worst == best else None


def _passes(score: int, line: CategoryRule) -> bool | None:
    return None if line.required is None else score >= line.required
