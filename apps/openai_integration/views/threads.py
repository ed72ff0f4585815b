"""Talks: open one, read it, say something."""

from typing import Any

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.openai_integration.idempotency import KEY_PARAMETER, KEY_REFUSALS, TurnThrottle, idempotent
from apps.openai_integration.models import Run, Thread
from apps.openai_integration.serializers.runs import RunSerializer
from apps.openai_integration.serializers.threads import MessageSerializer, PatientIn, ThreadSerializer, TurnIn
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.services.threads import ThreadService
from apps.users.permissions import caller
from config.api.filters import IdFilter
from config.api.pages import NewestFirst, OldestFirst


class ThreadFilter(filters.FilterSet):
    # By number, where a choice of existing rows would tell students which hidden patients and people there are.
    activity_id = IdFilter()
    scenario_id = IdFilter()
    student_id = IdFilter()


class ThreadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A student's talks; instructors read all of them, and speak in none but their own."""

    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    filterset_class = ThreadFilter

    def get_queryset(self) -> Any:
        return Thread.objects.visible_to(caller(self.request))

    def get_throttles(self) -> list[Any]:
        return [TurnThrottle()] if self.action == "runs" else []

    @extend_schema(request=PatientIn, responses={201: ThreadSerializer, **KEY_REFUSALS}, parameters=[KEY_PARAMETER])
    @idempotent
    def create(self, request: Request) -> Response:
        data = PatientIn(data=request.data, context={"request": request})
        data.is_valid(raise_exception=True)
        thread = ThreadService.create(student=caller(request), **_patient(data))
        return Response(ThreadSerializer(thread).data, status=201)

    @extend_schema(responses=MessageSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=OldestFirst, filterset_class=None)
    def messages(self, request: Request, pk: str) -> Response:
        thread = self.get_object()
        page = self.paginate_queryset(ThreadService.list_messages(thread=thread))
        return self.get_paginated_response(MessageSerializer(page, many=True).data)

    @extend_schema(methods=["GET"], responses=RunSerializer(many=True), filters=False)
    @extend_schema(
        methods=["POST"],
        request=TurnIn,
        responses={202: RunSerializer, **KEY_REFUSALS},
        parameters=[KEY_PARAMETER],
    )
    @action(detail=True, methods=["get", "post"], pagination_class=NewestFirst, filterset_class=None)
    @idempotent
    def runs(self, request: Request, pk: str) -> Response:
        if request.method == "GET":
            page = self.paginate_queryset(self.get_object().runs.prefetch_related("replies"))
            return self.get_paginated_response(RunSerializer(page, many=True, context={"request": request}).data)
        thread = self._writable()
        data = TurnIn(data=request.data, context={"request": request})
        data.is_valid(raise_exception=True)
        said = {name: data.validated_data.get(name) for name in ("content", "client_message_id")}
        run = RunService.create_run(thread=thread, **said, **_patient(data))
        return Response(RunSerializer(run, context={"request": request}).data, status=202)

    def _writable(self) -> Thread:
        """The caller's own thread; 403 for one that the caller may only read."""
        own = Thread.objects.writable_by(caller(self.request)).select_related("activity__character", "scenario")
        try:
            return get_object_or_404(own, pk=self.kwargs["pk"])
        except Http404:
            get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
            raise PermissionDenied from None


class RunViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The state of a run, for polling, and its early end."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer

    def get_queryset(self) -> Any:
        return Run.objects.visible_to(caller(self.request)).prefetch_related("replies")

    def get_object(self) -> Run:
        return RunService.poll_status(run=super().get_object())

    @extend_schema(request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        run = self.get_object()
        if not Thread.objects.writable_by(caller(request)).filter(pk=run.thread_id).exists():
            raise PermissionDenied
        return Response(self.get_serializer(RunService.cancel(run=run)).data)


def _patient(data: PatientIn) -> dict[str, Any]:
    return {name: data.validated_data.get(name) for name in ("activity", "scenario")}
