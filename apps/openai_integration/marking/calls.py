"""The calls to the model that one evaluation takes, each with its answer kept as soon as it has come."""

import time
import uuid
from collections import Counter

import structlog
from django.db import transaction

from apps.llm import client
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError
from apps.llm.retry import MAX_ATTEMPTS
from apps.llm.shaping import estimated_tokens
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.models import Evaluation, ExaminerAnswer
from apps.openai_integration.models.pauses import calls_are_paused
from apps.scenarios.models import content_hash

log = structlog.get_logger(__name__)

# A check that has less time than this is not begun.
SHORTEST_CHECK_S = 2.0


# By how much our estimate of a request's tokens may be too high, so that the server would take the request.
OVERESTIMATE = 1.5


class LeaseLostError(Exception):
    """Another worker has the evaluation, or it has ended; nothing more is written."""


class CallsPausedError(Exception):
    """Another call was needed, but calls to the model are paused."""


class ExaminerCalls:
    """Asks the model for an evaluation that this worker has claimed. `model` is the name that it gave last.

    Requests are numbered in their order for each stage and window. If a worker dies, its successor makes the same
    requests and gets the answers that came before from the database. So a stage must decide by the evaluation, its
    marks so far and answers alone.
    """

    def __init__(self, evaluation: Evaluation, token: uuid.UUID) -> None:
        self.model = ""
        self._evaluation = evaluation
        self._token = token
        self._numbers = Counter[tuple[str, str]]()
        self._checking = False
        self._called = False
        answers = evaluation.answers.all() if evaluation.attempts else []
        self._kept = {(one.stage, one.window, one.number, one.request_hash): one for one in answers}

    def begin_checks(self) -> None:
        """From now on there are marks: calls end early enough to store those if no answer comes."""
        self._checking = True

    @property
    def time_left_s(self) -> float:
        """Seconds that a call may take."""
        if self._checking:
            return self._evaluation.time_for_checks_s
        return max(1.0, self._evaluation.time_left_s)

    def ask(self, request: ModelRequest, *, stage: str, window: str = "", last_resort: bool = False) -> str:
        """The text of the model's answer, from the database if it came to an earlier worker.

        A request that is too long by our estimate is not made. The `last_resort` is made where the estimate, which is
        on the safe side, may be wrong. Raises ModelError, "deadline_near" where there is no time for a check,
        CallsPausedError or LeaseLostError.
        """
        number = self._numbers[stage, window]
        self._numbers[stage, window] += 1
        key = (stage, window, number, _request_hash(request))
        if kept := self._kept.get(key):
            self.model = kept.model
            return kept.text
        self._refuse_hopeless(request, last_resort=last_resort)
        answer = self._call(request, key)
        self.model = answer.model
        return answer.text

    def _call(self, request: ModelRequest, key: tuple[str, str, int, str]) -> Answer:
        with transaction.atomic():
            if not usage.record_start(self._evaluation, self._token):
                raise CallsPausedError if calls_are_paused() else LeaseLostError
        begun = time.monotonic()
        with keep_lease(self._evaluation, self._token) as lease:
            try:
                answer = client.complete(request, given_up=lease.is_lost)
            except ModelError as error:
                took_ms = round((time.monotonic() - begun) * 1000)
                usage.record_end(self._evaluation, CallOutcome(error, took_ms))
                raise
            if not write_with_retry(lambda: self._keep(answer, key)):
                raise LeaseLostError
        return answer

    def _refuse_hopeless(self, request: ModelRequest, *, last_resort: bool) -> None:
        """Raise ModelError for a call that would be made in vain."""
        if self._checking and self.time_left_s < SHORTEST_CHECK_S:
            raise ModelError("deadline_near", "There was no time left for another check.")
        room = client.context_tokens("examiner") * (OVERESTIMATE if last_resort else 1)
        if room and room < estimated_tokens(request.instructions, *(one["content"] for one in request.messages)):
            raise ModelError("context_exceeded", "The conversation is longer than the model's context.")
        # A task that kills its worker is delivered again. Calls are counted before they are made, which bounds them.
        if self._evaluation.attempts and not self._called:
            self._called = True
            if usage.failed_calls(self._evaluation) >= MAX_ATTEMPTS:
                raise ModelError("attempts_exhausted", "The maximum number of attempts was reached.")

    def _keep(self, answer: Answer, key: tuple[str, str, int, str]) -> bool:
        """Record the call's end and its answer; False, without the answer, if the lease is lost."""
        stage, window, number, request_hash = key
        with transaction.atomic():
            usage.record_end(self._evaluation, CallOutcome(answer))
            if not self._evaluation.is_held(self._token):
                return False
            kept = ExaminerAnswer(
                evaluation=self._evaluation,
                stage=stage,
                window=window,
                number=number,
                request_hash=request_hash,
                text=answer.text,
                model=answer.model[:100],
                input_tokens=answer.input_tokens,
                output_tokens=answer.output_tokens,
            )
            # The same write, made again after its response was lost, finds the answer there.
            ExaminerAnswer.objects.bulk_create([kept], ignore_conflicts=True)
        return True


def _request_hash(request: ModelRequest) -> str:
    """A hash of what the model is sent."""
    return content_hash(
        {
            "instructions": request.instructions,
            "messages": request.messages,
            "note": request.note,
            "schema": request.schema,
        }
    )
