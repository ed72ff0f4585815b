"""Admin pages: students' work and what producing it took. All of it is read there, and none of it written."""

from apps.openai_integration.admin.evaluations import EvaluationAdmin, MarkAdmin
from apps.openai_integration.admin.pauses import ModelPauseAdmin
from apps.openai_integration.admin.threads import MessageAdmin, RunAdmin, ThreadAdmin
from apps.openai_integration.admin.usage import UsageAdmin

__all__ = ["EvaluationAdmin", "MarkAdmin", "MessageAdmin", "ModelPauseAdmin", "RunAdmin", "ThreadAdmin", "UsageAdmin"]
