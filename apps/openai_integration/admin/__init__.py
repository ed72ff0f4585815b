"""Admin pages of students' work and of usage. All are read-only, except for overrides, reports that are settled,
pauses and the notes of welfare contacts."""

from apps.openai_integration.admin.evaluations import EvaluationAdmin, MarkAdmin
from apps.openai_integration.admin.pauses import ModelPauseAdmin
from apps.openai_integration.admin.reports import ReplyReportAdmin
from apps.openai_integration.admin.threads import MessageAdmin, RunAdmin, ThreadAdmin
from apps.openai_integration.admin.usage import UsageAdmin
from apps.openai_integration.admin.welfare import WelfareFlagAdmin, WelfareLookAdmin

__all__ = [
    "EvaluationAdmin",
    "MarkAdmin",
    "MessageAdmin",
    "ModelPauseAdmin",
    "ReplyReportAdmin",
    "RunAdmin",
    "ThreadAdmin",
    "UsageAdmin",
    "WelfareFlagAdmin",
    "WelfareLookAdmin",
]
