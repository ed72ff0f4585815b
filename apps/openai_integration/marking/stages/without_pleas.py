"""A check: where messages may speak to the examiner, the conversation is marked without them too."""

import structlog
from django.conf import settings

from apps.marking.comparing import raised_by
from apps.marking.scoring import CHECKS_UNFINISHED, MARKS_RAISED_BY_PLEA, CriterionResult
from apps.marking.suspicion import suspicious_spans
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.reading import TranscriptReader
from apps.openai_integration.marking.stages.base import Marking

log = structlog.get_logger(__name__)

STAGE = "without_pleas"


def mark_without_pleas(marking: Marking, calls: ExaminerCalls) -> Marking:
    """Doubt the whole if its marks are higher than without the messages that may speak to the examiner.

    The marks stay as they are, with everything that was said. Raises as TranscriptReader.read does.
    """
    spans = suspicious_spans(marking.transcript.turns)
    if not spans or not any(mark.evidence for mark in marking.marks.values()):
        return marking
    rest = marking.transcript.without(spans)
    if rest.silent:
        without = {one.id: CriterionResult.unmet(one.scale) for one in marking.evaluator.criteria}
    else:
        answer = TranscriptReader(marking.examiner, rest, calls, stage=STAGE).read()
        if answer.canary_awarded:
            log.warning("marking_awarded_canary", stage=STAGE)
            return marking.doubted(CHECKS_UNFINISHED)
        without = answer.marks
    if raised_by(spans, marking.marks, without) > settings.EVALUATION_REPEAT_DIFFERENCE:
        return marking.doubted(MARKS_RAISED_BY_PLEA)
    return marking
