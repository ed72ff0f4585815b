"""Asks for marks of a transcript: again if the answer is invalid, and in parts if the server does not take it whole."""

import structlog

from apps.llm.responses import ModelError
from apps.marking import windows
from apps.marking.evidence import Transcript
from apps.marking.scoring import InvalidAnswerError, ParsedAnswer
from apps.marking.windows import Window
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.evaluators import RubricEvaluator

log = structlog.get_logger(__name__)

# Refusals of a conversation that may be taken in smaller parts.
_TAKEN_IN_PARTS = frozenset({"context_exceeded", "content_filtered"})
_MAX_REFUSALS = 24


class TranscriptReader:
    """Has one transcript marked by one rubric, for one stage.

    `note` is added behind the transcript. What the provider refuses is marked in halves.
    """

    def __init__(
        self, evaluator: RubricEvaluator, transcript: Transcript, calls: ExaminerCalls, *, stage: str, note: str = ""
    ) -> None:
        self._evaluator = evaluator
        self._transcript = transcript
        self._calls = calls
        self._stage = stage
        self._note = note
        self._read_any = False
        self._refusals = 0

    def read(self) -> ParsedAnswer:
        """The checked answer for the whole transcript. Raises InvalidAnswerError, or as ExaminerCalls.ask does."""
        self._read_any, self._refusals = False, 0
        answer = self._answer_for(Window.whole(self._transcript))
        if answer.withheld and not self._read_any:
            raise ModelError("content_filtered", "The provider's content filter refused every part.")
        return windows.with_unmarked(answer)

    def _answer_for(self, window: Window) -> ParsedAnswer:
        """The checked answer for a window; what the server does not take as a whole is asked for in two halves."""
        if window.silent:
            return self._nothing_read(withheld=False)
        try:
            return self._checked_answer(window)
        except ModelError as error:
            if error.code not in _TAKEN_IN_PARTS:
                raise
            log.warning("marking_in_parts", stage=self._stage, code=error.code)
            self._refusals += error.code == "content_filtered"
            # A filter that refuses nearly everything is not asked about each message.
            halves = list(window.halves()) if self._refusals < _MAX_REFUSALS else []
            if not halves and error.code == "content_filtered":
                return self._nothing_read(withheld=True)
            if not halves:
                raise
        return windows.join_answers([self._answer_for(half) for half in halves])

    def _nothing_read(self, *, withheld: bool) -> ParsedAnswer:
        return windows.nothing_read(self._evaluator.scales, withheld=withheld)

    def _checked_answer(self, window: Window) -> ParsedAnswer:
        """Request an answer and check it; an invalid answer is requested once more."""
        try:
            return self._evaluator.parse_answer(self._request_answer(window), self._transcript)
        except InvalidAnswerError:
            log.warning("marking_asked_again", stage=self._stage)
            return self._evaluator.parse_answer(self._request_answer(window), self._transcript)

    def _request_answer(self, window: Window) -> str:
        request = self._evaluator.request(window.turns, timeout_s=self._calls.time_left_s, note=self._note)
        part = f"{window.start}-{window.end}"
        text = self._calls.ask(request, stage=self._stage, window=part, last_resort=not window.divisible)
        self._read_any = True
        return text
