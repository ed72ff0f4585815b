"""The first stage: every criterion gets a mark, from one answer or from several samples."""

from dataclasses import replace

import structlog
from django.conf import settings

from apps.marking import scoring
from apps.marking.feedback import first_of_each
from apps.marking.scoring import ParsedAnswer
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.reading import TranscriptReader
from apps.openai_integration.marking.stages.base import Marking

log = structlog.get_logger(__name__)

STAGE = "marks"


def first_marks(marking: Marking, calls: ExaminerCalls) -> Marking:
    """Mark every criterion. An answer that awards a canary is requested again, with other ones; after a second one
    nothing counts.

    Raises as TranscriptReader.read does.
    """
    answers: list[ParsedAnswer] = []
    untrusted: list[ParsedAnswer] = []
    while len(answers) < settings.EVALUATION_SAMPLES:
        examiner = marking.examiner_drawn(len(untrusted))
        answer = TranscriptReader(examiner, marking.transcript, calls, stage=STAGE).read()
        if not answer.canary_awarded:
            answers.append(answer)
            continue
        log.warning("marking_awarded_canary")
        untrusted.append(answer)
        if len(untrusted) == 2:
            return _noting_unknown(marking.with_marks(scoring.discard_untrusted(untrusted)), untrusted)
    marking = replace(marking, feedback=first_of_each(answer.feedback for answer in answers))
    return _noting_unknown(marking.with_marks(marking.evaluator.combine(answers)), answers)


def _noting_unknown(marking: Marking, answers: list[ParsedAnswer]) -> Marking:
    return marking.doubted(scoring.UNKNOWN_CRITERIA) if any(answer.unknown for answer in answers) else marking
