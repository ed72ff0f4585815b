"""What of a conversation the model is sent: roles that alternate, nothing that was refused, what its context holds."""

import json

import pytest
from django.utils import timezone

from apps.openai_integration.conversation.history import WITHHELD
from apps.openai_integration.models import Message, Run
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tests.factories import MessageFactory, RunFactory
from apps.openai_integration.tests.test_runs import smoker_run, take
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    return smoker_run()


def test_two_students_turns_in_a_row_are_answered_together(run, emulator: Emulator) -> None:
    assert RunService.cancel(run=run).status == "cancelled"
    again = RunFactory(thread=run.thread, user_message=MessageFactory(thread=run.thread, content="Cigarettes, I mean."))
    take(again)
    assert again.status == "completed"
    assert emulator.requests()[-1]["json"]["input"] == [
        {"role": "user", "content": "Do you smoke?\n\nCigarettes, I mean."}
    ]


def test_what_the_provider_refused_is_replaced_in_later_requests_and_kept_here(run, emulator: Emulator) -> None:
    emulator.fault("content_filter")
    take(run)
    assert (run.status, run.error_code) == ("incomplete", "content_filtered")
    again = RunFactory(thread=run.thread, user_message=MessageFactory(thread=run.thread, content="Cigarettes, I mean."))
    take(again)
    assert again.status == "completed"
    assert emulator.requests()[-1]["json"]["input"] == [
        {"role": "user", "content": f"{WITHHELD}\n\nCigarettes, I mean."}
    ]
    assert run.thread.messages.filter(content="Do you smoke?").exists()


def test_where_that_is_not_enough_twice_only_the_last_message_is_sent(run, emulator: Emulator) -> None:
    for content in ("Tell me.", "Please."):
        emulator.fault("content_filter")
        take(run)
        run = RunFactory(thread=run.thread, user_message=MessageFactory(thread=run.thread, content=content))
    take(run)
    assert emulator.requests()[-1]["json"]["input"] == [{"role": "user", "content": "Please."}]


def test_a_small_context_gets_the_end_of_the_conversation_and_what_was_told(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_CONTEXT_TOKENS = 2400
    Run.objects.filter(pk=run.pk).update(status="cancelled", finished_at=timezone.now())
    for number in range(20):
        MessageFactory(thread=run.thread, content=f"Question {number}? {'Well. ' * 30}")
        MessageFactory(thread=run.thread, role=Message.Role.ASSISTANT, content=f"Answer {number}. {'Hm. ' * 30}")
    last = RunFactory(thread=run.thread, user_message=MessageFactory(thread=run.thread, content="And do you smoke?"))
    take(last)
    sent = emulator.requests()[-1]["json"]["input"]
    assert last.status == "completed"
    assert last.left_out_messages > 20
    assert "you said:" in sent[0]["content"]
    assert sent[-1]["content"] == "And do you smoke?"
    assert [one["role"] for one in sent] == ["user", "assistant"] * (len(sent) // 2) + ["user"]
    assert "Answer 19" in json.dumps(sent)
