"""A run as it happens, as server-sent events. Served by async: a reader takes no thread and no database connection.

Who asks and what for is found out in DRF's usual way through a view, in a thread; after that nothing is held.
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
from apps.openai_integration.conversation.events.hub import hub
from apps.openai_integration.conversation.events.snapshots import RunSnapshot
from apps.openai_integration.conversation.events.streams import Entry, Position, stored
from apps.openai_integration.models import ModelPause, Run
from apps.users.authentication import TokenAuthentication
from apps.users.models import User
from apps.users.permissions import request_user

COMMENT_EVERY_S = 15.0
CONTENT_TYPE = "text/event-stream"
# A proxy that collects an answer before it passes it on, or packs it, would hold the events back.
HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",
}
RETRY = b"retry: 1000\n\n"
COMMENT = b":\n\n"

EVENT_SCHEMA = {
    "type": "object",
    "description": "One event.",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["id", "event", "data"],
}
DESCRIPTION = """
Server-sent events of one run, for its student and for instructors. A browser's EventSource sends no headers: it takes
the run's `events_url`, which has a ticket for this run and this user, good until the run's deadline.

Each event has an `id`, and JSON with the `attempt` (the call to the model) that it belongs to:

* `status` {status, paused}: where the run stands; the first of every connection.
* `delta` {text}: a piece of the reply that may be shown, behind the pieces of the same attempt before it.
* `reset` {}: pieces of earlier attempts are void.
* `message` {message}: the whole reply, as in the list of messages. It takes the place of all pieces.
* `error` {code, detail}: there is no reply, and why.
* `done` {status}: the last one; the client closes.

`Last-Event-ID` goes on behind that event. A connection may end at any time, and a client that cannot come back polls
the run instead. A run that has ended is not told again: 204, and `runs/{id}/` has its `message` or its `error_code`.
EventSource does not come back after a 204, nor after a refusal, and says so by an `error` event without data, with
`readyState` CLOSED.

A person may have three streams of one run open, and ten in all; there are limits for addresses and for the service too.
Beyond them 429, and the client polls. With `Last-Event-ID` a person's own limits do not refuse it: it takes the place
of the oldest connection to that run.
"""


class TicketRefused(AuthenticationFailed):
    default_detail = "The ticket is not valid, or no longer."
    default_code = "ticket_not_valid"


class TicketAuthentication(BaseAuthentication):
    """`?ticket=`, for the run in the address and for as long as its row says."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        ticket = request.query_params.get("ticket")
        if ticket is None:
            return None
        try:
            run_id = UUID(request.parser_context["kwargs"]["pk"])
            # Looked at first: what is made up costs no look at the database.
            holder = tickets.holder_of(ticket, run_id=run_id)
            Run.objects.get(tickets.accepted(now=Now()), pk=run_id)
            user = User.objects.get(pk=holder)
        except (ValueError, tickets.TicketError, Run.DoesNotExist, User.DoesNotExist) as error:
            raise TicketRefused from error
        if not user.is_active:
            raise AuthenticationFailed("User is inactive", code="user_inactive")
        return user, ticket


class TicketScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI schema names it."""

    target_class = TicketAuthentication
    name = "ticketAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "query", "name": "ticket"}


class Streaming(BaseContentNegotiation):
    """The stream for who takes one; what is refused is refused in JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        accepted = {part.partition(";")[0].strip() for part in request.META.get("HTTP_ACCEPT", "*/*").split(",")}
        if not accepted & {CONTENT_TYPE, "text/*", "*/*"}:
            raise NotAcceptable
        return renderers[0], renderers[0].media_type


class RunEvents(APIView):
    view_is_async = True
    queryset = Run.objects.none()  # the type of its ids, for the schema
    http_method_names = ["get", "options"]
    authentication_classes = [TokenAuthentication, TicketAuthentication]
    content_negotiation_class = Streaming
    throttle_scopes = {"GET": "polls"}
    found: tuple[Run, RunSnapshot] | None = None

    @extend_schema(
        operation_id="runs_events",
        description=DESCRIPTION,
        parameters=[OpenApiParameter("Last-Event-ID", location=OpenApiParameter.HEADER)],
        responses={
            (200, CONTENT_TYPE): EVENT_SCHEMA,
            204: OpenApiResponse(description="The run has ended."),
            400: error_response_schema("The address cannot be read."),
            406: error_response_schema("The client takes no event stream."),
        },
    )
    def get(self, request: Request, pk: str) -> HttpResponseBase:
        """204 for a run that has ended; the row of an open one is kept for `dispatch`.

        Web, which has no event loop, tells what there is by now and ends: its readers come back each second.
        """
        run = get_object_or_404(Run.objects.visible_to(request_user(request)), pk=pk).refreshed()
        if run.status not in Run.OPEN:
            return Response(status=204)
        snapshot = snapshots.snapshot_of(run, ModelPause.objects.current)
        if isinstance(request._request, ASGIRequest):
            self.found = run, snapshot
            return Response()
        return _by_now(snapshot, stored(run.pk), after=_last_event_id(request))

    async def dispatch(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        async with in_turn(request):
            answer: HttpResponseBase = await run_in_thread(super().dispatch, request, *args, **kwargs)
        if self.found is None:
            return answer
        run, snapshot = self.found
        asked = self.request
        try:
            stream = OPEN_STREAMS.open(
                run.pk,
                request_user(asked).pk,
                str(AddressThrottle().get_ident(asked)),
                came_back="Last-Event-ID" in request.headers,
            )
        except TooManyStreams as refusal:
            return self.finalize_response(asked, self.handle_exception(refusal), *args, **kwargs)
        events = _live(stream, run, snapshot, after=_last_event_id(request))
        return StreamingHttpResponse(events, content_type=CONTENT_TYPE, headers=HEADERS)


async def _live(stream: OpenStream, run: Run, snapshot: RunSnapshot, *, after: Position) -> AsyncIterator[bytes]:
    yield RETRY + _event(after, snapshot.status.kind, snapshot.status.as_json())
    if stream.ended:
        return
    try:
        async with aclosing(hub().follow(run.pk, snapshot, after=after, quiet_s=COMMENT_EVERY_S)) as heard:
            async for one in heard:
                yield _event(one[0], one[1].kind, one[1].data) if one else COMMENT
    except asyncio.CancelledError:
        if not stream.ended:
            raise
        stream.task.uncancel()


def _by_now(snapshot: RunSnapshot, entries: list[Entry], *, after: Position) -> HttpResponse:
    new = [entry for entry in entries if entry.at and entry.at > after]
    events = [_event(after, snapshot.status.kind, snapshot.status.as_json())]
    events += [_event(entry.at, entry.kind, entry.data) for entry in new]
    return HttpResponse(RETRY + b"".join(events), content_type=CONTENT_TYPE, headers=HEADERS)


def _event(at: Position | None, kind: str, data: bytes) -> bytes:
    return f"id: {at}\nevent: {kind}\ndata: ".encode() + data + b"\n\n"


def _last_event_id(request: HttpRequest | Request) -> Position:
    return Position.parse(request.headers.get("Last-Event-ID", ""))
