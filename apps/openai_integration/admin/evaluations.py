"""Admin pages of evaluations and marks, with the form for overrides."""

import uuid
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.openai_integration.admin.labels import STATUS_LABELS, status_label, student_name
from apps.openai_integration.admin.thread_page import evaluation_report, with_marks
from apps.openai_integration.models import Evaluation, Mark
from apps.openai_integration.serializers.evaluations import OverrideIn
from apps.openai_integration.services.evaluations import EvaluationService, MarkReplaced, OffScale
from apps.openai_integration.services.threads import ConversationEnded
from apps.users.models import User


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "student_name",
        "activity",
        "state",
        "total_score",
        "unmarked",
        "passed",
        "review",
        "released_at",
        "created_at",
    )
    list_filter = ("status", "passed", "needs_review", "kind", "error_code", "created_at")
    search_fields = ("title", "student__username", "=student__email", "=id", "=thread__id")
    list_select_related = ("student", "activity")
    fields = (("student_name", "thread"), ("activity", "scenario"), ("requested_model", "prompt_version"))
    change_form_outer_after_template = "admin/openai_integration/evaluation.html"

    class Media:
        css = {"all": ("openai_integration/admin/thread.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evaluation]:
        return super().get_queryset(request).defer("transcript", "rubric")

    def get_urls(self) -> list[Any]:
        override = path(
            "<uuid:evaluation_id>/marks/<int:mark_id>/override/",
            self.admin_site.admin_view(require_POST(self.override_view)),
            name="openai_integration_evaluation_override",
        )
        again = path(
            "<uuid:evaluation_id>/again/",
            self.admin_site.admin_view(require_POST(self.again_view)),
            name="openai_integration_evaluation_again",
        )
        return [override, again, *super().get_urls()]

    def again_view(self, request: HttpRequest, evaluation_id: uuid.UUID) -> HttpResponse:
        """Have the conversation marked again beside this marking, as the API does."""
        evaluation = get_object_or_404(Evaluation, pk=evaluation_id)
        if not self.has_view_permission(request, evaluation):
            raise PermissionDenied
        try:
            evaluation = EvaluationService.mark_again(evaluation=evaluation)
        except ConversationEnded as error:
            self.message_user(request, f"Not marked again: {error.detail}", messages.ERROR)
        return HttpResponseRedirect(reverse("admin:openai_integration_evaluation_change", args=[evaluation.pk]))

    def override_view(self, request: HttpRequest, evaluation_id: uuid.UUID, mark_id: int) -> HttpResponse:
        """Override a current mark, as the API does."""
        mark = get_object_or_404(Mark.objects.select_related("evaluation"), pk=mark_id, evaluation=evaluation_id)
        if not self.has_view_permission(request, mark.evaluation):
            raise PermissionDenied
        data = OverrideIn(data={name: request.POST.get(name) for name in ("score", "comment")})
        if data.is_valid():
            self._override(request, mark, **data.validated_data)
        else:
            self.message_user(
                request, "Not saved: a mark is a score of the criterion's scale, and needs a reason.", messages.ERROR
            )
        return HttpResponseRedirect(reverse("admin:openai_integration_evaluation_change", args=[evaluation_id]))

    def _override(self, request: HttpRequest, mark: Mark, *, score: int, comment: str) -> None:
        try:
            new = EvaluationService.override_mark(mark=mark, by=cast(User, request.user), score=score, comment=comment)
        except MarkReplaced as error:
            self.message_user(request, f"Not saved: {error.detail}", messages.ERROR)
            return
        except OffScale as error:
            [problem] = cast(dict[str, list[str]], error.detail)["score"]
            self.message_user(request, f"Not saved: {problem}", messages.ERROR)
            return
        self.log_change(
            request, mark.evaluation, f"Overrode {mark.criterion_id}: {mark.score_in_words} to {new.score}."
        )
        self.message_user(request, "The mark is saved, and the totals are recalculated.", messages.SUCCESS)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        whole = with_marks(Evaluation.objects.filter(pk=kwargs["obj"].pk)).get()
        context["report"] = evaluation_report(whole)
        context["marked_again"] = whole.repeated_by.defer("transcript", "rubric")
        return super().render_change_form(request, context, **kwargs)

    @display(description="Title", ordering="title")
    def name(self, evaluation: Evaluation) -> str:
        return evaluation.title or str(evaluation.id)

    @display(description="Student", ordering="student__username")
    def student_name(self, evaluation: Evaluation) -> str:
        return student_name(evaluation.student)

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, evaluation: Evaluation) -> tuple[str, str]:
        return status_label(evaluation)

    @display(description="Review", ordering="needs_review", label={"needed": "warning"})
    def review(self, evaluation: Evaluation) -> str | None:
        return "needed" if evaluation.needs_review else None


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = (
        "criterion_id",
        "evaluation",
        "score_in_words",
        "model_score",
        "needs_review",
        "review_reason",
        "author_name",
        "created_at",
    )
    list_filter = ("score", "needs_review", "review_reason", "created_at")
    search_fields = ("=criterion_id", "evaluation__title", "=evaluation__id")
    list_select_related = ("evaluation", "author")
    fields = (
        "evaluation",
        ("criterion_id", "position"),
        ("score_in_words", "model_score", "sample_scores"),
        "evidence",
        "refused",
        "comment",
        "rewrite_if_missing",
        ("needs_review", "review_reason"),
        ("replaces", "author_name", "created_at"),
    )

    @display(description="Score", ordering="score")
    def score_in_words(self, mark: Mark) -> str:
        return mark.score_in_words

    @display(description="By")
    def author_name(self, mark: Mark) -> str:
        if mark.replaces_id is None:
            return "the model"
        return mark.author.username if mark.author else "(account deleted)"
