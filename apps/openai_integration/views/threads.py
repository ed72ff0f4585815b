"""Endpoints of threads, messages and runs."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.filters import IdFilter, StrictBooleanFilter, UTCDateTimeFilter
from apps.core.api.pagination import NewestFirst, OldestFirst
from apps.core.api.serializers import error_response_schema
from apps.openai_integration.conversation.states import ThreadState, in_state
from apps.openai_integration.jobs.idempotency import KEY_PARAMETER, KEY_REFUSALS, RepeatableThrottle, idempotent
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.serializers.ledger import LedgerSerializer
from apps.openai_integration.serializers.runs import RunSerializer
from apps.openai_integration.serializers.threads import (
    ForkIn,
    MessageIn,
    MessageSerializer,
    ScenarioChoiceIn,
    ThreadIn,
    ThreadSerializer,
)
from apps.openai_integration.services.forks import fork
from apps.openai_integration.services.ledger import ledger_of
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.services.threads import ThreadService
from apps.openai_integration.views import examples
from apps.openai_integration.views.whose import WhoseFilterSet, of_students_unless_asked
from apps.users.models import User
from apps.users.permissions import IsInstructor, request_user

_READ_ONLY = error_response_schema("The thread is another student's.")


class ThreadFilter(WhoseFilterSet):
    # Plain ids: a choice of existing rows would tell students which hidden scenarios and users exist.
    activity_id = IdFilter()
    scenario_id = IdFilter()
    student_id = IdFilter()
    preview = StrictBooleanFilter()
    state = filters.ChoiceFilter(choices=ThreadState.choices, method="filter_state")
    since = UTCDateTimeFilter("created_at", lookup_expr="gte")
    until = UTCDateTimeFilter("created_at", lookup_expr="lt")

    def filter_state(self, threads: QuerySet[Thread], name: str, state: str) -> QuerySet[Thread]:
        return in_state(threads, state, reader=request_user(self.request))


@extend_schema_view(
    list=extend_schema(examples=examples.THREADS),
    retrieve=extend_schema(examples=examples.THREADS),
)
class ThreadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Students see their own threads, instructors all but others' previews. Only its student may add to a thread."""

    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    filterset_class = ThreadFilter
    search_fields = ("title", "student__username")
    ordering_fields = ("created_at", "updated_at", "title")

    def get_queryset(self) -> Any:
        threads = Thread.objects.visible_to(request_user(self.request))
        return of_students_unless_asked(threads, self.request) if self.action == "list" else threads

    @extend_schema(
        request=ThreadIn,
        responses={
            201: ThreadSerializer,
            403: error_response_schema("Only instructors and admins make previews."),
            **KEY_REFUSALS,
        },
        parameters=[KEY_PARAMETER],
        examples=examples.CREATE_THREAD,
    )
    @idempotent
    def create(self, request: Request) -> Response:
        data = ThreadIn(data=request.data, context={"request": request})
        data.is_valid(raise_exception=True)
        thread = ThreadService.create(
            student=request_user(request), preview=data.validated_data["preview"], **_chosen_scenario(data)
        )
        return Response(self.get_serializer(thread).data, status=201)


class ThreadForks(GenericAPIView):
    """Threads that begin with a copy of this one's beginning."""

    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    filter_backends = ()

    @extend_schema(
        request=ForkIn,
        responses={
            201: ThreadSerializer,
            403: _READ_ONLY,
            **KEY_REFUSALS,
        },
        parameters=[KEY_PARAMETER],
        examples=examples.FORK,
    )
    @idempotent
    def post(self, request: Request, pk: str) -> Response:
        """Practise again from a turn: the new thread holds copies of what was said before this student's message."""
        thread = _writable(request_user(request), pk)
        data = ForkIn(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(self.get_serializer(fork(thread=thread, **data.validated_data)).data, status=201)


class MessageFilter(filters.FilterSet):
    class Meta:
        model = Message
        fields = ("role",)


@extend_schema_view(get=extend_schema(examples=examples.MESSAGES))
class ThreadMessages(ListAPIView):
    """The messages of a thread, oldest first."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    pagination_class = OldestFirst
    filterset_class = MessageFilter
    search_fields = ("content",)
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[Message]:
        thread = get_object_or_404(Thread.objects.visible_to(request_user(self.request)), pk=self.kwargs["pk"])
        return ThreadService.list_messages(thread=thread)


@extend_schema_view(get=extend_schema(responses=LedgerSerializer, examples=examples.LEDGER))
class ThreadFacts(GenericAPIView):
    """The facts ledger of a thread: what the patient told, whether it was asked for, and what was held back."""

    queryset = Thread.objects.none()
    permission_classes = (IsInstructor,)
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Thread.objects.visible_to(request_user(self.request))

    def get(self, request: Request, pk: str) -> Response:
        return Response(LedgerSerializer(ledger_of(self.get_object())).data)


class RunFilter(filters.FilterSet):
    class Meta:
        model = Run
        fields = ("status", "error_code")


@extend_schema_view(get=extend_schema(examples=examples.RUNS))
class ThreadRuns(ListAPIView):
    """The runs of a thread, newest first."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    pagination_class = NewestFirst
    filterset_class = RunFilter
    search_fields = ("error_detail", "model")
    ordering_fields = ("created_at",)
    throttle_classes = (RepeatableThrottle,)
    throttle_scopes = {"POST": "runs"}

    def get_queryset(self) -> QuerySet[Run]:
        thread = get_object_or_404(Thread.objects.visible_to(request_user(self.request)), pk=self.kwargs["pk"])
        return thread.runs.select_related("thread", "welfare_flag").prefetch_related("replies")

    @extend_schema(
        request=MessageIn,
        responses={202: RunSerializer, 403: _READ_ONLY, **KEY_REFUSALS},
        parameters=[KEY_PARAMETER],
        examples=examples.CREATE_RUN,
    )
    @idempotent
    def post(self, request: Request, pk: str) -> Response:
        """Send a message and have the patient answer."""
        thread = _writable(request_user(request), pk)
        data = MessageIn(data=request.data, context={"request": request, "thread": thread})
        data.is_valid(raise_exception=True)
        message = {name: data.validated_data.get(name) for name in ("content", "client_message_id")}
        run = RunService.create_run(thread=thread, **message, **_chosen_scenario(data))
        return Response(self.get_serializer(run).data, status=202)


@extend_schema_view(retrieve=extend_schema(examples=examples.RUNS))
class RunViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A run, for polling, and its cancellation."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    throttle_scopes = {"GET": "polls"}

    def get_queryset(self) -> Any:
        runs = Run.objects.visible_to(request_user(self.request))
        return runs.select_related("thread", "welfare_flag").prefetch_related("replies")

    def get_object(self) -> Run:
        return RunService.poll_status(run=super().get_object())

    @extend_schema(
        request=None,
        responses={
            200: RunSerializer,
            403: _READ_ONLY,
            409: error_response_schema("The run has ended in another way."),
        },
        examples=examples.CANCEL_RUN,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel an open run. Cancelling a cancelled run has no effect."""
        run = self.get_object()
        if not Thread.objects.writable_by(request_user(request)).filter(pk=run.thread_id).exists():
            raise PermissionDenied
        return Response(self.get_serializer(RunService.cancel(run=run)).data)


def _writable(user: User, pk: str) -> Thread:
    """The caller's own thread; 403 for one that the caller may only read."""
    own = Thread.objects.writable_by(user).select_related("activity__character", "scenario")
    try:
        return get_object_or_404(own, pk=pk)
    except Http404:
        get_object_or_404(Thread.objects.visible_to(user), pk=pk)
        raise PermissionDenied from None


def _chosen_scenario(data: ScenarioChoiceIn) -> dict[str, Any]:
    return {name: data.validated_data.get(name) for name in ("activity", "scenario")}
