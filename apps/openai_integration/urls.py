"""URLs of threads, runs, evaluations and usage, under /api/v2/."""

from django.urls import re_path

from apps.core.api.routers import Router
from apps.openai_integration.views.context import ActivityContextView
from apps.openai_integration.views.evaluations import EvaluationViewSet, ThreadEvaluations
from apps.openai_integration.views.events import RunEvents
from apps.openai_integration.views.exports import MarkExport, MessageExport
from apps.openai_integration.views.progress import ProgressView
from apps.openai_integration.views.reports import MessageReport, ReplyReportViewSet
from apps.openai_integration.views.threads import (
    RunViewSet,
    ThreadFacts,
    ThreadForks,
    ThreadMessages,
    ThreadRuns,
    ThreadViewSet,
)
from apps.openai_integration.views.usage import UsageTotals
from apps.openai_integration.views.welfare import HelpView

router = Router()
router.register("threads", ThreadViewSet, "thread")
router.register("runs", RunViewSet, "run")
router.register("evaluations", EvaluationViewSet, "evaluation")
router.register("reply-reports", ReplyReportViewSet, "reply-report")

urlpatterns = [
    *router.urls,
    re_path(r"^runs/(?P<pk>[^/.]+)/events/?$", RunEvents.as_view(), name="run-events"),
    re_path(r"^activities/(?P<pk>\d{1,9})/context/?$", ActivityContextView.as_view(), name="activity-context"),
    re_path(r"^help/?$", HelpView.as_view(), name="help"),
    re_path(r"^exports/marks/?$", MarkExport.as_view(), name="export-marks"),
    re_path(r"^exports/conversations/?$", MessageExport.as_view(), name="export-conversations"),
    re_path(r"^stats/me/?$", ProgressView.as_view(), name="stats-me"),
    re_path(r"^usage/totals/?$", UsageTotals.as_view(), name="usage-totals"),
    re_path(r"^threads/(?P<pk>[^/.]+)/messages/?$", ThreadMessages.as_view(), name="thread-messages"),
    re_path(r"^messages/(?P<pk>\d{1,18})/report/?$", MessageReport.as_view(), name="message-report"),
    re_path(r"^threads/(?P<pk>[^/.]+)/forks/?$", ThreadForks.as_view(), name="thread-forks"),
    re_path(r"^threads/(?P<pk>[^/.]+)/facts/?$", ThreadFacts.as_view(), name="thread-facts"),
    re_path(r"^threads/(?P<pk>[^/.]+)/runs/?$", ThreadRuns.as_view(), name="thread-runs"),
    re_path(r"^threads/(?P<pk>[^/.]+)/evaluations/?$", ThreadEvaluations.as_view(), name="thread-evaluations"),
]
