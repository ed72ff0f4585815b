"""From a refused request to one that the server takes: which trait its words point at.

Servers name what they do not take in many ways. Where the words point at nothing, the optional parts of the request are
left out one after the other, the likeliest first; what then succeeds is learned.
"""

import re
from collections.abc import Mapping
from typing import Any

from apps.llm.envelope import Reported
from apps.llm.traits import Traits

# Tries of one request, the first included.
MAX_TRIES = 7
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_NEXT_LIMIT = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens", "max_output_tokens": ""}
_OPTIONAL = ("stream_options", "reasoning_effort", "reasoning", "temperature", "store")
_CONTEXT_WORDS = (
    "context_length", "context length", "context size", "context window", "maximum context", "n_ctx", "max_model_len",
    "prompt is too long", "prompt too long", "input is too long", "input too long", "too many tokens", "token limit",
    "exceeds the limit of", "maximum input length", "max_total_tokens", "max_input_tokens", "exceed_context_size",
    "input token count", "maximum number of tokens", "reduce the length", "string_above_max_length",
)  # fmt: skip
_FILTER_WORDS = (
    "content_filter", "content filter", "content management policy", "content_policy", "content policy",
    "responsibleai", "responsible ai", "safety system", "prohibited_content", "data_inspection_failed",
    "inappropriate content", "sensitive content", "moderation", "guardrail", "safety reasons", "prompt was blocked",
    "usage policies", "flagged",
)  # fmt: skip
_SCHEMA_WORDS = (
    "response_format",
    "json_schema",
    "text.format",
    "grammar",
    "structured output",
    "guided_json",
    "schema",
)
_ROLE_WORDS = ("role", "template", "system", "jinja")
_SIZES = re.compile(
    r"(?:maximum context length|context (?:size|length|window)|max_model_len|n_ctx|limit(?: is| of)?|maximum(?: of)?|"
    r"<=|supports? at most|up to)[^\d\n]{0,40}?(\d[\d,_]{2,9})",
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


def changed_trait(said: Reported, traits: Traits, body: Mapping[str, Any]) -> dict[str, Any]:
    """What to do otherwise after a 400, 404, 422 or 5xx whose words point at a part of the request; {} where they do
    not. `body` is what was sent."""
    text = f"{said.message.lower()} {' '.join(said.names)}"
    for name in _OPTIONAL:
        if name in body and re.search(rf"\b{name}\b", text):
            return {"omitted": (*traits.omitted, name)}
    if limit := _other_limit(text, body):
        return limit
    has_schema = "response_format" in body or "text" in body
    if has_schema and any(word in text for word in _SCHEMA_WORDS):
        return _weaker_schema(traits)
    if any(word in text for word in _ROLE_WORDS) and re.search(r"\b(?:system|developer|role|template)", text):
        return _other_role(traits, text)
    if "instructions" in body and "instructions" in text:
        return _other_role(traits, text)
    return {}


def next_guess(traits: Traits, body: Mapping[str, Any]) -> dict[str, Any]:
    """What to do otherwise after a 400 or 422 whose words say nothing; {} where nothing is left to leave out."""
    for name in _OPTIONAL:
        if name in body:
            return {"omitted": (*traits.omitted, name)}
    if ("response_format" in body or "text" in body) and traits.schema != "prompt":
        return _weaker_schema(traits)
    sent = next((name for name in _LIMITS if name in body), None)
    if sent and traits.limit == "native":
        return {"limit": _NEXT_LIMIT[sent]}
    if sent:
        return {"limit": ""}
    return _other_role(traits, "")


def _other_limit(text: str, body: Mapping[str, Any]) -> dict[str, Any]:
    sent = next((name for name in _LIMITS if name in body), None)
    if sent is None or not re.search(rf"\b{sent}\b", text):
        return {}
    wanted = [name for name in _LIMITS if name != sent and re.search(rf"\b{name}\b", text)]
    if wanted:
        return {"limit": wanted[0]}
    return {"limit": _NEXT_LIMIT[sent]}


def _weaker_schema(traits: Traits) -> dict[str, Any]:
    return {"schema": {"json_schema": "json_object"}.get(traits.schema, "prompt")}


def _other_role(traits: Traits, text: str) -> dict[str, Any]:
    """The next place for the instructions: the role that the server names, at last the first message of the student."""
    if traits.instructions == "user":
        return {}
    wants_developer = "developer" in text and traits.instructions == "native" and re.search(r"use[^.]*developer", text)
    return {"instructions": "developer" if wants_developer else "user"}
