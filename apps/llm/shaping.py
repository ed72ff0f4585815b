"""A request as servers take it: roles that alternate, instructions where the server wants them."""

from typing import Any

from apps.llm.requests import ModelRequest
from apps.llm.traits import Traits

# A template that wants a student's message first gets this one where a conversation begins with the patient.
_BEGINNING = "(The student comes in.)"
# Bytes of UTF-8 for one token at least: English has four, Chinese about three.
BYTES_A_TOKEN = 3
# What a template adds to each message, in tokens.
_MESSAGE_TOKENS = 6


def messages_of(request: ModelRequest) -> list[dict[str, str]]:
    """The messages with roles that alternate, the first one the student's: those of one role in a row are joined by an
    empty line. The request's note stands at the end of the last one."""
    joined: list[dict[str, str]] = []
    for message in request.messages:
        if joined and joined[-1]["role"] == message["role"]:
            joined[-1]["content"] += f"\n\n{message['content']}"
        else:
            joined.append(dict(message))
    if joined and joined[0]["role"] != "user":
        joined.insert(0, {"role": "user", "content": _BEGINNING})
    if request.note:
        if not joined or joined[-1]["role"] != "user":
            joined.append({"role": "user", "content": request.note})
        else:
            joined[-1]["content"] += f"\n\n{request.note}"
    return joined


def with_instructions(request: ModelRequest, role: str) -> list[dict[str, str]]:
    """The messages behind the instructions, which are of this role; "user" puts them into the first message."""
    messages = messages_of(request)
    if not request.instructions:
        return messages
    if role != "user":
        return [{"role": role, "content": request.instructions}, *messages]
    first = messages[0]["content"] if messages else ""
    return [{"role": "user", "content": f"{request.instructions}\n\n---\n\n{first}"}, *messages[1:]]


def output_limit(max_tokens: int, traits: Traits) -> int:
    """The tokens to allow an answer, the model's thoughts among them; never more than a third of its context."""
    wanted = max_tokens * (4 if traits.thinks in {"aloud", "apart"} or traits.suspected else 1)
    allowed = min(wanted, traits.output_tokens or wanted)
    return min(allowed, traits.context_tokens // 3) if traits.context_tokens else allowed


def input_limit(max_tokens: int, traits: Traits) -> int:
    """The tokens that a request may have beside its answer; 0 where the size of the context is not known."""
    known = traits.context_tokens
    return max(256, known - output_limit(max_tokens, traits)) if known else 0


def schema_form(request: ModelRequest, traits: Traits) -> str:
    """How the request's schema is sent: as json_schema, as json_object, or "" for not at all."""
    if not request.schema or traits.schema == "prompt" or (request.shown and traits.schema != "json_schema"):
        return ""
    return traits.schema


def estimated_tokens(*texts: str) -> int:
    """About how many tokens these texts are, rather too many than too few."""
    return sum(len(text.encode()) // BYTES_A_TOKEN + _MESSAGE_TOKENS for text in texts)


def optional_fields(fields: dict[str, Any], traits: Traits) -> dict[str, Any]:
    """Those of the fields that have a value and that the server has not refused."""
    return {name: value for name, value in fields.items() if value not in (None, "") and name not in traits.omitted}
