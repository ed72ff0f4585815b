"""Writing down what a call to the model took, answered or not."""

from django.conf import settings

from apps.openai_integration.answers import Answer, ModelError
from apps.openai_integration.models import Evaluation, Run, Usage


def record_usage(
    *,
    run: Run | None = None,
    evaluation: Evaluation | None = None,
    answer: Answer | None = None,
    error: ModelError | None = None,
    latency_ms: int | None = None,
) -> Usage:
    """One row for one upstream call; an error that came with a cut-off answer counts that answer's tokens."""
    answer = answer or (error.answer if error else None)
    return Usage.objects.create(
        run=run,
        evaluation=evaluation,
        model=answer.model[:100] if answer else settings.OPENAI_MODEL,
        outcome=error.code if error else "answered",
        input_tokens=answer.input_tokens if answer else 0,
        cached_tokens=answer.cached_tokens if answer else 0,
        output_tokens=answer.output_tokens if answer else 0,
        latency_ms=latency_ms if latency_ms is not None else answer.latency_ms if answer else 0,
        request_id=(answer.request_id if answer else error.request_id if error else "")[:100],
    )
