"""Endpoints of evaluations and of overrides of their marks."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.filters import IdFilter, StrictBooleanFilter, UTCDateTimeFilter
from apps.core.api.serializers import error_response_schema
from apps.openai_integration.jobs.idempotency import KEY_PARAMETER, KEY_REFUSALS, RepeatableThrottle, idempotent
from apps.openai_integration.marking.decisions import Decision
from apps.openai_integration.models import Evaluation, Mark, Thread
from apps.openai_integration.serializers.evaluations import (
    EvaluationIn,
    EvaluationSerializer,
    EvaluationSummarySerializer,
    OverrideIn,
)
from apps.openai_integration.serializers.reviews import ReviewIn
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.reviews import ReviewService
from apps.openai_integration.views import examples
from apps.openai_integration.views.whose import WhoseFilterSet, of_students_unless_asked
from apps.users.permissions import request_user


class EvaluationFilter(filters.FilterSet):
    passed = StrictBooleanFilter()
    needs_review = StrictBooleanFilter()
    since = UTCDateTimeFilter("created_at", lookup_expr="gte")
    until = UTCDateTimeFilter("created_at", lookup_expr="lt")

    class Meta:
        model = Evaluation
        fields = ("status", "kind")


class AnyEvaluationFilter(WhoseFilterSet, EvaluationFilter):
    # Plain ids: a choice of existing rows would tell students which ones exist.
    activity_id = IdFilter()
    scenario_id = IdFilter()
    student_id = IdFilter()


@extend_schema_view(get=extend_schema(examples=examples.EVALUATIONS))
class ThreadEvaluations(ListAPIView):
    """The evaluations of a thread. Its student and all instructors may request one."""

    queryset = Evaluation.objects.none()
    serializer_class = EvaluationSummarySerializer
    filterset_class = EvaluationFilter
    search_fields = ("title",)
    ordering_fields = ("created_at", "finished_at", "total_score")
    throttle_classes = (RepeatableThrottle,)
    throttle_scopes = {"POST": "evaluations"}

    def get_queryset(self) -> QuerySet[Evaluation]:
        return (
            Evaluation.objects.visible_to(request_user(self.request)).filter(thread=self._thread()).defer("transcript")
        )

    @extend_schema(
        request=EvaluationIn,
        responses={202: EvaluationSummarySerializer, **KEY_REFUSALS},
        parameters=[KEY_PARAMETER],
        examples=examples.CREATE_EVALUATION,
    )
    @idempotent
    def post(self, request: Request, pk: str) -> Response:
        """Have the thread marked. Repeated requests return the same evaluation."""
        thread = self._thread()
        data = EvaluationIn(data=request.data, context={"request": request, "thread": thread})
        data.is_valid(raise_exception=True)
        rubric = {name: data.validated_data.get(name) for name in ("activity", "categories")}
        evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student, **rubric)
        return Response(EvaluationSummarySerializer(evaluation).data, status=202)

    def _thread(self) -> Thread:
        threads = Thread.objects.visible_to(request_user(self.request))
        related = ("student", "activity__character", "scenario", "frozen_rubric")
        return get_object_or_404(threads.select_related(*related), pk=self.kwargs["pk"])


@extend_schema_view(
    list=extend_schema(examples=examples.EVALUATIONS),
    retrieve=extend_schema(examples=examples.EVALUATION),
)
class EvaluationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Evaluations. Students see their own released ones, instructors all but those of others' previews."""

    queryset = Evaluation.objects.none()
    serializer_class = EvaluationSerializer
    filterset_class = AnyEvaluationFilter
    search_fields = ("title", "student__username")
    ordering_fields = ("created_at", "finished_at", "total_score")
    throttle_scopes: dict[str, str] = {}

    def get_queryset(self) -> QuerySet[Evaluation]:
        evaluations = Evaluation.objects.visible_to(request_user(self.request))
        if self.action == "list":
            return of_students_unless_asked(evaluations.defer("transcript"), self.request)
        marks = Prefetch("marks", Mark.objects.select_related("author"))
        shows_doubts = request_user(self.request).is_instructor and self.action != "again"
        for_instructors = ("settled_doubts__author",) if shows_doubts else ()
        return evaluations.prefetch_related(marks, "repeats__marks", *for_instructors)

    def get_object(self) -> Evaluation:
        return EvaluationService.poll_status(evaluation=super().get_object())

    @extend_schema(
        request=None,
        responses={
            202: EvaluationSummarySerializer,
            403: error_response_schema("Only instructors may have a conversation marked again."),
            409: error_response_schema("The conversation has ended early."),
        },
        examples=examples.AGAIN,
    )
    @action(detail=True, methods=["post"], throttle_scopes={"POST": "evaluations"})
    def again(self, request: Request, pk: str) -> Response:
        """Have the same transcript marked again by the same rubric, beside this evaluation."""
        evaluation = self.get_object()
        if not request_user(request).is_instructor:
            raise PermissionDenied
        again = EvaluationService.mark_again(evaluation=evaluation)
        return Response(EvaluationSummarySerializer(again).data, status=202)

    def get_serializer_class(self) -> Any:
        return EvaluationSummarySerializer if self.action == "list" else EvaluationSerializer

    @extend_schema(
        request=OverrideIn,
        responses={
            201: EvaluationSerializer,
            403: error_response_schema("Only instructors may override marks."),
            409: error_response_schema("The mark has been overridden already."),
        },
        examples=examples.OVERRIDE,
    )
    @action(detail=True, methods=["post"], url_path=r"marks/(?P<mark_id>\d{1,18})/override")
    def override(self, request: Request, pk: str, mark_id: str) -> Response:
        """Override a current mark. The response is the updated evaluation."""
        evaluation = self.get_object()
        if not request_user(request).is_instructor:
            raise PermissionDenied
        mark = get_object_or_404(evaluation.marks.all(), pk=mark_id)
        data = OverrideIn(data=request.data)
        data.is_valid(raise_exception=True)
        decision = Decision(mark, **data.validated_data)
        ReviewService.review(evaluation=evaluation, by=request_user(request), decisions=[decision])
        return Response(self.get_serializer(self.get_object()).data, status=201)

    @extend_schema(
        request=ReviewIn,
        responses={
            200: EvaluationSerializer,
            403: error_response_schema("Only instructors may review."),
            409: error_response_schema("A mark was changed, or a doubt settled, in the meantime."),
        },
        examples=examples.REVIEW,
    )
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: str) -> Response:
        """Confirm or override marks and settle doubts about the whole, in one save. The response is the evaluation."""
        evaluation = self.get_object()
        if not request_user(request).is_instructor:
            raise PermissionDenied
        data = ReviewIn(data=request.data, context={"evaluation": evaluation})
        data.is_valid(raise_exception=True)
        ReviewService.review(evaluation=evaluation, by=request_user(request), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
