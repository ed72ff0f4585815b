"""Threads, their messages, and runs."""

import uuid
from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.throttling import PersonThrottle
from apps.flask_compat.errors import Invalid, OldNotFound
from apps.flask_compat.lookups import find_activity_and_scenario
from apps.flask_compat.serializers import OldMessageIn
from apps.flask_compat.suspended import messages_answered_with_help, old_status, suspending_run
from apps.flask_compat.values import is_blank
from apps.flask_compat.views.base import OldView, body_of, validated
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.services.threads import ConversationSuspended, RunInProgress, ThreadService
from apps.openai_integration.welfare.help import help_texts
from apps.users.models import User
from apps.users.permissions import request_user


class ChatView(OldView):
    """Base of the views that start work or are polled. The frontend abandons the conversation at a 429."""

    throttle_classes = (PersonThrottle,)


class Threads(ChatView):
    def post(self, request: Request) -> Response:
        return Response({"thread_id": str(ThreadService.create(student=request_user(request)).pk)}, status=201)


class Messages(ChatView):
    def get(self, request: Request, pk: str) -> Response:
        thread = thread_to_read(request_user(request), pk)
        rows = ThreadService.list_messages(thread=thread).values_list("pk", "role", "content", "created_at")
        answered = messages_answered_with_help(thread, reader=request_user(request))
        listed = []
        for message_id, role, content, created_at in rows:
            sent_at = round(created_at.timestamp() * 1000)
            listed.append(_listed(role, content, sent_at))
            if message_id in answered:
                listed.append(_listed(Message.Role.ASSISTANT, help_texts()["text"], sent_at + 1))
        return Response(listed)

    def post(self, request: Request, pk: str) -> Response:
        thread = thread_to_write(request_user(request), pk)
        message = ThreadService.add_message(thread=thread, content=_student_message(body_of(request)))
        return Response(_in_openai_format(message), status=201)


class StartRun(ChatView):
    throttle_scopes = {"POST": "runs"}

    def post(self, request: Request) -> Response:
        body = body_of(request)
        if is_blank(body.get("thread_id")):
            raise Invalid("thread_id is required")
        thread = thread_to_write(request_user(request), body["thread_id"])
        activity, scenario = find_activity_and_scenario(body)
        if scenario is None and not _has_lost_its_patient(thread):
            raise OldNotFound("Scenario not found (provide scenario_id or activity_id with character)")
        try:
            run = RunService.create_run(thread=thread, activity=activity, scenario=scenario)
        except RunInProgress as open_run:
            run = RunService.poll_status(run=Run.objects.get(pk=open_run.extra["run_id"]))
        except ConversationSuspended:
            run = suspending_run(thread)
        return Response({"run_id": str(run.pk), "status": old_status(run)}, status=201)


class RunStatus(ChatView):
    throttle_scopes = {"GET": "polls"}

    def get(self, request: Request, pk: str) -> Response:
        thread_id = request.query_params.get("thread_id")
        if not thread_id:
            raise Invalid("thread_id is required")
        runs = Run.objects.visible_to(request_user(request)).select_related("thread")
        run = runs.filter(pk=_uuid(pk, "Run"), thread_id=_uuid(thread_id, "Thread")).first()
        if run is None:
            raise OldNotFound("Run not found")
        own = run.thread.student_id == request_user(request).pk
        run = RunService.poll_status(run=run)
        return Response({"status": old_status(run) if own else run.status})


def _has_lost_its_patient(thread: Thread) -> bool:
    """Whether it has begun with a patient that has been deleted; the frontend goes on naming that one."""
    return thread.scenario_id is None and thread.runs.exists()


def thread_to_read(user: User, thread_id: Any) -> Thread:
    """The thread with this id if the user may read it; OldNotFound otherwise, Invalid if the id is not a text."""
    if not isinstance(thread_id, str):
        raise Invalid("thread_id must be a text")
    threads = Thread.objects.visible_to(user).select_related("student", "activity__character", "scenario")
    thread = threads.filter(pk=_uuid(thread_id, "Thread")).first()
    if thread is None:
        raise OldNotFound("Thread not found")
    return thread


def thread_to_write(user: User, thread_id: Any) -> Thread:
    """Like thread_to_read, with PermissionDenied for another student's thread."""
    thread = thread_to_read(user, thread_id)
    if not Thread.objects.writable_by(user).filter(pk=thread.pk).exists():
        raise PermissionDenied("Only the student of a thread may write in it")
    return thread


def _listed(role: str, content: str, sent_at: int) -> dict[str, Any]:
    """A message as the old frontend lists it; `sent_at` in milliseconds."""
    return {"role": role, "message": content, "created_at": sent_at}


def _uuid(text: str, what: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise OldNotFound(f"{what} not found") from error


def _student_message(body: dict[str, Any]) -> str:
    """The content of a student's message; Invalid if blank, PermissionDenied for any other role."""
    role, content = body.get("role"), body.get("content")
    if not is_blank(role) and not isinstance(role, str):
        raise Invalid("role must be a text")
    if not is_blank(role) and role != Message.Role.USER:
        raise PermissionDenied("Only messages with the role user can be added")
    if not isinstance(content, str) or not content.strip():
        raise Invalid("Message content must be non-empty text")
    return str(validated(OldMessageIn(data={"content": content})).validated_data["content"])


def _in_openai_format(message: Message) -> dict[str, Any]:
    return {
        "id": f"msg_{message.pk}",
        "object": "thread.message",
        "created_at": int(message.created_at.timestamp()),
        "thread_id": str(message.thread_id),
        "role": message.role,
        "content": [{"type": "text", "text": {"value": message.content, "annotations": []}}],
        "assistant_id": None,
        "run_id": None,
        "attachments": [],
        "metadata": {},
    }
