"""One worker's attempt at a run: claiming it, recording the outcome, and telling readers."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import structlog
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from apps.llm.responses import ModelError
from apps.llm.retry import MAX_ATTEMPTS, retry_delay
from apps.openai_integration.conversation import message_log
from apps.openai_integration.conversation.events.run_publisher import RunPublisher
from apps.openai_integration.conversation.ledger import Told
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.models import Message, Run, Thread, ToldFact
from apps.openai_integration.welfare.suspension import suspend

log = structlog.get_logger(__name__)

# Errors of a poll after which the background response may still arrive.
_MAY_BE_THERE = frozenset({"unreachable", "timeout", "rate_limited"})
# Errors that end a run as "incomplete": the model answered, but not completely.
_INCOMPLETE = frozenset({"truncated", "content_filtered"})


@dataclass(frozen=True)
class Reply:
    """The patient's reply.

    `told` are the facts that it tells. `rule` is the rule that the model's text breaks, and `facts` are the numbers of
    the facts that this concerns; such a text is never shown. `text` is then the fallback, once one has been chosen, or
    empty where there is none.
    `rest` is the part of a streamed reply that has not been published yet. `call` is how the call ended. `left_out`
    counts the oldest messages, which the model was not sent.
    """

    text: str
    model: str
    call: CallOutcome
    rule: str | None = None
    rest: str = ""
    left_out: int = 0
    facts: tuple[int, ...] = ()
    told: Sequence[Told] = ()


@dataclass(frozen=True)
class PollLater:
    """The provider is still working: poll after `delay_s`. `new_upstream_id` is the id of a response that was just
    started, `left_out` what its request left out."""

    delay_s: float
    new_upstream_id: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Failure:
    """The model gave no answer. `call` is None while the background response may still arrive."""

    error: ModelError
    call: CallOutcome | None


@dataclass(frozen=True)
class Paused:
    """Another call was needed, but calls to the model are paused."""


@dataclass(frozen=True)
class Noticed:
    """The student may be at risk, so that the patient does not reply. `call` is that of a refused message."""

    found_by: str
    call: CallOutcome | None = None


Outcome = Reply | PollLater | Failure | Paused | Noticed


class RunAttempt:
    """A run that this worker has claimed.

    Claiming it counts a call to the model, unless a background response is already awaited. Every write is conditional
    on the lease, and readers are told after the commit.
    """

    def __init__(self, run: Run, token: uuid.UUID) -> None:
        self.run = run
        self.token = token
        self.publisher = RunPublisher(run)

    @classmethod
    def claim(cls, run_id: str) -> Self | None:
        """Claim the run; None if it is not available. A run with too many failed attempts is ended here."""
        run = Run(pk=run_id)
        with transaction.atomic():
            token = run.claim()
            if token is None:
                return None
            attempt = cls(run, token)
            if run.upstream_id:
                return attempt
            # A task that kills its worker is delivered again. Attempts are counted before the call, which bounds them.
            exhausted = run.attempts >= MAX_ATTEMPTS
            if not exhausted and not usage.record_start(run, token):  # a pause has just begun
                run.put_back(token, at=Now())
                return None
        if exhausted:
            usage.record_lost(run)
            attempt._fail(Run.Status.FAILED, "attempts_exhausted", "The maximum number of attempts was reached.")
            return None
        attempt.publisher.started()
        return attempt

    def end(self, outcome: Outcome) -> float | None:
        """Record the outcome. Returns the seconds after which the task should return to the run, or None."""
        match outcome:
            case Reply(text=""):
                self._withhold(outcome)
            case Reply():
                self._complete(outcome)
            case PollLater():
                return self._poll_later(outcome)
            case Failure():
                return self._retry_or_fail(outcome)
            case Paused():
                self._put_back(0.0)  # the sweep after the pause sends it
            case Noticed():
                self._suspend(outcome)
        return None

    @contextmanager
    def ended_by_any_error(self) -> Iterator[None]:
        """End the run if the block fails in a way that nobody has thought of: nobody should wait for the lease to run
        out. The error goes on, except that of a database, which may be away for a moment."""
        try:
            yield
        except DatabaseError:
            raise
        except Exception:
            error = ModelError("internal_error", "The reply could not be made.")
            self.end(Failure(error, CallOutcome(error)))
            raise

    def regenerate(self, reply: Reply) -> bool | None:
        """Start the call for a second reply.

        True if it was counted. False if the run has had its second reply or has no attempts left. None if calls are
        paused: the next worker makes the call.
        """
        if self.run.checks or self.run.attempts >= MAX_ATTEMPTS:
            return False
        fields = {"checks": [self._record_broken_rule(reply, "regenerated")], **self._fields_for_new_request()}
        with transaction.atomic():
            if not Run.objects.filter(pk=self.run.pk, lease_token=self.token).update(**fields):
                return False
            self._set_fields(fields)
            usage.record_end(self.run, reply.call)
            begun = usage.record_start(self.run, self.token)
        self.publisher.reset(attempt=self.run.attempts if begun else self.run.attempts + 1)
        return begun or None

    def _withhold(self, reply: Reply) -> None:
        """End a run whose reply may not be shown, and for which there is no fallback in the conversation's language."""
        usage.record_end(self.run, reply.call)
        checks = [*self.run.checks, self._record_broken_rule(reply, "withheld")]
        self._fail(Run.Status.FAILED, "reply_withheld", "The model's reply did not fit the patient.", checks=checks)

    def _complete(self, reply: Reply) -> None:
        checks = [*self.run.checks, self._record_broken_rule(reply, "fallback")] if reply.rule else self.run.checks
        stored = write_with_retry(lambda: self._store(reply, checks))
        log.info("run_ended", run_id=str(self.run.pk), status="completed" if stored else "lease_lost")
        if stored:
            self.publisher.ended(stored, rest=reply.rest)

    @transaction.atomic
    def _store(self, reply: Reply, checks: list[dict[str, Any]]) -> Message | None:
        usage.record_end(self.run, reply.call)
        thread = Thread(pk=self.run.thread_id)
        now = message_log.lock_thread(thread)
        left_out = {"left_out_messages": reply.left_out} if reply.left_out else {}
        if not self._finish(Run.Status.COMPLETED, model=reply.model[:100], checks=checks, **left_out):
            return None
        role = Message.Role.ASSISTANT
        message = message_log.append_message(
            thread=thread, role=role, content=reply.text.strip(), now=now, run_id=self.run.pk
        )
        ToldFact.objects.bulk_create(_entry(message, told) for told in reply.told)
        return message

    def _suspend(self, noticed: Noticed) -> None:
        stored = write_with_retry(lambda: self._store_suspension(noticed))
        log.info("run_ended", run_id=str(self.run.pk), status="cancelled" if stored else "lease_lost")
        if stored:
            self.publisher.ended()

    @transaction.atomic
    def _store_suspension(self, noticed: Noticed) -> bool:
        usage.record_end(self.run, noticed.call)
        message_log.lock_thread(Thread(pk=self.run.thread_id))
        fields = {} if noticed.call else {"attempts": self.run.attempts - 1}
        cancelled = {"error_code": "cancelled", "error_detail": "The reply was cancelled.", **fields}
        if not self._finish(Run.Status.CANCELLED, **cancelled):
            return False
        if not noticed.call:
            usage.withdraw(self.run)
        suspend(self.run, found_by=noticed.found_by)
        return True

    def _record_broken_rule(self, reply: Reply, action: str) -> dict[str, Any]:
        """An entry for the run's `checks`: the attempt, the rule that its reply broke, and the action taken."""
        broken: dict[str, Any] = {"attempt": self.run.attempts, "rule": reply.rule, "action": action}
        if reply.facts:
            broken["facts"] = list(reply.facts)
        log.warning("reply_turned_away", run_id=str(self.run.pk), **broken)
        return broken

    def _poll_later(self, later: PollLater) -> float | None:
        fields: dict[str, Any] = {"upstream_id": later.new_upstream_id} if later.new_upstream_id else {}
        if later.left_out:
            fields["left_out_messages"] = later.left_out
        if self._put_back(later.delay_s, awaited=True, **fields):
            return later.delay_s
        if later.new_upstream_id:
            # The run has ended meanwhile, so no worker will return for this response. discard_answers deletes it.
            spent = [*self.run.spent_upstream_ids, later.new_upstream_id]
            Run.objects.filter(pk=self.run.pk).update(spent_upstream_ids=spent)
        return None

    def _retry_or_fail(self, failure: Failure) -> float | None:
        error, run_id = failure.error, str(self.run.pk)
        usage.record_end(self.run, failure.call)
        if error.code == "given_up":
            log.info("run_ended", run_id=run_id, status="lease_lost")
            return None
        delay = retry_delay(self.run.attempts, error, waited_s=self.run.worked_on_s)
        if delay is None or delay >= self.run.time_left_s:
            self._fail(
                Run.Status.INCOMPLETE if error.code in _INCOMPLETE else Run.Status.FAILED, error.code, error.detail
            )
            return None
        log.warning("model_call_failed", run_id=run_id, code=error.code, retry_in_s=round(delay, 1))
        awaited = bool(self.run.upstream_id) and error.answer is None and error.code in _MAY_BE_THERE
        fields = {} if awaited else self._fields_for_new_request()
        if error.absent and not awaited:
            # The server did nothing, so that this attempt does not count.
            fields["attempts"] = self.run.attempts - 1
        put_back = self._put_back(delay, awaited=awaited, **fields)
        return delay if put_back else None

    def _fail(self, status: str, code: str, detail: str, **fields: Any) -> None:
        if self._finish(status, error_code=code, error_detail=detail[:300], **fields):
            log.warning("run_ended", run_id=str(self.run.pk), status=status, code=code)
            self.publisher.ended()

    def _put_back(self, delay_s: float, *, awaited: bool = False, **fields: Any) -> bool:
        """Release the run for another worker; False if this worker has lost the lease."""
        at = Now() + timedelta(seconds=delay_s)
        put_back = self.run.put_back(self.token, at=at, awaited=awaited, sent_at=at, **fields)
        if put_back and not awaited:
            self.publisher.queued()
        return put_back

    def _fields_for_new_request(self) -> dict[str, Any]:
        """Fields that make the next attempt a new request, and mark the current response for deletion."""
        spent = [*self.run.spent_upstream_ids, *filter(None, [self.run.upstream_id])]
        return {"upstream_id": "", "spent_upstream_ids": spent}

    def _finish(self, status: str, **fields: Any) -> bool:
        finished = self.run.finish(self.token, status=status, now=Now(), **fields)
        if finished:
            self._set_fields({"status": status, **fields})
        return finished

    def _set_fields(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self.run, name, value)


def _entry(message: Message, told: Told) -> ToldFact:
    fact = told.fact
    return ToldFact(
        thread_id=message.thread_id,
        message=message,
        number=fact.number,
        topics=fact.topics,
        text=fact.text,
        locked=fact.locked,
        asked=told.asked,
        judge=told.judge,
    )
