"""The task that generates the patient's next message."""

from celery import shared_task

from apps.openai_integration.conversation.generation import generate
from apps.openai_integration.conversation.run_attempt import RunAttempt
from apps.openai_integration.jobs.dispatch import dispatch, resend_if_early
from apps.openai_integration.models import Run


@shared_task(name="openai_integration.run_conversation")
def run_conversation_async(*, run_id: str) -> None:
    """Answer one message. Safe to run more than once, even concurrently."""
    attempt = RunAttempt.claim(run_id)
    if attempt is None:
        resend_if_early(run_conversation_async, Run, run_id, run_id=run_id)
        return
    delay_s = attempt.end(generate(attempt))
    if delay_s is not None:
        dispatch(run_conversation_async, attempt.run, delay_s=delay_s, run_id=run_id)
