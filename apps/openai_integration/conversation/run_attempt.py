"""One worker's attempt at a run: how it gets the run, and what it leaves behind."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import structlog
from django.db import transaction
from django.db.models.functions import Now

from apps.llm.responses import ModelError
from apps.llm.retry import MAX_ATTEMPTS, retry_delay
from apps.openai_integration.conversation import message_log
from apps.openai_integration.conversation.events.run_publisher import RunPublisher
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.models import Message, Run, Thread

log = structlog.get_logger(__name__)

# Errors of a look at a background answer after which it may still come.
_MAY_BE_THERE = frozenset({"unreachable", "timeout", "rate_limited"})
# Errors that end a run as "incomplete": there was an answer, and it is not whole.
_INCOMPLETE = frozenset({"truncated", "content_filtered"})


@dataclass(frozen=True)
class Reply:
    """What the patient says. `rule` is the one that the model's words break; nobody may see those, and `text` is not
    theirs once the patient has dodged. `rest` is what was not shown yet of a reply that was shown while it was written.
    `call` is how the call that gave it ended."""

    text: str
    model: str
    call: CallOutcome
    rule: str | None = None
    rest: str = ""


@dataclass(frozen=True)
class PollLater:
    """The answer is being made at the provider: come back after `delay_s`. `begun_as` is the id of a new one."""

    delay_s: float
    begun_as: str = ""


@dataclass(frozen=True)
class Failure:
    """The model gave no answer; `call` is None where what was asked for is still being made."""

    error: ModelError
    call: CallOutcome | None


@dataclass(frozen=True)
class Paused:
    """Another call was wanted, and none may be begun now."""


Outcome = Reply | PollLater | Failure | Paused


class RunAttempt:
    """A run that this worker has claimed, with a call to the model counted unless a background answer is waited for.

    Whatever it writes, it writes only while the lease is its own; whoever follows the run is told after the commit.
    """

    def __init__(self, run: Run, token: uuid.UUID) -> None:
        self.run = run
        self.token = token
        self.publisher = RunPublisher(run)

    @classmethod
    def claim(cls, run_id: str) -> Self | None:
        """The attempt, if the run is there for this worker to take. One whose workers died again and again is ended."""
        run = Run(pk=run_id)
        with transaction.atomic():
            token = run.claim(now=Now())
            if token is None:
                return None
            attempt = cls(run, token)
            if run.upstream_id:
                return attempt
            # A task that kills its worker comes back; its calls are counted here, so that it does not do so for ever.
            exhausted = run.attempts >= MAX_ATTEMPTS
            if not exhausted and not usage.begin(run, token):  # a pause has just begun
                run.put_back(token, at=Now())
                return None
        if exhausted:
            usage.lose(run)
            attempt._fail(Run.Status.FAILED, "attempts_exhausted", "The answer was tried for too often.")
            return None
        attempt.publisher.begun()
        return attempt

    def end(self, outcome: Outcome) -> float | None:
        """Write how it went. The seconds after which a task is to come back to the run, None where none is."""
        match outcome:
            case Reply():
                self._complete(outcome)
            case PollLater():
                return self._poll_later(outcome)
            case Failure():
                return self._retry_or_fail(outcome)
            case Paused():
                self._put_back(0.0)  # the sweep after the pause sends it
        return None

    def regenerate(self, reply: Reply) -> bool | None:
        """Begin the call for another reply at once: True. False where none may be asked for, or another has been; None
        where calls are paused, and the next worker asks."""
        if self.run.checks or self.run.attempts >= MAX_ATTEMPTS:
            return False
        fields = {"checks": [self._noted(reply, "regenerated")], **self._without_upstream()}
        with transaction.atomic():
            if not Run.objects.filter(pk=self.run.pk, lease_token=self.token).update(**fields):
                return False
            self._keep(fields)
            usage.complete(self.run, reply.call)
            begun = usage.begin(self.run, self.token)
        self.publisher.void(attempt=self.run.attempts if begun else self.run.attempts + 1)
        return begun or None

    def _complete(self, reply: Reply) -> None:
        checks = [*self.run.checks, self._noted(reply, "fallback")] if reply.rule else self.run.checks
        stored = write_with_retry(lambda: self._store(reply, checks))
        log.info("run_ended", run_id=str(self.run.pk), status="completed" if stored else "lease_lost")
        if stored:
            self.publisher.ended(stored, rest=reply.rest)

    @transaction.atomic
    def _store(self, reply: Reply, checks: list[dict[str, Any]]) -> Message | None:
        usage.complete(self.run, reply.call)
        thread = Thread(pk=self.run.thread_id)
        now = message_log.lock(thread)
        if not self._finish(Run.Status.COMPLETED, model=reply.model[:100], checks=checks):
            return None
        role = Message.Role.ASSISTANT
        return message_log.append(thread=thread, role=role, content=reply.text.strip(), now=now, run_id=self.run.pk)

    def _noted(self, reply: Reply, action: str) -> dict[str, Any]:
        """An entry of the run's `checks`: a reply that breaks a rule, and what was done about it."""
        found = {"attempt": self.run.attempts, "rule": reply.rule, "action": action}
        log.warning("reply_turned_away", run_id=str(self.run.pk), **found)
        return found

    def _poll_later(self, later: PollLater) -> float | None:
        fields = {"upstream_id": later.begun_as} if later.begun_as else {}
        if self._put_back(later.delay_s, awaited=True, **fields):
            return later.delay_s
        if later.begun_as:
            # The run ended meanwhile, so that nobody comes back for this answer.
            spent = [*self.run.spent_upstream_ids, later.begun_as]
            Run.objects.filter(pk=self.run.pk).update(spent_upstream_ids=spent)
        return None

    def _retry_or_fail(self, failure: Failure) -> float | None:
        error, run_id = failure.error, str(self.run.pk)
        usage.complete(self.run, failure.call)
        if error.code == "given_up":
            log.info("run_ended", run_id=run_id, status="lease_lost")
            return None
        delay = retry_delay(self.run.attempts, error)
        if delay is None or delay >= self.run.time_left_s:
            self._fail(
                Run.Status.INCOMPLETE if error.code in _INCOMPLETE else Run.Status.FAILED, error.code, error.detail
            )
            return None
        log.warning("model_call_failed", run_id=run_id, code=error.code, retry_in_s=round(delay, 1))
        awaited = bool(self.run.upstream_id) and error.answer is None and error.code in _MAY_BE_THERE
        put_back = self._put_back(delay, awaited=awaited, **({} if awaited else self._without_upstream()))
        return delay if put_back else None

    def _fail(self, status: str, code: str, detail: str) -> None:
        if self._finish(status, error_code=code, error_detail=detail[:300]):
            log.warning("run_ended", run_id=str(self.run.pk), status=status, code=code)
            self.publisher.ended()

    def _put_back(self, delay_s: float, *, awaited: bool = False, **fields: Any) -> bool:
        """Let a worker come back to it; False if the lease is no longer ours."""
        at = Now() + timedelta(seconds=delay_s)
        put_back = self.run.put_back(self.token, at=at, awaited=awaited, sent_at=at, **fields)
        if put_back and not awaited:
            self.publisher.queued()
        return put_back

    def _without_upstream(self) -> dict[str, Any]:
        """What to write so that the next try asks anew, and the answer that was no good is deleted at the provider."""
        spent = [*self.run.spent_upstream_ids, *filter(None, [self.run.upstream_id])]
        return {"upstream_id": "", "spent_upstream_ids": spent}

    def _finish(self, status: str, **fields: Any) -> bool:
        finished = self.run.finish(self.token, status=status, now=Now(), **fields)
        if finished:
            self._keep({"status": status, **fields})
        return finished

    def _keep(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self.run, name, value)
