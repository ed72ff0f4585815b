"""One worker's go at one turn: what is written, told and sent again, whichever way the model is asked."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any, Self

import structlog
from django.conf import settings
from django.db import Error, transaction
from django.utils import timezone

from apps.openai_integration.conversation.events.publishing import Event, delta, ended, publish, reset, status
from apps.openai_integration.conversation.message_log import append, lock
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.openai_integration.conversation.reply_check import REMINDERS, ReplyCheck, fallback_reply
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.durable_write import write_with_retry
from apps.openai_integration.llm.client import ModelRequest
from apps.openai_integration.llm.responses import Answer, ModelError
from apps.openai_integration.llm.retry import MAX_ATTEMPTS
from apps.openai_integration.models import Message, Run, Thread
from apps.scenarios.models import ScenarioVersion

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Draft:
    """What a call gave: a reply that may be shown, or one that breaks `rule`. `rest` is what was not shown yet of a
    reply that was shown while it was written."""

    text: str
    model: str
    rule: str | None
    rest: str = ""


class CallsPausedError(Exception):
    """Another call was wanted, and none may be begun now."""


class Turn:
    """A run that this worker has claimed, with a call to the model counted unless a background answer is waited for.

    Whatever it writes, it writes only while the lease is its own; whoever follows the run is told after the commit.
    """

    def __init__(self, run: Run, token: uuid.UUID) -> None:
        self.run = run
        self.token = token
        self._called_at = 0.0
        # Whether the last thing said came through.
        self.told = True
        # How the call under way ended, until it is written together with what follows from it.
        self._unwritten: dict[str, Any] = {}

    @classmethod
    def claimed(cls, run_id: str) -> Self | None:
        """The turn, if there is one for this worker to take. One whose workers died again and again is ended."""
        run = Run(pk=run_id)
        with transaction.atomic():
            token = run.claim(now=timezone.now())
            if token is None:
                return None
            turn = cls(run, token)
            if run.upstream_id:
                return turn
            # A task that kills its worker comes back; its calls are counted here, so that it does not do so for ever.
            exhausted = run.attempts >= MAX_ATTEMPTS
            if not exhausted:
                if not turn.begin_call():  # a pause has just begun
                    run.put_back(token, at=timezone.now())
                    return None
                turn.read()
        if exhausted:
            usage.lose(run)
            turn.end(Run.Status.FAILED, "attempts_exhausted", "The answer was tried for too often.")
            return None
        turn.tell(status(run.attempts, run.status), *([reset(run.attempts)] if run.attempts > 1 else []))
        return turn

    def read(self) -> None:
        """All that the call and the check need, while the connection is held: the call itself must not take one."""
        _content(self.run.scenario_version_id)
        self.history  # noqa: B018 (it is kept)

    @cached_property
    def history(self) -> list[dict[str, str]]:
        """All turns up to the one that is answered, oldest first."""
        rows = Message.objects.filter(thread_id=self.run.thread_id).order_by("created_at", "id")
        turns = list(rows.values_list("id", "role", "content"))
        upto = next((place for place, row in enumerate(turns, 1) if row[0] == self.run.user_message_id), len(turns))
        return [{"role": role, "content": content} for _, role, content in turns[:upto]]

    @cached_property
    def _student_turns(self) -> list[str]:
        return [turn["content"] for turn in self.history if turn["role"] == Message.Role.USER]

    @cached_property
    def check(self) -> ReplyCheck:
        return ReplyCheck(_content(self.run.scenario_version_id), self._student_turns)

    def request(self) -> ModelRequest:
        """The question to the model; after a reply that was turned away, with what to do better."""
        content = _content(self.run.scenario_version_id)
        instructions = ContextBuilder(content, self.run.pre_brief).build_full_context()
        if self.run.checks:
            instructions = f"{instructions}\n\n{REMINDERS[self.run.checks[-1]['rule']]}"
        return ModelRequest(instructions=instructions, messages=self.history, timeout_s=self.time_left())

    def time_left(self) -> float:
        """Seconds that a call may take."""
        left = (self.run.deadline_at - timezone.now()).total_seconds()
        return max(1.0, min(settings.OPENAI_TIMEOUT_S, left))

    # --- what the model is asked for

    def begin_call(self) -> bool:
        """Count a call and begin its row; in a transaction. False if the lease is lost, or calls are paused."""
        held = self.run.begin_call(self.token)
        if held:
            usage.begin(self.run)
        return held

    @contextmanager
    def calling(self) -> Iterator[None]:
        """A call to the model: an error is noted as how it ended."""
        self._called_at = time.monotonic()
        try:
            yield
        except ModelError as error:
            self.note(error, latency_ms=self.passed_ms())
            raise

    def passed_ms(self) -> int:
        """How long the call has taken so far."""
        return round((time.monotonic() - self._called_at) * 1000)

    def note(self, outcome: Answer | ModelError | None, **took: int | None) -> None:
        """How the call ended; None for one that was left. Written with the next thing that is."""
        self._unwritten = {"outcome": outcome, **took}

    def settle(self) -> None:
        """Complete the row of a call that has ended."""
        noted, self._unwritten = self._unwritten, {}
        if noted:
            usage.complete(self.run, **noted)

    # --- how it goes on

    def turn_away(self, rule: str) -> bool:
        """Have another reply asked for at once, unless one has been, or none may be: then False.

        CallsPausedError where it has to wait; the next worker asks for it.
        """
        if self.run.checks or self.run.attempts >= MAX_ATTEMPTS:
            return False
        fields = {"checks": [self._noted(rule, "regenerated")], **self.without_upstream()}
        with transaction.atomic():
            self.settle()
            if not Run.objects.filter(pk=self.run.pk, lease_token=self.token).update(**fields):
                return False
            self._keep(fields)
            begun = self.begin_call()
        self.tell(reset(self.run.attempts if begun else self.run.attempts + 1))
        if not begun:
            raise CallsPausedError
        return True

    def complete(self, draft: Draft) -> None:
        """Store the reply; where it may not be shown, the patient dodges the question."""
        text, fields = draft.text.strip(), {"model": draft.model[:100], "checks": self.run.checks}
        if draft.rule:
            text = fallback_reply(len(self._student_turns), self.check.language)
            fields["checks"] = [*self.run.checks, self._noted(draft.rule, "fallback")]
        reply = write_with_retry(lambda: self._store(text, fields))
        log.info("run_ended", run_id=str(self.run.pk), status="completed" if reply else "lease_lost")
        if reply:
            rest = [delta(self.run.attempts, draft.rest)] if draft.rest and not draft.rule else []
            self.tell(*rest, *ended(self.run, reply))

    def _store(self, text: str, fields: dict[str, Any]) -> Message | None:
        noted = self._unwritten
        try:
            with transaction.atomic():
                self.settle()
                thread = Thread(pk=self.run.thread_id)
                lock(thread)
                if not self._finish(Run.Status.COMPLETED, **fields):
                    return None
                return append(thread=thread, role=Message.Role.ASSISTANT, content=text, run_id=self.run.pk)
        except Error:
            self._unwritten = noted  # it was undone with the rest
            raise

    def end(self, how: str, code: str, detail: str) -> None:
        """End the run without a reply."""
        self.settle()
        if self._finish(how, error_code=code, error_detail=detail[:300]):
            log.warning("run_ended", run_id=str(self.run.pk), status=how, code=code)
            self.tell(*ended(self.run, None))

    def put_back(self, delay_s: float, *, awaited: bool = False, **fields: Any) -> bool:
        """Let a worker come back to it; False if the lease is no longer ours."""
        at = timezone.now() + timedelta(seconds=delay_s)
        self.settle()
        put_back = self.run.put_back(self.token, at=at, awaited=awaited, sent_at=at, **fields)
        if put_back and not awaited:
            self.tell(status(self.run.attempts, Run.Status.QUEUED))
        return put_back

    def tell(self, *events: Event) -> bool:
        """Tell whoever follows the run; False where nobody can be told now."""
        self.told = publish(self.run, *events)
        return self.told

    def without_upstream(self) -> dict[str, Any]:
        """What to write so that the next try asks anew, and the answer that was no good is deleted at the provider."""
        spent = [*self.run.spent_upstream_ids, *filter(None, [self.run.upstream_id])]
        return {"upstream_id": "", "spent_upstream_ids": spent}

    def _noted(self, rule: str, action: str) -> dict[str, Any]:
        log.warning("reply_turned_away", run_id=str(self.run.pk), rule=rule, attempt=self.run.attempts, action=action)
        return {"attempt": self.run.attempts, "rule": rule, "action": action}

    def _finish(self, how: str, **fields: Any) -> bool:
        now = timezone.now()
        finished = self.run.finish(self.token, status=how, now=now, **fields)
        if finished:
            self._keep({"status": how, "finished_at": now, **fields})
        return finished

    def _keep(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self.run, name, value)


@lru_cache(maxsize=256)
def _content(version_id: int) -> dict[str, Any]:
    """What a version says of its patient, which never changes."""
    return ScenarioVersion.objects.values_list("content", flat=True).get(pk=version_id)
