"""Practising again from a turn of an earlier conversation."""

from django.db import transaction
from rest_framework.exceptions import ValidationError

from apps.core.api.exceptions import Conflict
from apps.openai_integration.conversation.message_log import lock_thread
from apps.openai_integration.models import Message, Thread, ToldFact
from apps.openai_integration.services.runs import ScenarioDisabled, ScenarioGone
from apps.openai_integration.services.threads import ThreadService, refuse_suspended


class SuspendedMessages(Conflict):
    default_code = "suspended_messages"
    default_detail = "This conversation was suspended before that message; choose an earlier one."


@transaction.atomic
def fork(*, thread: Thread, message_id: int) -> Thread:
    """A new thread that holds copies of what was said before this message of the thread's student.

    What the patient has told stays told; runs, usage and evaluations stay with the first thread. Raises
    ConversationSuspended, SuspendedMessages, ScenarioDisabled, ScenarioGone, TooManyThreads, or a ValidationError for
    any other message.
    """
    lock_thread(thread)
    refuse_suspended(thread)
    student = thread.student
    first_left_out = thread.messages.filter(pk=message_id, role=Message.Role.USER).first()
    if student is None or first_left_out is None:
        raise ValidationError({"message_id": ["Name one of the student's messages in this conversation."]})
    originals = thread.messages.filter(created_at__lt=first_left_out.created_at).order_by("created_at")
    if originals.filter(welfare_flags__isnull=False).exists():
        raise SuspendedMessages
    if thread.scenario is None:
        raise ScenarioGone
    if not (thread.scenario.enable or student.is_instructor):
        raise ScenarioDisabled
    copy = ThreadService.create(
        student=student, activity=thread.activity, scenario=thread.scenario, preview=thread.preview
    )
    copy.forked_from, copy.forked_before_id = thread, message_id
    copy.frozen_rubric_id = thread.frozen_rubric_id
    copy.save(update_fields=["forked_from", "forked_before_id", "frozen_rubric"])
    _copy_messages(list(originals), copy)
    return copy


def _copy_messages(originals: list[Message], thread: Thread) -> None:
    """With the facts that they tell. A client's ids stay behind: they stand for runs of the first thread."""
    copies = Message.objects.bulk_create(
        Message(thread=thread, role=one.role, content=one.content, created_at=one.created_at) for one in originals
    )
    copy_of = {original.pk: copy for original, copy in zip(originals, copies, strict=True)}
    facts = list(ToldFact.objects.filter(message__in=originals))
    for fact in facts:
        fact.pk, fact.thread, fact.message = None, thread, copy_of[fact.message_id]
    ToldFact.objects.bulk_create(facts)
