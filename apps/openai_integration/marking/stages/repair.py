"""The second stage: what is missing or unverified is asked for once more, and what is spoilt beyond that fails."""

import json
from dataclasses import replace

import structlog

from apps.marking.scoring import MISSING, NO_VERIFIED_EVIDENCE, CriterionResult, InvalidAnswerError
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.reading import TranscriptReader
from apps.openai_integration.marking.stages.base import Marking, SpoiltMarkingError

log = structlog.get_logger(__name__)

STAGE = "repair"
_NOTE = """\
## Asked once more
You have marked this consultation before, and the marks of these criteria could not be accepted. Mark them again, as \
the rules say: every quote is copied letter by letter from one turn of the student. Where no turn shows what a \
criterion asks for, its score is min_score and its evidence an empty list. What was wrong, as data (JSON):
"""
_PROBLEMS = {MISSING: "It had no mark.", NO_VERIFIED_EVIDENCE: "No quote of it was found in a turn of the student."}


def repair(marking: Marking, calls: ExaminerCalls) -> Marking:
    """Ask once more for the criteria that are missing or have no verified quote, and for those alone.

    What stays unverified keeps its lowest score, its reason for review and all that was claimed for it. Raises as
    ExaminerCalls.ask does.
    """
    spoilt = {name: mark for name, mark in marking.marks.items() if mark.reason in _PROBLEMS}
    if not spoilt:
        return marking
    evaluator = marking.evaluator.narrowed(spoilt)
    reader = TranscriptReader(evaluator, marking.transcript, calls, stage=STAGE, note=_note(spoilt))
    try:
        answer = reader.read()
    except InvalidAnswerError:
        log.warning("repair_invalid")
        return marking
    if answer.canary_awarded:
        log.warning("marking_awarded_canary")
        return marking
    return marking.with_marks({name: _repaired(mark, answer.marks[name]) for name, mark in spoilt.items()})


def refuse_spoilt(marking: Marking, calls: ExaminerCalls) -> Marking:
    """The marking; raises SpoiltMarkingError if half of it is missing, or nothing that was awarded is verified."""
    marks = marking.marks.values()
    if 2 * sum(mark.reason == MISSING for mark in marks) >= len(marks):
        raise SpoiltMarkingError("criteria_missing", "The model left out half of the criteria or more.")
    if any(mark.reason == NO_VERIFIED_EVIDENCE for mark in marks) and not any(mark.evidence for mark in marks):
        raise SpoiltMarkingError("nothing_verified", "No quote that the model gave was said by the student.")
    return marking


def _note(spoilt: dict[str, CriterionResult]) -> str:
    problems = [
        {
            "criterion_id": name,
            "problem": _PROBLEMS[mark.reason],
            "refused_quotes": [{"quote": one["quote"], "reason": one["reason"]} for one in mark.refused],
        }
        for name, mark in spoilt.items()
    ]
    return _NOTE + json.dumps(problems, ensure_ascii=False)


def _repaired(before: CriterionResult, after: CriterionResult) -> CriterionResult:
    """The second mark, or the first one where the score that it claims stays without a quote; with all refused ones."""
    refused = [*before.refused, *(one for one in after.refused if one not in before.refused)]
    unproved = before.reason == NO_VERIFIED_EVIDENCE and (after.reason in _PROBLEMS or not after.is_awarded)
    return replace(before if unproved else replace(after, sample_scores=(after.score,)), refused=refused)
