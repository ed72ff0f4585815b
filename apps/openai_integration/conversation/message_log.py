"""Appends messages to a thread in a strict order."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from apps.openai_integration.models import Message, Thread


def lock_thread(thread: Thread) -> datetime:
    """Lock a thread's order of messages until the transaction ends, and return the database's time.

    `thread.suspended_at` is then what it will be until the end.
    """
    locked = Thread.objects.select_for_update(no_key=True).annotate(now=Now()).get(pk=thread.pk)
    thread.suspended_at = locked.suspended_at
    return locked.now


def append_message(
    *, thread: Thread, role: str, content: str, now: datetime, run_id: UUID | None = None, client_id: str = ""
) -> Message:
    """Append a message to a locked thread, at least a millisecond after the previous one."""
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    last = thread.messages.order_by("-created_at").values_list("created_at", flat=True).first()
    if last and now <= last:
        now = last + timedelta(milliseconds=1)
    return Message.objects.create(
        thread=thread, role=role, content=content, run_id=run_id, client_id=client_id, created_at=now
    )
