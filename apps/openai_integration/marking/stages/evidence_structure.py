"""A check without a call: doubts about evidence by its structure."""

from collections.abc import Iterator, Mapping

from apps.marking import doubts
from apps.marking.criteria import Criterion
from apps.marking.pleas import Span
from apps.marking.scoring import ONE_QUOTE_FOR_MANY, CriterionResult
from apps.marking.second_look import is_awarded
from apps.marking.suspicion import suspicious_spans
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.stages.base import Marking

Spans = Mapping[int, tuple[Span, ...]]


def doubt_structure(marking: Marking, calls: ExaminerCalls) -> Marking:
    """Put up for review what rests on a greeting, on a plea or on the criterion's own words, or all on one quote."""
    spans = suspicious_spans(marking.transcript.turns)
    awarded = {name: mark for name, mark in marking.marks.items() if is_awarded(mark)}
    criteria = {one.id: one for one in marking.evaluator.criteria}
    doubted = {
        name: mark.doubted(*reasons)
        for name, mark in awarded.items()
        if (reasons := list(_doubts_of(mark, criteria[name], spans)))
    }
    marking = marking.with_marks(doubted)
    if doubts.resting_on_one_quote({name: mark.evidence for name, mark in awarded.items()}):
        return marking.doubted(ONE_QUOTE_FOR_MANY)
    return marking


def _doubts_of(mark: CriterionResult, criterion: Criterion, spans: Spans) -> Iterator[str]:
    quotes = [one["quote"] for one in mark.evidence]
    texts = "\n".join((criterion.name, criterion.instructions, *(text for _, text in criterion.levels)))
    if doubts.only_pleas(mark.evidence, spans):
        yield doubts.PLEA_AS_EVIDENCE
    if doubts.only_a_greeting(quotes, texts):
        yield doubts.GREETING_AS_EVIDENCE
    if doubts.only_own_words(quotes, texts):
        yield doubts.OWN_WORDS_AS_EVIDENCE
