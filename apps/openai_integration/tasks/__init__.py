"""Celery tasks, imported here for autodiscovery."""

from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.openai_integration.tasks.sweeps import discard_answers, forget_keys, sweep_evaluations, sweep_runs
from apps.openai_integration.tasks.welfare import mail_welfare_contacts

__all__ = [
    "discard_answers",
    "evaluate_rubric_async",
    "forget_keys",
    "mail_welfare_contacts",
    "run_conversation_async",
    "sweep_evaluations",
    "sweep_runs",
]
