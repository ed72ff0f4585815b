"""Marking a conversation."""

from celery import shared_task

from apps.openai_integration.jobs.dispatch import send_for, send_if_early
from apps.openai_integration.marking.evaluation_attempt import EvaluationAttempt
from apps.openai_integration.models import Evaluation


@shared_task(name="openai_integration.evaluate_rubric")
def evaluate_rubric_async(*, evaluation_id: str) -> None:
    """Mark one conversation. Running it twice, or twice at once, is the same as once."""
    attempt = EvaluationAttempt.claim(evaluation_id)
    if attempt is None:
        send_if_early(evaluate_rubric_async, Evaluation, evaluation_id, evaluation_id=evaluation_id)
        return
    delay_s = attempt.carry_out()
    if delay_s is not None:
        send_for(evaluate_rubric_async, attempt.evaluation, delay_s=delay_s, evaluation_id=evaluation_id)
