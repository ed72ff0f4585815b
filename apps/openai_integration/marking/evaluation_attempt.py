"""One worker's attempt at an evaluation: claiming it, calling the model, and recording the outcome."""

import time
import uuid
from datetime import timedelta
from typing import Any, Self

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from apps.llm import client
from apps.llm.responses import Answer, ModelError
from apps.llm.retry import MAX_ATTEMPTS, retry_delay
from apps.llm.shaping import estimated_tokens
from apps.marking import scoring, windows
from apps.marking.evidence import Transcript
from apps.marking.scoring import CriterionResult, InvalidAnswerError, ParsedAnswer
from apps.marking.windows import Window
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.models import Evaluation, Mark, ModelPause

log = structlog.get_logger(__name__)

# Refusals of a conversation that may be taken in smaller parts.
_TAKEN_IN_PARTS = frozenset({"context_exceeded", "content_filtered"})
_MAX_REFUSALS = 24


class LeaseLostError(Exception):
    """Another worker has the evaluation, or it has ended; nothing more is written."""


class CallsPausedError(Exception):
    """Another call was needed, but calls to the model are paused."""


class EvaluationAttempt:
    """An evaluation that this worker has claimed. Every write is conditional on the lease.

    Answers are held in memory until all samples are there; if the worker dies, those calls are made again.
    """

    def __init__(self, evaluation: Evaluation, token: uuid.UUID) -> None:
        self.evaluation = evaluation
        self.token = token
        self.evaluator = EVALUATORS[evaluation.kind](evaluation.rubric)
        self.transcript = Transcript(evaluation.transcript)
        self.samples = settings.EVALUATION_SAMPLES
        self.model = ""
        self._read_any = False
        self._refusals = 0

    @classmethod
    def claim(cls, evaluation_id: str) -> Self | None:
        """Claim the evaluation; None if it is not available."""
        evaluation = Evaluation.objects.filter(pk=evaluation_id).first()
        token = evaluation.claim(now=Now()) if evaluation else None
        return cls(evaluation, token) if evaluation and token else None

    def carry_out(self) -> float | None:
        """Mark the thread and record the outcome. Returns the seconds after which to retry, or None."""
        if not self.evaluator.criteria or self.transcript.silent:
            # All scores are 0 without asking the model.
            self._complete({criterion.id: CriterionResult() for criterion in self.evaluator.criteria}, [])
            return None
        # A task that kills its worker is delivered again. Calls are counted before they are made, which bounds them.
        if self.evaluation.attempts and usage.failed_calls(self.evaluation) >= MAX_ATTEMPTS:
            self._fail("attempts_exhausted", "The maximum number of attempts was reached.")
            return None
        try:
            self._mark()
        except DatabaseError:
            raise
        except ModelError as error:
            return self._retry_or_fail(error)
        except InvalidAnswerError as error:
            log.warning("marking_invalid", evaluation_id=self._id)
            self._fail("invalid_answer", f"The model's answer is invalid: {error.problem}.")
        except CallsPausedError:
            self.evaluation.put_back(self.token, at=Now())
        except LeaseLostError:
            log.warning("evaluation_ended", evaluation_id=self._id, status="lease_lost")
        except Exception:
            # Nobody should wait for the lease to run out.
            usage.record_lost(self.evaluation)
            self._fail("internal_error", "The evaluation could not be made.")
            raise
        return None

    @property
    def _id(self) -> str:
        return str(self.evaluation.pk)

    def _mark(self) -> None:
        answers: list[ParsedAnswer] = []
        untrusted: list[ParsedAnswer] = []
        while len(answers) < self.samples:
            answer = self._parsed_answer()
            if not answer.canary_awarded:
                answers.append(answer)
                continue
            log.warning("marking_awarded_canary", evaluation_id=self._id)
            untrusted.append(answer)
            if len(untrusted) == 2:
                self._complete(scoring.discard_untrusted(untrusted), untrusted)
                return
        self._complete(self.evaluator.combine(answers), answers)

    def _parsed_answer(self) -> ParsedAnswer:
        """Request an answer for the whole transcript and check it."""
        self._read_any, self._refusals = False, 0
        answer = self._answer_for(Window.whole(self.transcript))
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
            log.warning("marking_in_parts", evaluation_id=self._id, code=error.code)
            self._refusals += error.code == "content_filtered"
            # A filter that refuses nearly everything is not asked about each message.
            halves = list(window.halves()) if self._refusals < _MAX_REFUSALS else []
            if not halves and error.code == "content_filtered":
                return self._nothing_read(withheld=True)
            if not halves:
                raise
        return windows.join_answers([self._answer_for(half) for half in halves])

    def _nothing_read(self, *, withheld: bool) -> ParsedAnswer:
        return windows.nothing_read([one.id for one in self.evaluator.criteria], withheld=withheld)

    def _checked_answer(self, window: Window) -> ParsedAnswer:
        """Request an answer and check it; an invalid answer is requested once more."""
        try:
            return self.evaluator.parse_answer(self._request_answer(window).text, self.transcript)
        except InvalidAnswerError:
            log.warning("marking_asked_again", evaluation_id=self._id)
            return self.evaluator.parse_answer(self._request_answer(window).text, self.transcript)

    def _request_answer(self, window: Window) -> Answer:
        request = self.evaluator.request(window.turns, timeout_s=max(1.0, self.evaluation.time_left_s))
        room = client.context_tokens("examiner")
        if room and room < estimated_tokens(request.instructions, request.messages[0]["content"]):
            raise ModelError("context_exceeded", "The conversation is longer than the model's context.")
        with transaction.atomic():
            if not usage.record_start(self.evaluation, self.token):
                raise CallsPausedError if ModelPause.objects.current() else LeaseLostError
        begun = time.monotonic()
        with keep_lease(self.evaluation, self.token) as lease:
            try:
                answer = client.complete(request, given_up=lease.is_lost)
            except ModelError as error:
                took_ms = round((time.monotonic() - begun) * 1000)
                usage.record_end(self.evaluation, CallOutcome(error, took_ms))
                raise
            write_with_retry(lambda: usage.record_end(self.evaluation, CallOutcome(answer)))
        self.model = answer.model
        self._read_any = True
        return answer

    def _complete(self, marks: dict[str, CriterionResult], answers: list[ParsedAnswer]) -> None:
        whole_reasons = [scoring.INSTRUCTION_IN_TRANSCRIPT] if self.transcript.tampered else []
        if any(answer.unknown for answer in answers):
            whole_reasons.append(scoring.UNKNOWN_CRITERIA)
        standing = {name: (mark.score, bool(mark.reason)) for name, mark in marks.items()}
        verdict = self.evaluator.verdict(standing, whole_in_review=self.transcript.tampered)
        reasons = sorted({mark.reason for mark in marks.values()} - {""})
        results = {
            "model": self.model[:100],
            "total_score": verdict.total,
            "unmarked": sum(mark.reason == scoring.UNMARKED for mark in marks.values()),
            "passed": verdict.passed,
            "needs_review": bool(reasons) or self.transcript.tampered,
            "review_reasons": [*reasons, *whole_reasons],
        }
        finished = write_with_retry(lambda: self._store(results, self._build_marks(marks)))
        log.info("evaluation_ended", evaluation_id=self._id, status="completed" if finished else "lease_lost")

    def _store(self, results: dict[str, Any], marks: list[Mark]) -> bool:
        with transaction.atomic():
            finished = self.evaluation.finish(self.token, status=Evaluation.Status.COMPLETED, now=Now(), **results)
            if finished:
                Mark.objects.bulk_create(marks)
        return finished

    def _build_marks(self, marks: dict[str, CriterionResult]) -> list[Mark]:
        return [
            Mark(
                evaluation=self.evaluation,
                criterion_id=name,
                position=position,
                score=None if mark.reason == scoring.UNMARKED else mark.score,
                model_score=mark.model_score,
                sample_scores=list(mark.sample_scores),
                evidence=mark.evidence,
                comment=mark.comment,
                rewrite_if_missing=mark.rewrite_if_missing,
                needs_review=bool(mark.reason),
                review_reason=mark.reason,
            )
            for position, (name, mark) in enumerate(marks.items())
        ]

    def _retry_or_fail(self, error: ModelError) -> float | None:
        if error.code == "given_up":
            log.warning("evaluation_ended", evaluation_id=self._id, status="lease_lost")
            return None
        failed_calls = usage.failed_calls(self.evaluation)
        delay = retry_delay(failed_calls, error, waited_s=self.evaluation.worked_on_s)
        if delay is None or delay >= self.evaluation.time_left_s:
            self._fail(error.code, error.detail)
            return None
        log.warning("model_call_failed", evaluation_id=self._id, code=error.code, retry_in_s=round(delay, 1))
        at = Now() + timedelta(seconds=delay)
        return delay if self.evaluation.put_back(self.token, at=at, sent_at=at) else None

    def _fail(self, code: str, detail: str) -> None:
        failed = self.evaluation.finish(
            self.token, status=Evaluation.Status.FAILED, now=Now(), error_code=code, error_detail=detail[:300]
        )
        log.warning("evaluation_ended", evaluation_id=self._id, status="failed" if failed else "lease_lost", code=code)
