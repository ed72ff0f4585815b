"""From a refused request to one that the server takes: which trait its words point at.

Servers name what they do not take in many ways. Where the words point at nothing, the parts of the request that can be
left out or put otherwise are tried, the likeliest first and one at a time; what then succeeds is learned.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from apps.llm.envelope import Reported
from apps.llm.traits import Traits

# Tries of one request, the first included.
MAX_TRIES = 11
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_NEXT_LIMIT = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens", "max_output_tokens": ""}
_OPTIONAL = ("stream_options", "reasoning_effort", "reasoning", "temperature", "store")
_CONTEXT_WORDS = (
    "context_length", "context length", "context size", "context window", "maximum context", "n_ctx", "max_model_len",
    "prompt is too long", "prompt too long", "input is too long", "input too long", "too many tokens", "token limit",
    "exceeds the limit of", "maximum input length", "max_total_tokens", "max_input_tokens", "exceed_context_size",
    "input token count", "maximum number of tokens", "reduce the length", "string_above_max_length",
    "contextwindowexceeded", "context overflow", "context the overflows", "exceeds the context", "maximum prompt",
    "exceeds the model's context", "maximum allowed length", "request too large", "longer than the model",
)  # fmt: skip
_FILTER_WORDS = (
    "content_filter", "content filter", "content management policy", "content_policy", "content policy",
    "responsibleai", "responsible ai", "safety system", "prohibited_content", "data_inspection_failed",
    "inappropriate content", "sensitive content", "moderation", "guardrail", "safety reasons", "prompt was blocked",
    "usage policies", "flagged",
)  # fmt: skip
_SCHEMA_WORDS = ("response_format", "response format", "text.format", "grammar", "structured output", "schema",
                 "guided_json", "json mode", "json_object")  # fmt: skip
_ROLES = re.compile(
    r"\broles?\b|\btemplat|jinja|\b(?:system|developer)[ _](?:role|message|prompt|instruction)|\balternat|"
    r"[\"'`](?:system|developer)[\"'`]"
)
# Said of a request, and not of a server that has failed.
_REFUSAL = re.compile(
    r"unknown|unsupported|not (?:\w+ )?support|unrecogni[sz]ed|unexpected|not (?:permitted|allowed|implemented|accept)|"
    r"invalid|extra|only|no such|jinja|template|must alternate|does ?n.t|does not|cannot|"
    r"failed to (?:parse|apply|initiali[sz]e)"
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big|many)|at most|less than|<=|maximum|exceed|between|range|up to|greater than|not be more"
)
_NUMBER = re.compile(r"(?<![\d.])\d[\d,_]*")
_SIZES = re.compile(
    r"(?:maximum context length|context (?:size|length|window)|max_model_len|n_ctx|limit(?: is| of)?|maximum(?: of)?|"
    r"<=|supports? at most|up to|tokens? >)[^\d\n]{0,40}?(\d[\d,_]{2,9})",
    re.IGNORECASE,
)


def is_context_exceeded(said: Reported) -> bool:
    """Whether a request was refused for its length."""
    return said.mentions(*_CONTEXT_WORDS)


def is_filtered(said: Reported) -> bool:
    """Whether a request was refused for what stands in it."""
    return said.mentions(*_FILTER_WORDS)


def context_size(said: Reported, sent_tokens: int) -> int:
    """The tokens that fit: what the server names, else two thirds of what was sent."""
    sizes = [int(re.sub("[,_]", "", number)) for number in _SIZES.findall(said.message)]
    named = [size for size in sizes if size >= 256]
    return min(named) if named else max(256, sent_tokens * 2 // 3)


def changed_trait(said: Reported, traits: Traits, body: Mapping[str, Any], *, failed: bool) -> dict[str, Any]:
    """What to do otherwise after a refusal whose words point at a part of the request; {} where they do not.

    `body` is what was sent. `failed` says that the status was a server's failure: then words that any failure may have
    count for nothing.
    """
    text = f"{said.message.lower()} {' '.join(sorted(said.names))}"
    if failed and not _REFUSAL.search(text):
        return {}
    named = _named_first(text, body)
    if not named and _ROLES.search(text):
        return _other_role(traits, text)
    if named in _LIMITS:
        return _lower_limit(text, body[named]) or _other_limit(text, named)
    if named:
        return {"omitted": (*traits.omitted, named)}
    if ("response_format" in body or "text" in body) and any(word in text for word in _SCHEMA_WORDS):
        return _weaker_schema(traits)
    if "instructions" in body and "instructions" in text:
        return _other_role(traits, text)
    return _lower_limit(text, _limit_of(body)) if re.search(r"(?:output|completion|new)[ _]tokens", text) else {}


def guesses(traits: Traits, body: Mapping[str, Any]) -> Iterator[Traits]:
    """What to try, one after the other, after a refusal whose words say nothing.

    First the same again: what is refused by chance must teach nothing. Then each part that may be the reason, by
    itself, so that no other one is given up with it; at last all of them.
    """
    yield traits
    least = traits
    while ("response_format" in body or "text" in body) and least.schema != "prompt":
        least = replace(least, **_weaker_schema(least))
        yield least
    omitted = [name for name in _OPTIONAL if name in body]
    for name in omitted:
        yield replace(traits, omitted=(*traits.omitted, name))
    least = replace(least, omitted=(*traits.omitted, *omitted))
    sent = next((name for name in _LIMITS if name in body), None)
    if sent and _NEXT_LIMIT[sent]:
        yield replace(traits, limit=_NEXT_LIMIT[sent])
    if traits.instructions != "user":
        least = replace(least, instructions="user")
        yield replace(traits, instructions="user")
    yield least
    yield replace(least, limit="")


def limit_is_too_high(said: Reported) -> bool:
    """Whether a request was refused for the length that it allows the answer, and not for its own."""
    text = said.message.lower()
    own_length = re.search(r"context (?:length|size)|input tokens|prompt|messages", text)
    return bool(re.search("|".join(_LIMITS), text) and _TOO_LARGE.search(text) and not own_length)


def _named_first(text: str, body: Mapping[str, Any]) -> str:
    """The field of the request that the words name first; "" where they name none that can be left out."""
    places = [
        (found.start(), name)
        for name in (*_OPTIONAL, *_LIMITS)
        if name in body and (found := re.search(rf"\b{name}\b", text))
    ]
    return min(places)[1] if places else ""


def _limit_of(body: Mapping[str, Any]) -> int:
    return next((body[name] for name in _LIMITS if name in body), 0)


def _lower_limit(text: str, sent: int) -> dict[str, Any]:
    """The highest limit of an answer that the words allow, where they say that `sent` is too high."""
    if not _TOO_LARGE.search(text):
        return {}
    numbers = [int(re.sub("[,_]", "", number)) for number in _NUMBER.findall(text)]
    lower = [number for number in numbers if 16 <= number < sent]
    return {"output_tokens": max(lower)} if lower else {}


def _other_limit(text: str, sent: str) -> dict[str, Any]:
    wanted = [name for name in _LIMITS if name != sent and re.search(rf"\b{name}\b", text)]
    return {"limit": wanted[0] if wanted else _NEXT_LIMIT[sent]}


def _weaker_schema(traits: Traits) -> dict[str, Any]:
    return {"schema": {"json_schema": "json_object"}.get(traits.schema, "prompt")}


def _other_role(traits: Traits, text: str) -> dict[str, Any]:
    """The next place for the instructions: the role that the server names, at last the first message of the student."""
    wants_developer = traits.instructions == "native" and re.search(r"use[^.]*developer", text)
    return {"instructions": "developer" if wants_developer else "user"}
