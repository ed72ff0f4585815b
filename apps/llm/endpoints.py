"""Which model of which server answers for a purpose, and how it is called: the settings OPENAI_*."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from django.conf import settings

Purpose = Literal["patient", "examiner"]

# Tokens of an answer. A reply is a few sentences; an evaluation has a quote and two sentences for each criterion.
_MAX_TOKENS: dict[Purpose, int] = {"patient": 800, "examiner": 8000}
# Seconds. An evaluation is written as a whole, and is a hundred times as long as a reply.
_TIMEOUT_S: dict[Purpose, float] = {"patient": 30.0, "examiner": 120.0}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Endpoint:
    """One model of one server.

    `base_url` may end in a query, which every call then carries. `headers` and `extra_body` (JSON objects as text) are
    sent beside what the wire makes; `preset` (the same) holds traits that need not be learned. `max_tokens` bounds an
    answer. `context_tokens` is the size of the model's context, 0 where the operator has not given it. Times are in
    seconds; `first_text_timeout_s` bounds the wait for the first piece of a stream, 0 for no bound of its own.
    """

    base_url: str
    api_key: str
    api: str
    model: str
    reasoning_effort: str
    temperature: float | None
    max_tokens: int
    context_tokens: int
    timeout_s: float
    first_text_timeout_s: float
    headers: str
    extra_body: str
    preset: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_openai(self) -> bool:
        return self.host == "api.openai.com"

    @property
    def address(self) -> str:
        """The base URL without its query."""
        return urlunsplit(urlsplit(self.base_url)._replace(query="", fragment=""))

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.base_url).query, keep_blank_values=True))


def endpoint(purpose: Purpose) -> Endpoint:
    """The model that is asked first."""
    own = settings.OPENAI_PATIENT if purpose == "patient" else settings.OPENAI_EXAMINER
    return _made(_common(purpose), own)


def fallback(purpose: Purpose) -> Endpoint | None:
    """The model that is asked where the first one gives no answer; None where OPENAI_FALLBACK is not set."""
    return _made(endpoint(purpose), settings.OPENAI_FALLBACK) if settings.OPENAI_FALLBACK else None


@lru_cache(maxsize=64)
def parsed_field(text: str) -> dict[str, Any]:
    """The object in one of an endpoint's JSON fields. Not to be changed."""
    found: dict[str, Any] = json.loads(text)
    return found


def _common(purpose: Purpose) -> Endpoint:
    return Endpoint(
        base_url=settings.OPENAI_BASE_URL,
        api_key=settings.OPENAI_API_KEY,
        api=settings.OPENAI_API,
        model=settings.OPENAI_MODEL,
        reasoning_effort=settings.OPENAI_REASONING_EFFORT,
        temperature=settings.OPENAI_TEMPERATURE,
        max_tokens=settings.OPENAI_MAX_TOKENS or _MAX_TOKENS[purpose],
        context_tokens=settings.OPENAI_CONTEXT_TOKENS,
        timeout_s=settings.OPENAI_TIMEOUT_S or _TIMEOUT_S[purpose],
        first_text_timeout_s=settings.OPENAI_FIRST_TEXT_TIMEOUT_S,
        headers=_json(settings.OPENAI_HEADERS),
        extra_body=_json(settings.OPENAI_BODY),
        preset=_json(settings.OPENAI_TRAITS),
    )


def _made(common: Endpoint, own: dict[str, Any]) -> Endpoint:
    """`common` with what `own` says otherwise. Another server gets nothing that was meant for the first: no key, no
    headers, no fields."""
    renamed = {"body": "extra_body", "traits": "preset"}
    # 0 says of these, as of the settings, that they are as the purpose has them.
    given = {name: value for name, value in own.items() if value or name not in {"max_tokens", "timeout_s"}}
    named = {renamed.get(name, name): value for name, value in given.items()}
    for name in ("headers", "extra_body", "preset"):
        if name in named:
            named[name] = _json(named[name])
    if own.get("base_url", common.base_url) != common.base_url:
        openai = urlsplit(own["base_url"]).hostname == "api.openai.com"
        common = replace(
            common,
            api_key="",
            api="responses" if openai else "chat_completions",
            reasoning_effort="none" if openai else "",
            temperature=None,
            context_tokens=0,
            headers="{}",
            extra_body="{}",
            preset="{}",
        )
    return replace(common, **named)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True)
