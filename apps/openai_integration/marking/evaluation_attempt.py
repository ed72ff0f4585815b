"""One worker's attempt at an evaluation: claiming it, calling the model, and recording the outcome."""

import math
import time
import uuid
from datetime import timedelta
from typing import Any, Self

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from apps.llm import client
from apps.llm.responses import Answer, ModelError
from apps.llm.retry import MAX_ATTEMPTS, retry_delay
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.marking import scoring
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.marking.evidence import Transcript
from apps.openai_integration.marking.scoring import CriterionResult, InvalidAnswerError, ParsedAnswer
from apps.openai_integration.models import Evaluation, Mark, ModelPause

log = structlog.get_logger(__name__)


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
        # A task that kills its worker is delivered again. Attempts are counted before the call, which bounds them.
        if self._tries() >= MAX_ATTEMPTS:
            self._fail("attempts_exhausted", "The maximum number of attempts was reached.")
            return None
        try:
            self._mark()
        except ModelError as error:
            return self._retry_or_fail(error)
        except InvalidAnswerError as error:
            log.warning("marking_invalid", evaluation_id=self._id)
            self._fail("invalid_answer", f"The model's answer is invalid: {error.problem}.")
        except CallsPausedError:
            self.evaluation.put_back(self.token, at=Now())
        except LeaseLostError:
            log.warning("evaluation_ended", evaluation_id=self._id, status="lease_lost")
        return None

    @property
    def _id(self) -> str:
        return str(self.evaluation.pk)

    def _tries(self) -> int:
        """The number of attempts at the full set of samples, including the current one."""
        return math.ceil(self.evaluation.attempts / self.samples)

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
        """Request an answer and check it; an invalid answer is requested once more."""
        try:
            return self.evaluator.parse_answer(self._request_answer().text, self.transcript)
        except InvalidAnswerError:
            log.warning("marking_asked_again", evaluation_id=self._id)
            return self.evaluator.parse_answer(self._request_answer().text, self.transcript)

    def _request_answer(self) -> Answer:
        with transaction.atomic():
            if not usage.record_start(self.evaluation, self.token):
                raise CallsPausedError if ModelPause.objects.current() else LeaseLostError
        timeout_s = max(1.0, min(settings.OPENAI_TIMEOUT_S, self.evaluation.time_left_s))
        request = self.evaluator.request(self.transcript, timeout_s=timeout_s)
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
                score=mark.score,
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
        delay = retry_delay(self._tries(), error)
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
