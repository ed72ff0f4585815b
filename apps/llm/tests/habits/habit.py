"""A row of the table: what a server does, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.llm.tests.habits.server import TEXT, Asked, Reply, reply

CHAT, RESPONSES = "chat_completions", "responses"
WHOLE, STREAMED = "whole", "streamed"
Takes = Callable[[Asked], bool]


@dataclass(frozen=True)
class Habit:
    """What a server does with a request, and what must come of it.

    `becomes` is a text that is an answer, or else the code of an error, with `retryable` and `absent` as they must then
    be. `calls` are those of the first question at most, `later` those of each further one, once the server is known.
    `sent` is true of the last request. `fields` are of the question.
    """

    name: str
    server: Callable[[Asked], Reply]
    becomes: str = TEXT
    retryable: bool = False
    absent: bool = False
    calls: int = 1
    later: int = 1
    sent: Takes = lambda asked: True
    wires: tuple[str, ...] = (CHAT, RESPONSES)
    ways: tuple[str, ...] = (WHOLE, STREAMED)
    fields: tuple[tuple[str, Any], ...] = ()
    retry_after: float | None = None


def refusing(takes: Takes, status: int, body: Any) -> Callable[[Asked], Reply]:
    """A server that answers with a status what it does not take."""
    return lambda asked: asked.say() if takes(asked) else reply(status, body)


def failing(status: int, body: Any, **headers: str) -> Callable[[Asked], Reply]:
    """A server that answers everything with a status."""
    return lambda asked: reply(status, body, **headers)


def openai_error(message: str, **fields: Any) -> dict[str, Any]:
    """OpenAI's envelope."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}}
