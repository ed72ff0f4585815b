"""The task that marks a thread."""

from celery import shared_task

from apps.openai_integration.jobs.dispatch import dispatch, resend_if_early
from apps.openai_integration.marking.evaluation_attempt import EvaluationAttempt
from apps.openai_integration.models import Evaluation


@shared_task(name="openai_integration.evaluate_rubric")
def evaluate_rubric_async(*, evaluation_id: str) -> None:
    """Mark one thread. Safe to run more than once, even concurrently."""
    attempt = EvaluationAttempt.claim(evaluation_id)
    if attempt is None:
        resend_if_early(evaluate_rubric_async, Evaluation, evaluation_id, evaluation_id=evaluation_id)
        return
    delay_s = attempt.carry_out()
    if delay_s is not None:
        dispatch(evaluate_rubric_async, attempt.evaluation, delay_s=delay_s, evaluation_id=evaluation_id)
