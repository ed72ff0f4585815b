"""The stages of a marking, in their order.

A stage is a function of a Marking and the evaluation's ExaminerCalls that returns the changed Marking. The first one
gives every criterion a mark; the others check or complete the marks that are there. To add one:

1. Write `def name(marking: Marking, calls: ExaminerCalls) -> Marking` in a module of this package. Ask the model with
   `calls.ask(request, stage="name", window="...")`, or with a TranscriptReader (`marking/reading.py`), which also reads
   in parts. Every request has `timeout_s=calls.time_left_s`.
2. Change marks with `dataclasses.replace` on their CriterionResult (`reason` puts one up for review), and doubt the
   whole with `marking.doubted(REASON)`, where REASON is one of `scoring.WHOLE_REASONS`.
3. Put it into CHECKS.

Each answer is kept when it comes. If the worker dies, or a call has to wait, the attempt begins again, and `ask` gives
the answers that are there. So a stage decides by its marking and the answers alone: no clock, no unseeded chance. An
error of the model that a later call may mend is raised, and the attempt is put back; with any other, or without time,
the stage is left out and the whole is for review (CHECKS_UNFINISHED). A stage that finds that there are no marks to
keep raises SpoiltMarkingError, which fails the evaluation.
"""

from apps.openai_integration.marking.stages.base import Marking, SpoiltMarkingError, Stage
from apps.openai_integration.marking.stages.evidence_structure import doubt_structure
from apps.openai_integration.marking.stages.first_marks import first_marks
from apps.openai_integration.marking.stages.repair import refuse_spoilt, repair
from apps.openai_integration.marking.stages.second_look import look_again
from apps.openai_integration.marking.stages.without_pleas import mark_without_pleas

CHECKS: tuple[Stage, ...] = (repair, refuse_spoilt, doubt_structure, mark_without_pleas, look_again)

__all__ = ["CHECKS", "Marking", "SpoiltMarkingError", "Stage", "first_marks"]
