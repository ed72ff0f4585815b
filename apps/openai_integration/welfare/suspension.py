"""Suspends conversations, and lets them go on."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from apps.core.list_queries import CompiledQuery
from apps.distress.signs import Level, strongest
from apps.openai_integration.models import Evaluation, Message, Run, Thread, WelfareFlag

# The old API stores up to 200,000 characters before it asks for a reply; reading them all would take seconds.
_MOST_CHARACTERS = 20_000

_replies = Message.objects.filter(
    thread=OuterRef("thread"), role=Message.Role.ASSISTANT, created_at__gte=OuterRef("created_at")
)
# What the student of a thread has said since the patient's last reply, the newest first. Each message asks for it, and
# compiling it takes longer than the round trip.
_UNANSWERED = CompiledQuery(
    Message.objects.filter(~Exists(_replies), thread=UUID(int=0), role=Message.Role.USER, welfare_flags__isnull=True)
    .order_by("-created_at")
    .values("content")
)


def sign_of(thread: Thread) -> Level:
    """The strongest sign in what the student has said since the patient's last reply.

    What the conversation was suspended for before is left out: a welfare contact has let it go on since.
    """
    return strongest_in(
        content for (content,) in _UNANSWERED.tuples(1, Message.Role.ASSISTANT, Message.Role.USER, thread.pk)
    )


def strongest_in(newest: Iterable[str]) -> Level:
    """The strongest sign in these messages, the newest first; of long ones only the last are read."""
    return strongest(_within(_MOST_CHARACTERS, newest))


def _within(characters: int, messages: Iterable[str]) -> Iterator[str]:
    """The first messages, until they have so many characters together; at least one."""
    for message in messages:
        yield message
        characters -= len(message)
        if characters <= 0:
            return


def suspend(run: Run, *, found_by: str) -> None:
    """Suspend the conversation of a run that the caller's transaction has ended; its thread is locked.

    Markings that are not finished end without marks.
    """
    WelfareFlag.objects.create(run=run, thread_id=run.thread_id, message_id=run.user_message_id, found_by=found_by)
    Thread.objects.filter(pk=run.thread_id).update(suspended_at=Now())
    Evaluation.objects.filter(thread_id=run.thread_id, status__in=Evaluation.OPEN).update(
        status=Evaluation.Status.FAILED,
        error_code="cancelled",
        error_detail="The marking was cancelled.",
        finished_at=Now(),
        lease_token=None,
        lease_until=None,
    )


@transaction.atomic
def lift(flags: QuerySet[WelfareFlag], *, by: str) -> int:
    """Let the conversations of these flags go on; returns how many were suspended."""
    threads = Thread.objects.filter(suspended_at__isnull=False, welfare_flags__in=flags)
    ids = list(threads.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    WelfareFlag.objects.filter(thread__in=ids, lifted_at__isnull=True).update(lifted_at=Now(), lifted_by=by)
    return Thread.objects.filter(pk__in=ids).update(suspended_at=None)
