"""Addresses of talks, runs and markings, under /api/v2/."""

from django.urls import re_path

from apps.openai_integration.views.context import ActivityContextView
from apps.openai_integration.views.evaluations import EvaluationViewSet, ThreadEvaluations
from apps.openai_integration.views.threads import RunViewSet, ThreadViewSet
from config.api.routers import Router

router = Router()
router.register("threads", ThreadViewSet, "thread")
router.register("runs", RunViewSet, "run")
router.register("evaluations", EvaluationViewSet, "evaluation")

urlpatterns = [
    *router.urls,
    re_path(r"^activities/(?P<pk>\d{1,9})/context/?$", ActivityContextView.as_view(), name="activity-context"),
    re_path(r"^threads/(?P<pk>[^/.]+)/evaluations/?$", ThreadEvaluations.as_view(), name="thread-evaluations"),
]
