"""One worker's attempt at an evaluation: claiming it, calling the model, and recording the outcome."""

import uuid
from datetime import timedelta
from typing import Any, Self

import structlog
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from structlog.contextvars import bound_contextvars

from apps.llm.responses import ModelError
from apps.llm.retry import retry_delay
from apps.marking import scoring
from apps.marking.evidence import Transcript
from apps.marking.scoring import CriterionResult, InvalidAnswerError
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.marking.calls import CallsPausedError, ExaminerCalls, LeaseLostError
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.marking.stages import CHECKS, Marking, SpoiltMarkingError, Stage, first_marks
from apps.openai_integration.models import Evaluation, Mark

log = structlog.get_logger(__name__)


class RetryLaterError(Exception):
    """A call has failed that may succeed after `delay_s`."""

    def __init__(self, delay_s: float) -> None:
        super().__init__()
        self.delay_s = delay_s


class EvaluationAttempt:
    """An evaluation that this worker has claimed. Every write is conditional on the lease.

    What is done, `stages` says. Each answer is kept when it comes, so that an attempt after this one repeats no call
    that was answered.
    """

    def __init__(self, evaluation: Evaluation, token: uuid.UUID) -> None:
        self.evaluation = evaluation
        self.token = token
        self.evaluator = EVALUATORS[evaluation.kind](evaluation.rubric)
        self.transcript = Transcript(evaluation.transcript)
        self.calls = ExaminerCalls(evaluation, token)

    @classmethod
    def claim(cls, evaluation_id: str) -> Self | None:
        """Claim the evaluation; None if it is not available."""
        evaluation = Evaluation.objects.filter(pk=evaluation_id).first()
        token = evaluation.claim() if evaluation else None
        return cls(evaluation, token) if evaluation and token else None

    def carry_out(self) -> float | None:
        """Mark the thread and record the outcome. Returns the seconds after which to retry, or None."""
        marking = Marking(self.evaluator, self.transcript, key=self._id)
        if not self.evaluator.criteria or self.transcript.silent:
            # All scores are the lowest without asking the model.
            unmet = {name: CriterionResult.unmet(scale) for name, scale in self.evaluator.scales.items()}
            self._complete(marking.with_marks(unmet))
            return None
        try:
            with bound_contextvars(evaluation_id=self._id):
                self._complete(self._marked(marking))
        except DatabaseError:
            raise
        except RetryLaterError as later:
            return self._put_back(later.delay_s)
        except (ModelError, SpoiltMarkingError) as error:
            self._fail(error.code, error.detail)
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

    def _marked(self, marking: Marking) -> Marking:
        """The marking after all stages."""
        try:
            marking = first_marks(marking, self.calls)
        except ModelError as error:
            self._raise_if_it_may_be_mended(error, time_left_s=self.evaluation.time_left_s)
            raise
        self.calls.begin_checks()
        for check in CHECKS:
            marking = self._checked(check, marking)
        return marking

    def _checked(self, check: Stage, marking: Marking) -> Marking:
        """The marking after a check; if that cannot be made, the whole is for review."""
        try:
            return check(marking, self.calls)
        except InvalidAnswerError:
            code = "invalid_answer"
        except ModelError as error:
            self._raise_if_it_may_be_mended(error, time_left_s=self.evaluation.time_for_checks_s)
            code = error.code
        log.warning("check_unfinished", check=check.__name__, code=code)
        return marking.doubted(scoring.CHECKS_UNFINISHED)

    def _raise_if_it_may_be_mended(self, error: ModelError, *, time_left_s: float) -> None:
        """LeaseLostError for a call that was given up, RetryLaterError if a call after this one may succeed in time."""
        if error.code == "given_up":
            raise LeaseLostError from error
        failed_calls = usage.failed_calls(self.evaluation)
        delay_s = retry_delay(failed_calls, error, waited_s=self.evaluation.worked_on_s)
        if delay_s is not None and delay_s < time_left_s:
            log.warning("model_call_failed", code=error.code, retry_in_s=round(delay_s, 1))
            raise RetryLaterError(delay_s) from error

    def _complete(self, marking: Marking) -> None:
        marks, whole_reasons = marking.marks, list(marking.whole_reasons)
        doubted = not scoring.DOUBTS.isdisjoint(whole_reasons)
        unmarked = [mark for mark in marks.values() if mark.reason == scoring.UNMARKED]
        standing = {name: (0 if mark in unmarked else mark.score, bool(mark.reason)) for name, mark in marks.items()}
        verdict = self.evaluator.verdict(standing, whole_in_review=doubted)
        reasons = sorted({reason for mark in marks.values() for reason in mark.reasons})
        results = {
            "feedback": marking.feedback,
            "model": self.calls.model[:100],
            "total_score": verdict.total,
            "unmarked": len(unmarked),
            "unmarked_max": sum(mark.scale.highest for mark in unmarked),
            "passed": verdict.passed,
            "needs_review": bool(reasons) or doubted,
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
                second_score=mark.second_score,
                evidence=mark.evidence,
                refused=mark.refused,
                comment=mark.comment,
                rewrite_if_missing=mark.rewrite_if_missing,
                needs_review=bool(mark.reason),
                review_reason=mark.reason,
                further_reasons=list(mark.reasons[1:]),
            )
            for position, (name, mark) in enumerate(marks.items())
        ]

    def _put_back(self, delay_s: float) -> float | None:
        """Leave the evaluation to a later attempt; the delay, or None if the lease is lost."""
        at = Now() + timedelta(seconds=delay_s)
        return delay_s if self.evaluation.put_back(self.token, at=at, sent_at=at) else None

    def _fail(self, code: str, detail: str) -> None:
        failed = self.evaluation.finish(
            self.token, status=Evaluation.Status.FAILED, now=Now(), error_code=code, error_detail=detail[:300]
        )
        log.warning("evaluation_ended", evaluation_id=self._id, status="failed" if failed else "lease_lost", code=code)
