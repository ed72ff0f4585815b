"""Admin pages of evaluations and marks, with the form for reviews."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException
from unfold.decorators import display

from apps.openai_integration.admin.downloads import DownloadableAdmin
from apps.openai_integration.admin.labels import (
    STATUS_LABELS,
    criterion_of,
    explain_review,
    name_of,
    status_label,
    student_link,
)
from apps.openai_integration.admin.review_page import conversation_context, in_words, review_from_form
from apps.openai_integration.admin.whose import WhoseFilter, WorkAdmin
from apps.openai_integration.marking.report import max_score
from apps.openai_integration.models import Evaluation, Mark
from apps.openai_integration.serializers.reviews import ReviewIn
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.exports import export_marks
from apps.openai_integration.services.reviews import ReasonNeeded, ReviewService
from apps.openai_integration.services.threads import ConversationEnded
from apps.users.models import User

# The parameters of the list that make it the queue of what needs a review.
QUEUE = "needs_review__exact=1"


@admin.register(Evaluation)
class EvaluationAdmin(DownloadableAdmin):
    list_display = (
        "name",
        "student_name",
        "activity",
        "state",
        "total_of_the_highest",
        "unmarked",
        "passed",
        "review",
        "why",
        "released_at",
        "created_at",
    )
    list_filter = (WhoseFilter, "status", "passed", "needs_review", "kind", "error_code", "created_at")
    search_fields = ("title", "student__username", "=student__email", "=id", "=thread__id")
    fields = (("student_name", "thread"), ("activity", "scenario"), ("requested_model", "prompt_version"))
    operations_fields = frozenset({"requested_model", "prompt_version", "error_code"})
    change_form_outer_after_template = "admin/openai_integration/conversation.html"
    nothing_found = "Only marks that the program doubts wait for a review. You can review any others, too."

    class Media:
        css = {"all": ("openai_integration/admin/conversation.css",)}
        js = ("openai_integration/admin/review.js",)

    def export(self, rows: QuerySet[Any], *, file_format: str, pseudonyms: bool) -> StreamingHttpResponse:
        return export_marks(rows, file_format=file_format, pseudonyms=pseudonyms)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evaluation]:
        related = ("student", "activity", "scenario", "thread")
        decided = Mark.objects.filter(evaluation=OuterRef("pk"), replaces__isnull=False)
        shown = super().get_queryset(request).select_related(*related).defer("transcript")
        return shown.annotate(reviewed=Exists(decided))

    @display(description="Score", ordering="total_score")
    def total_of_the_highest(self, evaluation: Evaluation) -> str:
        return "" if evaluation.total_score is None else f"{evaluation.total_score} of {max_score(evaluation)}"

    def get_urls(self) -> list[Any]:
        review = path(
            "<uuid:evaluation_id>/review/",
            self.admin_site.admin_view(require_POST(self.review_view)),
            name="openai_integration_evaluation_review",
        )
        again = path(
            "<uuid:evaluation_id>/again/",
            self.admin_site.admin_view(require_POST(self.again_view)),
            name="openai_integration_evaluation_again",
        )
        following = path(
            "<uuid:evaluation_id>/next/",
            self.admin_site.admin_view(self.next_view),
            name="openai_integration_evaluation_next",
        )
        return [review, again, following, *super().get_urls()]

    def next_view(self, request: HttpRequest, evaluation_id: uuid.UUID) -> HttpResponse:
        """Go to the next evaluation that waits for a review, or to the list of them when no other does."""
        seen = Evaluation.objects.visible_to(cast(User, request.user))
        evaluation = get_object_or_404(seen.defer("transcript", "rubric"), pk=evaluation_id)
        if not self.has_view_permission(request, evaluation):
            raise PermissionDenied
        if following := seen.waiting().following(evaluation):
            return HttpResponseRedirect(reverse("admin:openai_integration_evaluation_change", args=[following.pk]))
        self.message_user(request, "No other conversation needs a review.", messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:openai_integration_evaluation_changelist')}?{QUEUE}")

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        """The queue of what needs a review is worked off from the oldest on."""
        queue = request.GET.get("needs_review__exact") == "1"
        return ("created_at", "id") if queue else super().get_ordering(request)

    def again_view(self, request: HttpRequest, evaluation_id: uuid.UUID) -> HttpResponse:
        """Have the conversation marked again beside this marking, as the API does."""
        evaluation = get_object_or_404(Evaluation.objects.visible_to(cast(User, request.user)), pk=evaluation_id)
        if not self.has_view_permission(request, evaluation):
            raise PermissionDenied
        try:
            evaluation = EvaluationService.mark_again(evaluation=evaluation)
        except ConversationEnded as error:
            self.message_user(request, f"Not marked again: {error.detail}", messages.ERROR)
        return HttpResponseRedirect(reverse("admin:openai_integration_evaluation_change", args=[evaluation.pk]))

    def review_view(self, request: HttpRequest, evaluation_id: uuid.UUID) -> HttpResponse:
        """Save a review, as the API does, and show the page again; with what was entered if it cannot be saved."""
        evaluation = get_object_or_404(Evaluation.objects.visible_to(cast(User, request.user)), pk=evaluation_id)
        if not self.has_view_permission(request, evaluation):
            raise PermissionDenied
        data = ReviewIn(data=review_from_form(request.POST), context={"evaluation": evaluation})
        try:
            data.is_valid(raise_exception=True)
            changed = ReviewService.review(evaluation=evaluation, by=cast(User, request.user), **data.validated_data)
        except APIException as error:
            where = f"{name_of(error.mark)}: " if isinstance(error, ReasonNeeded) else ""
            self.message_user(request, f"Nothing is saved. {where}{in_words(error)}", messages.ERROR)
            request.method = "GET"  # the page of the evaluation, and not a change of it
            return self.change_view(request, str(evaluation_id), extra_context={"entered": request.POST.dict()})
        self.log_change(request, evaluation, f"Reviewed {', '.join(map(name_of, changed)) or 'the whole'}.")
        self.message_user(request, "The review is saved, and the totals are recalculated.", messages.SUCCESS)
        place = changed[0].criterion_id if changed else "doubts"
        page = reverse("admin:openai_integration_evaluation_change", args=[evaluation_id])
        return HttpResponseRedirect(f"{page}#{place}")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        evaluation = kwargs["obj"]
        context |= conversation_context(evaluation.thread, evaluation, context.get("entered"))
        if evaluation.status == Evaluation.Status.COMPLETED:
            # Beside the buttons, which are always in view: a saved page goes on at a criterion, far below its head.
            context["told"] = list(messages.get_messages(request))
        return super().render_change_form(request, context, **kwargs)

    @display(description="Title", ordering="title")
    def name(self, evaluation: Evaluation) -> str:
        return evaluation.title or "(untitled)"

    @display(description="Student", ordering="student__username")
    def student_name(self, evaluation: Evaluation) -> str:
        return student_link(evaluation.student)

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, evaluation: Evaluation) -> tuple[str, str]:
        return status_label(evaluation)

    @display(description="Review", ordering="needs_review", label={"needed": "warning", "reviewed": "success"})
    def review(self, evaluation: Evaluation) -> str | None:
        if evaluation.needs_review:
            return "needed"
        return "reviewed" if evaluation.reviewed else None  # type: ignore[attr-defined]

    @display(description="Why")
    def why(self, evaluation: Evaluation) -> str:
        return " ".join(map(explain_review, evaluation.review_reasons)) if evaluation.needs_review else ""


class WhoseMarkFilter(WhoseFilter):
    student_path = "evaluation__student"


@admin.register(Mark)
class MarkAdmin(WorkAdmin):
    list_display = (
        "criterion",
        "evaluation",
        "score_of_the_highest",
        "model_score",
        "needs_review",
        "review_reason",
        "author_name",
        "created_at",
    )
    list_filter = (WhoseMarkFilter, "score", "needs_review", "review_reason", "created_at")
    search_fields = ("=criterion_id", "evaluation__title", "=evaluation__id")
    list_select_related = ("evaluation", "author")
    operations_fields = frozenset({"criterion_id", "position", "model_score", "sample_scores"})
    fields = (
        "evaluation",
        ("criterion", "criterion_id", "position"),
        ("score_of_the_highest", "model_score", "sample_scores"),
        "evidence",
        "refused",
        "comment",
        "rewrite_if_missing",
        ("needs_review", "review_reason", "further_reasons"),
        ("replaces", "author_name", "created_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mark]:
        return super().get_queryset(request).defer("evaluation__transcript")

    @display(description="Criterion", ordering="criterion_id")
    def criterion(self, mark: Mark) -> str:
        return name_of(mark)

    @display(description="Score", ordering="score")
    def score_of_the_highest(self, mark: Mark) -> str:
        found = criterion_of(mark)
        return f"{mark.score_in_words} of {found.scale.highest}" if found and mark.score is not None else "not marked"

    @display(description="By")
    def author_name(self, mark: Mark) -> str:
        if mark.replaces_id is None:
            return "the model"
        return mark.author.username if mark.author else "(account deleted)"
