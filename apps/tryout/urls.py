"""The page on which instructors try a patient, and the parts of v2 that it asks, under /admin/try/.

These take the admin site's session in the place of a token, with its protection against forged requests. They are v2's
own views, so they have its services, limits and errors.
"""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path
from rest_framework.authentication import SessionAuthentication
from rest_framework.views import APIView

from apps.openai_integration.views.evaluations import EvaluationViewSet, ThreadEvaluations
from apps.openai_integration.views.threads import (
    RunViewSet,
    ThreadFacts,
    ThreadMessages,
    ThreadRuns,
    ThreadViewSet,
)
from apps.tryout.views import ThreadUsage, page
from apps.users.permissions import IsInstructor


def by_session(route: str, view: type[APIView], *actions: dict[str, str]) -> URLPattern:
    """v2's view for a session of the admin site, and in no description of v2."""
    session: dict[str, Any] = {
        "authentication_classes": [SessionAuthentication],
        "permission_classes": [IsInstructor],
        "schema": None,
    }
    return path(f"api/{route}", admin.site.admin_view(view.as_view(*actions, **session)))


urlpatterns = [
    path("<int:scenario_id>/", admin.site.admin_view(page), name="tryout"),
    by_session("threads/", ThreadViewSet, {"post": "create"}),
    by_session("threads/<uuid:pk>/", ThreadViewSet, {"get": "retrieve"}),
    by_session("threads/<uuid:pk>/messages/", ThreadMessages),
    by_session("threads/<uuid:pk>/runs/", ThreadRuns),
    by_session("threads/<uuid:pk>/facts/", ThreadFacts),
    by_session("threads/<uuid:pk>/usage/", ThreadUsage),
    by_session("threads/<uuid:pk>/evaluations/", ThreadEvaluations),
    by_session("runs/<uuid:pk>/", RunViewSet, {"get": "retrieve"}),
    by_session("runs/<uuid:pk>/cancel/", RunViewSet, {"post": "cancel"}),
    by_session("evaluations/<uuid:pk>/", EvaluationViewSet, {"get": "retrieve"}),
]
