"""A run's events as server-sent events (SSE).

DRF authenticates and authorizes the request in a thread. After that, an open stream holds no thread and no database
connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAcceptable
from rest_framework.generics import get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.open_streams import OPEN_STREAMS, OpenStream, TooManyStreams
from apps.core.api.serializers import error_response_schema
from apps.core.api.throttling import AddressThrottle
from apps.core.async_views import in_turn, run_in_thread
from apps.openai_integration.conversation.events import snapshots, tickets
from apps.openai_integration.conversation.events.hub import current_hub
from apps.openai_integration.conversation.events.publishing import NOTICE
from apps.openai_integration.conversation.events.snapshots import RunSnapshot
from apps.openai_integration.conversation.events.streams import Position, StreamEntry, stored_entries
from apps.openai_integration.models import Run
from apps.openai_integration.models.pauses import calls_are_paused
from apps.openai_integration.serializers.events import RUN_EVENT
from apps.users.authentication import TokenAuthentication
from apps.users.models import User
from apps.users.permissions import request_user

KEEPALIVE_INTERVAL_S = 15.0
CONTENT_TYPE = "text/event-stream"
# Keep proxies from buffering or compressing the stream, which would delay events.
HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",
}
RETRY = b"retry: 1000\n\n"
KEEPALIVE = b":\n\n"

DESCRIPTION = """
Server-sent events of one run, for its student and for instructors. A browser's EventSource cannot send headers, so it
uses the run's `events_url`, whose ticket is valid for this run and user until the run's deadline.

Each event has an `id`, and JSON with its `attempt`, the number of the call to the model (`RunEvent` has the types):

* `status` {status, paused}: the run's status; the first event of every connection.
* `delta` {text}: a piece of the reply, to append to the earlier pieces of the same attempt.
* `reset` {}: discard the pieces of earlier attempts.
* `message` {message}: the whole reply, as in the list of messages. It replaces all pieces.
* `notice` {code, help}: the conversation is suspended, because its student may be at risk; `help` says where to
  find help. Only the student is sent it. The run ends as cancelled.
* `failure` {code, detail}: why there is no reply.
* `error` {code, detail}: the same under its earlier name, which EventSource gives to its own events too; for one more
  version.
* `done` {status}: the last event; the client closes the connection.

With `Last-Event-ID`, the stream resumes after that event. A connection may end at any time; clients that cannot
reconnect can poll the run instead. For a run that has ended, the answer is 204, and `runs/{id}/` has its `message` or
`error_code`. EventSource does not reconnect after 204 or an error; it then fires an `error` event without data, with
`readyState` CLOSED.

A user may have three streams of one run open, and ten in all; there are also limits per address and for the service.
Requests over a limit get 429, and the client should poll. With `Last-Event-ID`, the user's own limits do not apply: the
request replaces the user's oldest connection to that run.
"""


class TicketRefused(AuthenticationFailed):
    default_detail = "The ticket is invalid or has expired."
    default_code = "ticket_not_valid"


class TicketAuthentication(BaseAuthentication):
    """Authenticates `?ticket=`, which is valid for one run and user until the run's deadline."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        ticket = request.query_params.get("ticket")
        if ticket is None:
            return None
        try:
            run_id = UUID(request.parser_context["kwargs"]["pk"])
            # Checked first, so that forged tickets cost no query.
            holder = tickets.user_id_of(ticket, run_id=run_id)
            Run.objects.get(tickets.accepting_runs(now=Now()), pk=run_id)
            user = User.objects.get(pk=holder)
        except (ValueError, tickets.TicketError, Run.DoesNotExist, User.DoesNotExist) as error:
            raise TicketRefused from error
        if not user.is_active:
            raise AuthenticationFailed("User is inactive", code="user_inactive")
        return user, ticket


class TicketScheme(OpenApiAuthenticationExtension):
    """Describes the ticket in the OpenAPI schema."""

    target_class = TicketAuthentication
    name = "ticketAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "query", "name": "ticket"}


class EventStreamNegotiation(BaseContentNegotiation):
    """Requires a client that accepts event streams; errors are rendered as JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        accepted = {part.partition(";")[0].strip() for part in request.META.get("HTTP_ACCEPT", "*/*").split(",")}
        if not accepted & {CONTENT_TYPE, "text/*", "*/*"}:
            raise NotAcceptable
        return renderers[0], renderers[0].media_type


class RunEvents(APIView):
    view_is_async = True
    queryset = Run.objects.none()  # for the id's type in the schema
    http_method_names = ["get", "options"]
    authentication_classes = [TokenAuthentication, TicketAuthentication]
    content_negotiation_class = EventStreamNegotiation
    throttle_scopes = {"GET": "polls"}
    open_run: tuple[Run, RunSnapshot] | None = None
    own = False

    @extend_schema(
        description=DESCRIPTION,
        parameters=[OpenApiParameter("Last-Event-ID", location=OpenApiParameter.HEADER)],
        responses={
            (200, CONTENT_TYPE): RUN_EVENT,
            204: OpenApiResponse(description="The run has ended."),
            400: error_response_schema("The URL is malformed."),
            406: error_response_schema("The client does not accept event streams."),
        },
    )
    def get(self, request: Request, pk: str) -> HttpResponseBase:
        """Answer 204 for a run that has ended, and leave an open run for `dispatch` to stream.

        Under WSGI, the response has the events so far and ends; EventSource reconnects after a second.
        """
        user = request_user(request)
        run = get_object_or_404(Run.objects.visible_to(user).select_related("thread"), pk=pk).refreshed()
        self.own = run.thread.student_id == user.pk
        if run.status not in Run.OPEN:
            return Response(status=204)
        snapshot = snapshots.snapshot_of(run, calls_are_paused)
        if isinstance(request._request, ASGIRequest):
            self.open_run = run, snapshot
            return Response()
        entries = [entry for entry in stored_entries(run.pk) if self.own or entry.kind != NOTICE]
        return _buffered_response(snapshot, entries, after=_last_event_id(request))

    async def dispatch(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        async with in_turn(request):
            answer: HttpResponseBase = await run_in_thread(super().dispatch, request, *args, **kwargs)
        if self.open_run is None:
            return answer
        run, snapshot = self.open_run
        drf_request = self.request
        try:
            stream = OPEN_STREAMS.open(
                run.pk,
                request_user(drf_request).pk,
                str(AddressThrottle().get_ident(drf_request)),
                came_back="Last-Event-ID" in request.headers,
            )
        except TooManyStreams as refusal:
            return self.finalize_response(drf_request, self.handle_exception(refusal), *args, **kwargs)
        events = _stream_events(stream, run, snapshot, after=_last_event_id(request), own=self.own)
        return StreamingHttpResponse(events, content_type=CONTENT_TYPE, headers=HEADERS)


async def _stream_events(
    stream: OpenStream, run: Run, snapshot: RunSnapshot, *, after: Position, own: bool
) -> AsyncIterator[bytes]:
    yield RETRY + _format_event(after, snapshot.status.kind, snapshot.status.as_json())
    if stream.ended:
        return
    try:
        async with aclosing(
            current_hub().follow(run.pk, snapshot, after=after, quiet_s=KEEPALIVE_INTERVAL_S)
        ) as entries:
            async for entry in entries:
                if entry and entry[1].kind == NOTICE and not own:
                    continue
                yield _format_event(entry[0], entry[1].kind, entry[1].data) if entry else KEEPALIVE
    except asyncio.CancelledError:
        if not stream.ended:
            raise
        stream.task.uncancel()


def _buffered_response(snapshot: RunSnapshot, entries: list[StreamEntry], *, after: Position) -> HttpResponse:
    new = [entry for entry in entries if entry.at and entry.at > after]
    events = [_format_event(after, snapshot.status.kind, snapshot.status.as_json())]
    events += [_format_event(entry.at, entry.kind, entry.data) for entry in new]
    return HttpResponse(RETRY + b"".join(events), content_type=CONTENT_TYPE, headers=HEADERS)


def _format_event(at: Position | None, kind: str, data: bytes) -> bytes:
    return f"id: {at}\nevent: {kind}\ndata: ".encode() + data + b"\n\n"


def _last_event_id(request: HttpRequest | Request) -> Position:
    return Position.parse(request.headers.get("Last-Event-ID", ""))
