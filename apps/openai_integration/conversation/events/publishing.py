"""Publishes a run's events to its readers. Callers publish after their transaction has been committed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
from django.utils import timezone
from rest_framework.fields import DateTimeField

from apps.openai_integration.conversation.events.streams import EVENTS, stream_key
from apps.openai_integration.models import Message, Run, WelfareFlag
from apps.openai_integration.welfare.help import SUSPENDED, help_texts

# How long a stream outlives the run's deadline. After that, the row still has the result.
STREAM_LIFETIME = timedelta(minutes=10)
# The event that only the run's student is sent.
NOTICE = "notice"


@dataclass(frozen=True)
class Event:
    """An event of a run. `attempt` numbers the call to the model that it belongs to; 0 before the first call."""

    kind: str
    attempt: int
    data: Mapping[str, Any]

    def as_json(self) -> bytes:
        """The JSON of the SSE `data:` field. ASCII only, so that lone surrogates in a model's text cannot break it."""
        return json.dumps({"attempt": self.attempt, **self.data}, separators=(",", ":")).encode()


def status_event(attempt: int, status: str, *, paused: bool = False) -> Event:
    """`paused`: the run waits because calls to the model are paused."""
    return Event("status", attempt, {"status": status, "paused": paused})


def delta_event(attempt: int, text: str) -> Event:
    """A checked piece of the reply. Readers append it to the earlier pieces of the same attempt."""
    return Event("delta", attempt, {"text": text})


def reset_event(attempt: int) -> Event:
    """Readers discard the pieces of earlier attempts."""
    return Event("reset", attempt, {})


def message_event(attempt: int, reply: Message) -> Event:
    """The whole reply, in the format of the API's MessageSerializer. It replaces all pieces."""
    fields = {
        "id": reply.pk,
        "role": reply.role,
        "message": reply.content,
        "client_message_id": reply.client_id,
        "created_at": DateTimeField().to_representation(reply.created_at),
    }
    return Event("message", attempt, {"message": fields})


def failure_events(attempt: int, code: str, detail: str) -> list[Event]:
    """Why there is no reply. `error` is the earlier name, which EventSource gives to its own events too."""
    return [Event(kind, attempt, {"code": code, "detail": detail}) for kind in ("failure", "error")]


def notice_event(attempt: int) -> Event:
    """Instead of a reply: the conversation is suspended, and where to find help. For its student alone."""
    return Event(NOTICE, attempt, {"code": SUSPENDED, "help": help_texts()})


def done_event(attempt: int, status: str) -> Event:
    """The last event of a run."""
    return Event("done", attempt, {"status": status})


def end_events(run: Run, reply: Message | None) -> list[Event]:
    """The events that end a run: its reply or its failure, then `done`. A notice comes before a failure."""
    last = done_event(run.attempts, run.status)
    if reply is None:
        suspended = run.status == Run.Status.CANCELLED and WelfareFlag.objects.filter(run=run).exists()
        notice = [notice_event(run.attempts)] if suspended else []
        return [*notice, *failure_events(run.attempts, run.error_code, run.error_detail), last]
    return [message_event(run.attempts, reply), last]


def publish(run: Run, *events: Event) -> bool:
    """Append events to the run's stream in one round trip; False if Redis did not take them.

    Never raises. For a few seconds after a failure, Redis is not tried. Lost events are not sent again: the text then
    has a gap until the final `message` replaces it.
    """
    key = stream_key(run.pk)

    def add(client: redis.Redis) -> bool:
        with client.pipeline(transaction=False) as pipeline:
            for event in events:
                pipeline.xadd(key, {"kind": event.kind, "data": event.as_json()})
            pipeline.expire(key, max(run.deadline_at - timezone.now(), timedelta()) + STREAM_LIFETIME)
            pipeline.execute()
        return True

    return EVENTS.ask(add, otherwise=False)
