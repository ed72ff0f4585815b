"""The page on which instructors try a patient, and what a try-out has used."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assessments.models import Category
from apps.openai_integration.models import Thread, Usage
from apps.openai_integration.models.pauses import calls_are_paused
from apps.scenarios.facts import facts_of
from apps.scenarios.models import AssistantScenario
from apps.users.permissions import request_user


@require_safe
def page(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """The page of one patient. Its module does the rest."""
    scenario = get_object_or_404(AssistantScenario, pk=scenario_id)
    facts = facts_of(scenario.additional_instructions or "")
    context = {
        **admin.site.each_context(request),
        "title": f"Try it: {scenario.shown_title}",
        "scenario": scenario,
        "categories": Category.objects.order_by("pk"),
        "has_questions": scenario.rubric_questions.exists(),
        "used_categories": set(
            scenario.activities.filter(categories__isnull=False).values_list("categories", flat=True)
        ),
        "locked_facts": [
            {"number": fact.number, "topics": fact.topics, "text": fact.text} for fact in facts if fact.locked
        ],
        "is_emulated": settings.OPENAI_EMULATED,
        "is_paused": calls_are_paused(),
        "longest_message": settings.MESSAGE_MAX_CHARACTERS,
    }
    return TemplateResponse(request, "tryout/page.html", context)


class ThreadUsage(GenericAPIView):
    """What a thread's calls to the model have used."""

    queryset = Thread.objects.none()
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Thread.objects.visible_to(request_user(self.request))

    def get(self, request: Request, pk: str) -> Response:
        """{calls, input_tokens, output_tokens, first_text_ms}; the last is of the newest streamed reply, if any."""
        of_thread = Q(run__thread=self.get_object()) | Q(evaluation__thread=pk)
        rows = list(Usage.objects.filter(of_thread).order_by("pk"))
        streamed = [row.first_text_ms for row in rows if row.first_text_ms is not None]
        return Response(
            {
                "calls": len(rows),
                "input_tokens": sum(row.input_tokens for row in rows),
                "output_tokens": sum(row.output_tokens for row in rows),
                "first_text_ms": streamed[-1] if streamed else None,
            }
        )
