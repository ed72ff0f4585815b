"""Telling readers what happens to a run. Callers publish after their transaction has been committed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
from django.utils import timezone
from rest_framework.fields import DateTimeField

from apps.openai_integration.conversation.events.streams import EVENTS, key_of
from apps.openai_integration.models import Message, Run

# A stream is kept for this long after the run's deadline; the row has the end of it for ever.
KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class Event:
    """One thing that readers are told. `attempt` is that of the call to the model it belongs to, 0 before the first."""

    kind: str
    attempt: int
    data: Mapping[str, Any]

    def as_json(self) -> bytes:
        """What stands behind `data:`; ASCII, so that half a character of a model's cannot spoil it."""
        return json.dumps({"attempt": self.attempt, **self.data}, separators=(",", ":")).encode()


def status(attempt: int, status: str, *, paused: bool = False) -> Event:
    """`paused`: the run waits because calls to the model are paused."""
    return Event("status", attempt, {"status": status, "paused": paused})


def delta(attempt: int, text: str) -> Event:
    """A checked piece of the reply, to be put behind the others of its attempt."""
    return Event("delta", attempt, {"text": text})


def reset(attempt: int) -> Event:
    """What earlier attempts said is void."""
    return Event("reset", attempt, {})


def message(attempt: int, reply: Message) -> Event:
    """The whole reply as the API's MessageSerializer shows it; it takes the place of all pieces."""
    shown = {
        "id": reply.pk,
        "role": reply.role,
        "message": reply.content,
        "client_message_id": reply.client_id,
        "created_at": DateTimeField().to_representation(reply.created_at),
    }
    return Event("message", attempt, {"message": shown})


def error(attempt: int, code: str, detail: str) -> Event:
    return Event("error", attempt, {"code": code, "detail": detail})


def done(attempt: int, status: str) -> Event:
    """Nothing comes after it."""
    return Event("done", attempt, {"status": status})


def ended(run: Run, reply: Message | None) -> list[Event]:
    """How a run's end looks: its reply or its error, then `done`."""
    last = done(run.attempts, run.status)
    if reply is None:
        return [error(run.attempts, run.error_code, run.error_detail), last]
    return [message(run.attempts, reply), last]


def publish(run: Run, *events: Event) -> bool:
    """Put the events into the run's stream, in one go; False if Redis did not take them.

    It never raises, and for a few seconds after a failure it does not try. What was not taken is not told later: the
    reply's text has a hole then, which `message` mends at the end.
    """
    key = key_of(run.pk)

    def add(client: redis.Redis) -> bool:
        with client.pipeline(transaction=False) as pipeline:
            for event in events:
                pipeline.xadd(key, {"kind": event.kind, "data": event.as_json()})
            pipeline.expire(key, max(run.deadline_at - timezone.now(), timedelta()) + KEPT)
            pipeline.execute()
        return True

    return EVENTS.ask(add, otherwise=False)
