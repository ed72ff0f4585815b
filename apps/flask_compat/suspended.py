"""Suspended conversations in the old format, which knows replies alone: the help text is the reply."""

from apps.openai_integration.models import Message, Run, Thread
from apps.users.models import User


def old_status(run: Run) -> str:
    """The run's status for its student; completed where it suspended the conversation, so that the help is shown."""
    cancelled = run.status == Run.Status.CANCELLED
    return Run.Status.COMPLETED if cancelled and hasattr(run, "welfare_flag") else run.status


def suspending_run(thread: Thread) -> Run:
    """The run that suspended this thread; it stands for every later one."""
    return thread.runs.filter(welfare_flag__isnull=False).latest("created_at")


def messages_answered_with_help(thread: Thread, *, reader: User) -> set[int]:
    """The ids of messages behind which their student reads the help text.

    Those for which the thread was suspended, and while it is, each message since.
    """
    if thread.student_id != reader.pk:
        return set()
    flagged = dict(thread.welfare_flags.values_list("message_id", "message__created_at"))
    if not flagged or thread.suspended_at is None:
        return set(flagged)
    later = thread.messages.filter(role=Message.Role.USER, created_at__gt=max(flagged.values()))
    return {*flagged, *later.values_list("pk", flat=True)}
