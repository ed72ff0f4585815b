"""A check: a judge sees single criteria with their quotes alone."""

from dataclasses import replace

import structlog
from django.conf import settings

from apps.llm.requests import ModelRequest
from apps.marking import doubts, second_look
from apps.marking.scoring import MARKS_RAISED_BY_PLEA, ONE_QUOTE_FOR_MANY, InvalidAnswerError
from apps.marking.second_look import Case
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.stages.base import Marking

log = structlog.get_logger(__name__)

STAGE = "second_look"
# Doubts about the whole for which all that is awarded is looked at.
_OF_ALL = {ONE_QUOTE_FOR_MANY, MARKS_RAISED_BY_PLEA}


def look_again(marking: Marking, calls: ExaminerCalls) -> Marking:
    """Keep the judge's scores beside the first ones, and put up for review where both are far apart.

    Raises InvalidAnswerError for a second answer that is invalid, or as ExaminerCalls.ask does.
    """
    cases = second_look.cases_of(marking.evaluator.criteria, marking.marks, marking.transcript.turns, _wanted(marking))
    if not cases:
        return marking
    judged = _judged(cases, calls)
    doubtful = second_look.in_doubt(marking.evaluator.category_rules, marking.marks, judged)
    looked_at = {name: replace(marking.marks[name], second_score=score) for name, score in judged.items()}
    return marking.with_marks(
        {
            name: mark.doubted(second_look.SECOND_LOOK_DIFFERS) if name in doubtful else mark
            for name, mark in looked_at.items()
        }
    )


def _wanted(marking: Marking) -> set[str]:
    """The criteria to look at again, by the setting."""
    if settings.EVALUATION_SECOND_LOOK == "off":
        return set()
    if settings.EVALUATION_SECOND_LOOK == "all" or not _OF_ALL.isdisjoint(marking.whole_reasons):
        return set(marking.marks)
    doubtful = {name for name, mark in marking.marks.items() if not doubts.REASONS.isdisjoint(mark.reasons)}
    return doubtful | second_look.deciding(marking.evaluator.category_rules, marking.marks)


def _judged(cases: list[Case], calls: ExaminerCalls) -> dict[str, int]:
    scales = {case.criterion.id: case.criterion.scale for case in cases}
    try:
        return second_look.parse_scores(calls.ask(_request(cases, calls), stage=STAGE), scales)
    except InvalidAnswerError:
        log.warning("marking_asked_again", stage=STAGE)
        return second_look.parse_scores(calls.ask(_request(cases, calls), stage=STAGE), scales)


def _request(cases: list[Case], calls: ExaminerCalls) -> ModelRequest:
    return ModelRequest(
        instructions=second_look.JUDGE_RULES,
        messages=[{"role": "user", "content": second_look.request_content(cases)}],
        schema=second_look.answer_schema(cases),
        schema_name="second_look",
        timeout_s=calls.time_left_s,
        purpose="examiner",
    )
