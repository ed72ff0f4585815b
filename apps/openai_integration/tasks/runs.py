"""Producing the patient's next message."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.openai_integration import client
from apps.openai_integration.answers import Answer, ModelError
from apps.openai_integration.client import ModelRequest
from apps.openai_integration.context import ContextBuilder
from apps.openai_integration.leases import keep_lease
from apps.openai_integration.models import Message, Run
from apps.openai_integration.queueing import send
from apps.openai_integration.reply_check import REMINDERS, check_reply, fallback_reply
from apps.openai_integration.retries import MAX_ATTEMPTS, retry_delay
from apps.openai_integration.transcript import append, lock
from apps.openai_integration.usage import record_usage

log = structlog.get_logger(__name__)
Outcome = TypeVar("Outcome")

# How often a background answer is asked for.
POLL_EVERY_S = 1.0
# Errors of a fetch after which the background answer may still come.
_MAY_BE_THERE = frozenset({"unreachable", "timeout", "rate_limited"})
# Errors that end a run as "incomplete": there was an answer, and it is not whole.
_INCOMPLETE = frozenset({"truncated", "content_filtered"})


@shared_task(name="openai_integration.run_conversation")
def run_conversation_async(*, run_id: str) -> None:
    """Answer one student's turn. Running it twice, or twice at once, is the same as once."""
    run = Run.objects.filter(pk=run_id).first()
    token = run.claim(now=timezone.now()) if run else None
    if run is None or token is None:
        return
    _Turn(run, token).take()


class _Turn:
    """One worker's go at a run that it has claimed. Whatever it writes, it writes only while the lease is its own."""

    def __init__(self, run: Run, token: uuid.UUID) -> None:
        self.run = run
        self.token = token
        self.version = run.scenario_version
        self.history = list(
            run.thread.messages.filter(created_at__lte=run.user_message.created_at)
            .order_by("created_at")
            .values("role", "content")
        )

    def take(self) -> None:
        # A task that kills its worker comes back; its calls are counted here, so that it does not do so for ever.
        if self.run.attempts >= MAX_ATTEMPTS and not self.run.upstream_id:
            self._end(Run.Status.FAILED, "attempts_exhausted", "The answer was tried for too often.")
            return
        try:
            background = settings.OPENAI_RUN_MODE == "poll" or self.run.upstream_id
            answer = self._poll() if background else self._call()
        except ModelError as error:
            self._retry_or_end(error)
            return
        if answer:
            self._judge(answer)

    def _call(self) -> Answer | None:
        if not self.run.begin_call(self.token):
            return None
        with keep_lease(self.run, self.token):
            return self._recorded(lambda: client.complete(self._request()))

    def _poll(self) -> Answer | None:
        """Begin a background answer, or look whether it is there; None while it is not."""
        if not self.run.upstream_id:
            if not self.run.begin_call(self.token):
                return None
            with keep_lease(self.run, self.token):
                upstream_id = self._recorded(lambda: client.start(self._request()))
            if not self._come_back(POLL_EVERY_S, upstream_id=upstream_id):
                # The run ended meanwhile, so that nobody comes back for this answer.
                Run.objects.filter(pk=self.run.pk).update(spent_upstream_ids=[*self._spent(), upstream_id])
            return None
        with keep_lease(self.run, self.token):
            answer = self._recorded(lambda: client.fetch(self.run.upstream_id, timeout_s=self._time_left()))
        if answer is None:
            self._come_back(POLL_EVERY_S)
        return answer

    def _request(self) -> ModelRequest:
        instructions = ContextBuilder(self.version.content, self.run.pre_brief).build_full_context()
        if self.run.checks:
            instructions = f"{instructions}\n\n{REMINDERS[self.run.checks[-1]['rule']]}"
        return ModelRequest(
            instructions=instructions,
            messages=[{"role": turn["role"], "content": turn["content"]} for turn in self.history],
            timeout_s=self._time_left(),
        )

    def _time_left(self) -> float:
        left = (self.run.deadline_at - timezone.now()).total_seconds()
        return max(1.0, min(settings.OPENAI_TIMEOUT_S, left))

    def _recorded(self, call: Callable[[], Outcome]) -> Outcome:
        """What `call` gives, with a row for what it took; a background answer counts when it is fetched."""
        begun = time.monotonic()
        try:
            outcome = call()
        except ModelError as error:
            record_usage(run=self.run, error=error, latency_ms=round((time.monotonic() - begun) * 1000))
            raise
        if isinstance(outcome, Answer):
            record_usage(run=self.run, answer=outcome)
        return outcome

    def _judge(self, answer: Answer) -> None:
        """Store the reply, or ask for another one, or, the second time, let the patient dodge the question."""
        student_turns = [turn["content"] for turn in self.history if turn["role"] == Message.Role.USER]
        rule = check_reply(answer.text, content=self.version.content, student_turns=student_turns)
        if rule is None:
            self._complete(answer.text.strip(), answer.model, self.run.checks)
            return
        log.warning("reply_turned_away", run_id=str(self.run.pk), rule=rule, attempt=self.run.attempts)
        checks = [*self.run.checks, {"attempt": self.run.attempts, "rule": rule}]
        if len(checks) == 1 and self.run.attempts < MAX_ATTEMPTS:
            self._come_back(0.0, checks=checks, **self._without_upstream())
        else:
            self._complete(fallback_reply(len(student_turns)), answer.model, checks)

    def _complete(self, text: str, model: str, checks: list[dict[str, object]]) -> None:
        with transaction.atomic():
            lock(self.run.thread)
            finished = self.run.finish(
                self.token, status=Run.Status.COMPLETED, now=timezone.now(), model=model[:100], checks=checks
            )
            if finished:
                append(thread=self.run.thread, role=Message.Role.ASSISTANT, content=text, run_id=self.run.pk)
        log.info("run_ended", run_id=str(self.run.pk), status="completed" if finished else "lease_lost")

    def _retry_or_end(self, error: ModelError) -> None:
        delay = retry_delay(self.run.attempts, error)
        now = timezone.now()
        if delay is not None and now + timedelta(seconds=delay) < self.run.deadline_at:
            log.warning("model_call_failed", run_id=str(self.run.pk), code=error.code, retry_in_s=round(delay, 1))
            self._come_back(delay, **({} if error.code in _MAY_BE_THERE else self._without_upstream()))
            return
        status = Run.Status.INCOMPLETE if error.code in _INCOMPLETE else Run.Status.FAILED
        self._end(status, error.code, error.detail)

    def _without_upstream(self) -> dict[str, object]:
        """What to write so that the next try asks anew, and the answer that was no good is deleted at the provider."""
        return {"upstream_id": "", "spent_upstream_ids": self._spent()}

    def _spent(self) -> list[str]:
        return [*self.run.spent_upstream_ids, *filter(None, [self.run.upstream_id])]

    def _come_back(self, delay_s: float, **fields: object) -> bool:
        """Have a task come back to this run; False if the lease is no longer ours."""
        at = timezone.now() + timedelta(seconds=delay_s)
        put_back = self.run.put_back(self.token, at=at, sent_at=at, **fields)
        if put_back:
            send(run_conversation_async, delay_s=delay_s, run_id=str(self.run.pk))
        return put_back

    def _end(self, status: str, code: str, detail: str) -> None:
        if self.run.finish(self.token, status=status, now=timezone.now(), error_code=code, error_detail=detail):
            log.warning("run_ended", run_id=str(self.run.pk), status=status, code=code)
