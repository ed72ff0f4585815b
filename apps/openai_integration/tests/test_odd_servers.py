"""A conversation of fourteen messages with a cancelled run, and its evaluation, on servers with habits of their own."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from apps.llm.tests.habits.server import PIECES, Asked, Reply, Server, ok, reply
from apps.openai_integration.models import Message, Run, Thread, Usage
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, take
from apps.openai_integration.tests.test_runs import take as take_run
from apps.users.models import User

pytestmark = pytest.mark.django_db
TURNS = 14
FORBIDDEN = "a word that no filter lets through"
CONTEXT = 2500


def answer(asked: Asked, **how: Any) -> Reply:
    """A reply to a student, or marks: nothing met, in the shape that was asked for."""
    if "Mark this consultation" not in json.dumps(asked.body):
        return asked.say(**how)
    return asked.say(json.dumps({"criteria": [_unmet(name) for name in _criteria(asked)]}), **how)


def _criteria(asked: Asked) -> list[str]:
    """The ids of the rubric, which stands in the instructions, wherever those are."""
    first = asked.body.get("instructions") or (asked.body.get("messages") or asked.body["input"])[0]["content"]
    rubric, _ = json.JSONDecoder().raw_decode(first.split("## Rubric (JSON)\n")[1])
    return [criterion["id"] for criterion in rubric["criteria"]]


def _unmet(name: str) -> dict[str, Any]:
    return {"criterion_id": name, "evidence": [], "comment": "Not asked.", "rewrite_if_missing": "Ask.", "score": 0}


def strict_roles(asked: Asked) -> Reply:
    turns = [role for role in asked.roles if role != "system"]
    if any(one == other for one, other in pairwise(turns)) or turns[0] != "user":
        return reply(500, {"error": {"message": "Conversation roles must alternate user/assistant/user/assistant/..."}})
    return answer(asked)


def without_system_role(asked: Asked) -> Reply:
    if "instructions" in asked.body or "system" in asked.roles:
        return reply(400, {"error": {"message": "System role not supported", "code": 400}})
    return strict_roles(asked)


def thinks_aloud(asked: Asked) -> Reply:
    if "Mark this consultation" in json.dumps(asked.body):
        return answer(asked)
    return asked.say("They ask", " about smoking, so", " I tell it.</thi", "nk>\n\n", *PIECES)


def filters(asked: Asked) -> Reply:
    if FORBIDDEN in json.dumps(asked.body):
        return reply(400, {"error": {"code": "content_filter", "message": "The response was filtered."}})
    return answer(asked)


def small_context(asked: Asked) -> Reply:
    tokens = len(json.dumps(asked.body.get("messages") or [asked.body["instructions"], asked.body["input"]])) // 4
    if tokens + asked.limit > CONTEXT:
        said = f"the request exceeds the available context size ({CONTEXT} tokens), try increasing it"
        return reply(400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": said}})
    return answer(asked)


def never_stops(asked: Asked) -> Reply:
    if "Mark this consultation" in json.dumps(asked.body):
        return answer(asked)
    return asked.say(*PIECES, *([" and I cough and I cough."] * 400), ending="length")


def errors_in_success(asked: Asked) -> Reply:
    if asked.number % 3 == 1:
        return ok({"error": {"code": 502, "message": "Provider returned error"}, "choices": None})
    return answer(asked)


HABITS = [
    answer, strict_roles, without_system_role, thinks_aloud, filters, small_context, never_stops, errors_in_success
]  # fmt: skip


@pytest.fixture(params=HABITS, ids=lambda habit: habit.__name__)
def server(request: pytest.FixtureRequest, settings: Any) -> Iterator[Server]:
    habit: Callable[[Asked], Reply] = request.param
    with Server(habit) as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_EMULATED = server.base_url, False
        yield server


def say(thread: Thread, content: str) -> Run:
    return RunFactory(thread=thread, user_message=MessageFactory(thread=thread, content=content))


@pytest.mark.parametrize("mode", ["stream", "call"])
@pytest.mark.parametrize("api", ["chat_completions", "responses"])
def test_a_conversation_and_its_evaluation_end_well(
    server: Server, student: User, settings: Any, api: str, mode: str
) -> None:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = api, mode
    thread = ThreadFactory(student=student, activity=make_activity())
    calls = []
    for number in range(TURNS):
        run = say(thread, FORBIDDEN if number == 7 else f"Question {number}: do you smoke? {'Tell me more. ' * 12}")
        if number == 4:
            assert RunService.cancel(run=run).status == "cancelled"
            continue
        before = len(server.asked)
        take_run(run)
        calls.append(len(server.asked) - before)
        if number == 7 and run.error_code == "content_filtered":
            continue
        assert (run.status, run.error_code) == ("completed", "")
    texts = set(thread.messages.filter(role=Message.Role.ASSISTANT).values_list("content", flat=True))
    assert all(text.startswith("I smoke ten a day.") and len(text) < 4000 for text in texts)
    assert not any("think" in text for text in texts)
    ended = take(str(EvaluationService.create_evaluation(thread=thread, student=student).pk))
    assert (ended.status, ended.error_code) == ("completed", "")
    assert max(calls[2:]) <= 2, calls
    assert not Usage.objects.filter(created_at__lt=timezone.now(), outcome=Usage.BEGUN).exists()
