"""Appends messages to a thread in a strict order."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from apps.core.list_queries import CompiledQuery
from apps.openai_integration.models import Message, Thread

# Each exchange reads these twice, and compiling them takes longer than the round trip.
_LOCKED = CompiledQuery(
    Thread.objects.select_for_update(no_key=True).filter(pk=UUID(int=0)).values("suspended_at", now=Now())
)
_TIMES = CompiledQuery(Message.objects.filter(thread=UUID(int=0)).order_by("-created_at").values("created_at"))


def lock_thread(thread: Thread) -> datetime:
    """Lock a thread's order of messages until the transaction ends, and return the database's time.

    `thread.suspended_at` is then what it will be until the end.
    """
    for suspended_at, now in _LOCKED.tuples(thread.pk):
        thread.suspended_at = suspended_at
        return now
    raise Thread.DoesNotExist


def append_message(
    *, thread: Thread, role: str, content: str, now: datetime, run_id: UUID | None = None, client_id: str = ""
) -> Message:
    """Append a message to a locked thread, at least a millisecond after the previous one."""
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    for (last,) in _TIMES.tuples(thread.pk, limit=1):
        now = max(now, last + timedelta(milliseconds=1))
    return Message.objects.create(
        thread=thread, role=role, content=content, run_id=run_id, client_id=client_id, created_at=now
    )
