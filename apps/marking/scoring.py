"""Turns a model's answers into marks: pure functions of the answer, the frozen rubric and the transcript.

A score counts only with verified quotes of the student. Whatever is doubtful is marked for review.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median_low
from typing import Any

from apps.core.text import strip_unstorable
from apps.marking.answer_json import find_answer
from apps.marking.criteria import PLAIN_SCALE, Scale, Scales
from apps.marking.evidence import Transcript
from apps.marking.feedback import Feedback, check_feedback
from apps.marking.quotes import words_of
from apps.marking.verdict import CategoryRule, passes

MAX_COMMENT_CHARACTERS = 2000
# A comment that repeats this many words in a row of the marking instructions reveals them.
QUOTED_WORDS = 6
# Every entry is verified against the whole transcript. More entries than this for one criterion are ignored, and the
# mark goes to review.
MAX_ENTRIES = 8

MISSING = "missing"
SCORE_OUT_OF_RANGE = "score_out_of_range"
DUPLICATE = "duplicate"
NO_VERIFIED_EVIDENCE = "no_verified_evidence"
SAMPLES_DISAGREE = "samples_disagree"
CANARY = "canary"
# The provider refuses a part of the conversation in which the criterion could have been met, and nothing is awarded for
# the rest: there is no score.
UNMARKED = "unmarked"
# The provider refuses such a part, and the score is for the rest.
PARTLY_READ = "partly_read"
# Reasons that concern the thread or the answer as a whole. The first one is of earlier markings,
# for which pleas were withheld from the examiner.
INSTRUCTION_IN_TRANSCRIPT = "instruction_in_transcript"
UNKNOWN_CRITERIA = "unknown_criteria"
# A check of the marks was not made, because the model gave no answer to it or the time was up.
CHECKS_UNFINISHED = "checks_unfinished"
# Half of what was awarded or more rests on one quote.
ONE_QUOTE_FOR_MANY = "one_quote_for_many"
# The marks are higher than those without the messages that may speak to the examiner.
MARKS_RAISED_BY_PLEA = "marks_raised_by_plea"
WHOLE_REASONS = frozenset(
    {INSTRUCTION_IN_TRANSCRIPT, UNKNOWN_CRITERIA, CHECKS_UNFINISHED, ONE_QUOTE_FOR_MANY, MARKS_RAISED_BY_PLEA}
)
# Those that put the whole up for review until an instructor has looked at it.
DOUBTS = WHOLE_REASONS - {UNKNOWN_CRITERIA}
DOUBT_REASONS = tuple(sorted(DOUBTS))


# Sequences of QUOTED_WORDS words that no comment may contain.
HiddenSequences = frozenset[tuple[str, ...]]


class InvalidAnswerError(ValueError):
    """The answer does not mark this rubric. `problem` says why; the message also has the answer's beginning."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"{problem}: {text[:80]!r}")
        self.problem = problem


@dataclass(frozen=True)
class CriterionResult:
    """The checked result for one criterion. `reasons` say why it needs a review, in the order in which they were found.

    `evidence` and `refused` are what has become of the quotes (see Evidence); `model_score` is what the model claims
    with them. With UNMARKED the score is none: nothing is stored, shown or added up.
    """

    score: int = 0
    model_score: int | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    comment: str = ""
    rewrite_if_missing: str = ""
    reasons: tuple[str, ...] = ()
    sample_scores: tuple[int, ...] = ()
    # The judge's score, of a second look at the quotes alone.
    second_score: int | None = None
    refused: list[dict[str, Any]] = field(default_factory=list)
    scale: Scale = PLAIN_SCALE

    @classmethod
    def unmet(cls, scale: Scale, *reasons: str) -> "CriterionResult":
        """The lowest score, without evidence or comment."""
        return cls(scale.lowest, reasons=reasons, scale=scale)

    @property
    def reason(self) -> str:
        """The first reason for a review; empty if it needs none."""
        return self.reasons[0] if self.reasons else ""

    def doubted(self, *reasons: str) -> "CriterionResult":
        """The same with further reasons for a review."""
        return replace(self, reasons=tuple(dict.fromkeys((*self.reasons, *reasons))))

    @property
    def is_awarded(self) -> bool:
        """Whether more than the lowest score is given."""
        return self.score > self.scale.lowest


@dataclass(frozen=True)
class ParsedAnswer:
    """A checked answer. `unknown` counts entries for criteria that the rubric does not have."""

    marks: dict[str, CriterionResult]
    canary_awarded: bool
    unknown: int
    withheld: bool = False
    feedback: Feedback = field(default_factory=dict)


# --- parsing an answer


def parse_answer(
    text: str, *, criteria: Scales, canaries: Scales, transcript: Transcript, hidden: Iterable[str] = ()
) -> ParsedAnswer:
    """Check an answer criterion by criterion.

    Raises InvalidAnswerError if it is not JSON, or marks no criterion of this rubric.

    A missing criterion gets its lowest score and goes to review; a repeated one gets the lowest that is stated. A
    comment that quotes one of the `hidden` texts is dropped.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    unknown = 0
    scales = {**criteria, **canaries}
    known = {name[1:]: name for name in scales} | {name: name for name in scales}
    answer = parse_object(text)
    for item in answer["criteria"]:
        name = criterion_id(item, known)
        if name is None:
            unknown += 1
        else:
            found.setdefault(name, []).append(item)
    if criteria and not any(name in found for name in criteria):
        raise InvalidAnswerError("it marks no criterion of the rubric", text)
    hidden_sequences = frozenset(sequence for secret in hidden for sequence in _word_sequences(secret))
    marks = {
        name: _check_entries(found.get(name, []), scale, transcript, hidden_sequences)
        for name, scale in criteria.items()
    }
    awarded = any(
        parse_score(item.get("score"), scale)[0] > scale.lowest
        for name, scale in canaries.items()
        for item in found.get(name, [])
    )
    feedback = check_feedback(
        answer.get("feedback"), transcript, partial(_comment_text, hidden_sequences=hidden_sequences)
    )
    return ParsedAnswer(marks, awarded, unknown, feedback=feedback)


def parse_object(text: str) -> dict[str, Any]:
    """The answer's object, which has a list of criteria."""
    answer, any_object = find_answer(text)
    if answer is None:
        raise InvalidAnswerError("it has no list of criteria" if any_object else "it is not JSON", text)
    return answer


def criterion_id(item: Any, known: Mapping[str, str]) -> str | None:
    """The criterion's id in the rubric: 12, "12" and " C12 " are c12. `known` maps accepted spellings to ids."""
    stated = item.get("criterion_id") if isinstance(item, dict) else None
    if isinstance(stated, bool) or not isinstance(stated, int | str):
        return None
    if isinstance(stated, int) and stated.bit_length() > 64:
        return None
    return known.get(str(stated).strip().casefold())


def _check_entries(
    items: Sequence[dict[str, Any]], scale: Scale, transcript: Transcript, hidden_sequences: HiddenSequences
) -> CriterionResult:
    """Combine an answer's entries for one criterion."""
    if not items:
        return CriterionResult.unmet(scale, MISSING)
    results = (_check_entry(item, scale, transcript, hidden_sequences) for item in items[:MAX_ENTRIES])
    by_score = sorted(results, key=lambda mark: mark.score)
    if by_score[0].score != by_score[-1].score or len(items) > MAX_ENTRIES:
        return by_score[0].doubted(DUPLICATE)
    return by_score[0]


def _check_entry(
    item: dict[str, Any], scale: Scale, transcript: Transcript, hidden_sequences: HiddenSequences
) -> CriterionResult:
    score, stated, off_scale = parse_score(item.get("score"), scale)
    reasons = (off_scale,) if off_scale else ()
    evidence = transcript.verify(item.get("evidence"))
    if score > scale.lowest and not evidence.quotes:
        score, reasons = scale.lowest, (NO_VERIFIED_EVIDENCE, *reasons)
    comment, rewrite = (_comment_text(item.get(name), hidden_sequences) for name in ("comment", "rewrite_if_missing"))
    return CriterionResult(
        score,
        stated,
        evidence.quotes,
        comment,
        "" if score == scale.highest else rewrite,
        reasons,
        refused=evidence.refused,
        scale=scale,
    )


def parse_score(value: Any, scale: Scale) -> tuple[int, int | None, str]:
    """The score that counts, the score as stated, rounded down, and the reason for a review.

    A number may be given as text. Scores outside the scale are clamped, fractions are rounded down, and anything else
    is the lowest score; all three go to review.
    """
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,9}(\.[0-9]{1,9})?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # NaN
        return scale.lowest, None, SCORE_OUT_OF_RANGE
    stated = math.floor(max(-1_000_000, min(1_000_000, value)))
    score = scale.nearest(stated)
    return score, stated, "" if score == value else SCORE_OUT_OF_RANGE


def _comment_text(value: Any, hidden_sequences: HiddenSequences) -> str:
    if not isinstance(value, str) or any(sequence in hidden_sequences for sequence in _word_sequences(value)):
        return ""
    return strip_unstorable(value).strip()[:MAX_COMMENT_CHARACTERS]


def _word_sequences(text: str) -> Iterator[tuple[str, ...]]:
    """All sequences of QUOTED_WORDS words in the text."""
    spoken = words_of(text).words
    return (spoken[start : start + QUOTED_WORDS] for start in range(len(spoken) - QUOTED_WORDS + 1))


# --- from answers to marks


def combine(answers: Sequence[ParsedAnswer], rules: Sequence[CategoryRule]) -> dict[str, CriterionResult]:
    """Merge several answers: each criterion gets its most frequent score, or the lower median on a tie.

    If the answers disagree on whether a category passes, the criteria on which they differ go to review.
    """
    marks = {name: _merge_samples([answer.marks[name] for answer in answers]) for name in answers[0].marks}
    for rule in rules:
        samples = [marks[name].sample_scores for name in rule.criteria if marks[name].sample_scores]
        if passes(sum(map(min, samples)), rule) == passes(sum(map(max, samples)), rule):
            continue
        for name in rule.criteria:
            if len(set(marks[name].sample_scores)) > 1:
                marks[name] = marks[name].doubted(SAMPLES_DISAGREE)
    return marks


def _merge_samples(answered: list[CriterionResult]) -> CriterionResult:
    samples = [sample for sample in answered if sample.reason != UNMARKED]
    if not samples:
        return answered[0]
    scores = [sample.score for sample in samples]
    (best, votes), *others = Counter(scores).most_common()
    score = median_low(scores) if any(count == votes for _, count in others) else best
    # A doubt about the chosen score, in any answer that gave it, remains.
    chosen = max((sample for sample in samples if sample.score == score), key=lambda sample: bool(sample.reason))
    return replace(chosen, sample_scores=tuple(scores))


def discard_untrusted(answers: Sequence[ParsedAnswer]) -> dict[str, CriterionResult]:
    """Results for answers that awarded the canary: all scores are the lowest, and no text is kept."""
    return {
        name: replace(
            CriterionResult.unmet(mark.scale, CANARY),
            model_score=mark.model_score,
            sample_scores=(mark.scale.lowest,),
        )
        for name, mark in answers[-1].marks.items()
    }
