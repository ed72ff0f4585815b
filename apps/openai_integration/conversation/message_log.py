"""The order of a talk: where turns are added."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from apps.openai_integration.models import Message, Thread


def lock(thread: Thread) -> datetime:
    """Take turns on a thread until the transaction ends: its order is made here. The database's time when asked."""
    locked = Thread.objects.select_for_update(no_key=True).annotate(now=Now()).get(pk=thread.pk)
    return locked.now


def append(
    *, thread: Thread, role: str, content: str, now: datetime, run_id: UUID | None = None, client_id: str = ""
) -> Message:
    """Add a turn to a locked thread, at least a millisecond after the one before."""
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    last = thread.messages.order_by("-created_at").values_list("created_at", flat=True).first()
    if last and now <= last:
        now = last + timedelta(milliseconds=1)
    return Message.objects.create(
        thread=thread, role=role, content=content, run_id=run_id, client_id=client_id, created_at=now
    )
