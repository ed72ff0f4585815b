"""What a server takes and what its model does, learned from its answers, shared by all processes through Redis.

A trait is learned once for a base URL, a wire and a model, and forgotten after a day without a call, so that a server
that was changed is learned anew. OPENAI_TRAITS sets what need not be learned.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import structlog
from django.conf import settings
from redis import Redis

from apps.core.redis import FailOpenRedis
from apps.llm.endpoints import Endpoint, parsed

log = structlog.get_logger(__name__)

KEPT_S = 24 * 3600
# What another process has learned is seen after this long.
_LOOK_EVERY_S = 5.0
TRAITS = FailOpenRedis("model_traits")


@dataclass(frozen=True)
class Traits:
    """How to call one model.

    `limit`: the field that bounds an answer, "native" for the wire's own, "" where none is taken. `instructions`: the
    role that they have: "native" (the wire's own place), "system", "developer", or "user" for the first message.
    `schema`: "json_schema", "json_object" or "prompt" (in words alone). `omitted`: optional fields that are not sent.
    `context_tokens`: 0 where it is not known. `thinks`: "aloud" (in the answer's text), "apart", "no", or "" where no
    answer has told yet. `proven`: the kinds of call, "text" and "json", that these traits have served.
    """

    limit: str = "native"
    instructions: str = "native"
    schema: str = "json_schema"
    omitted: tuple[str, ...] = ()
    context_tokens: int = 0
    thinks: str = ""
    proven: tuple[str, ...] = ()


_NAMES = {field.name for field in fields(Traits)}
_LISTS = frozenset({"omitted", "proven"})
# By base URL and model: when Redis was asked, and what it said.
_seen: dict[tuple[str, str], tuple[float, Traits]] = {}


def traits_of(endpoint: Endpoint) -> Traits:
    """What is known of a model by now."""
    return _preset(endpoint, _learned(endpoint))


def learn(endpoint: Endpoint, **learned: Any) -> Traits:
    """Keep what a call has shown; what is known now."""
    before = _learned(endpoint)
    after = replace(before, **learned)
    if after != before:
        # Names of traits alone: nothing that a server or a student has said.
        log.info("model_trait_learned", traits=sorted(learned))
        server, model = _key(endpoint)
        _seen[server, model] = (time.monotonic(), after)
        TRAITS.ask(lambda redis: _keep(redis, server, model, after), None)
    return _preset(endpoint, after)


def forget(base_url: str) -> None:
    """Learn all models of a server anew."""
    server = _server_key(base_url)
    for known in [key for key in _seen if key[0] == server]:
        del _seen[known]
    TRAITS.ask(lambda redis: redis.delete(server), None)


def _learned(endpoint: Endpoint) -> Traits:
    key = server, model = _key(endpoint)
    looked_at, known = _seen.get(key, (0.0, None))
    if known is None or time.monotonic() - looked_at > _LOOK_EVERY_S:
        stored = TRAITS.ask(lambda redis: redis.hget(server, model), None)
        # Without Redis each process keeps what it has learned itself.
        known = _read(stored) if stored else known or Traits()
        _seen[key] = (time.monotonic(), known)
    return known


def _keep(redis: Redis, server: str, model: str, traits: Traits) -> None:
    pipe = redis.pipeline()
    pipe.hset(server, model, json.dumps(asdict(traits)))
    pipe.expire(server, KEPT_S)
    pipe.execute()


def _preset(endpoint: Endpoint, known: Traits) -> Traits:
    told = {name: _typed(name, value) for name, value in parsed(endpoint.preset).items()}
    if endpoint.context_tokens:
        told["context_tokens"] = endpoint.context_tokens
    if is_known(endpoint):
        told = {"thinks": "no", "proven": ("json", "text"), **told}
    return replace(known, **told) if told else known


def is_known(endpoint: Endpoint) -> bool:
    """Whether the server is one for which the wires were written: OpenAI's, or the offline emulator."""
    return endpoint.is_openai or (settings.OPENAI_EMULATED and endpoint.base_url == settings.OPENAI_BASE_URL)


def _key(endpoint: Endpoint) -> tuple[str, str]:
    return _server_key(endpoint.base_url), f"{endpoint.api} {endpoint.model}"


def _server_key(base_url: str) -> str:
    return f"model_traits:{hashlib.sha256(base_url.encode()).hexdigest()[:32]}"


def _read(stored: bytes | str) -> Traits:
    try:
        found = json.loads(stored)
        return Traits(**{name: _typed(name, value) for name, value in found.items() if name in _NAMES})
    except (ValueError, TypeError, AttributeError):  # of another version
        return Traits()


def _typed(name: str, value: Any) -> Any:
    return tuple(value) if name in _LISTS else value
