"""What a server takes and what its model does, learned from its answers, shared by all processes through Redis.

A trait is learned once for a base URL, a wire and a model, and forgotten a day after the last one was learned, so that
a server that was changed is learned anew. OPENAI_TRAITS sets what need not be learned.
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
from apps.llm.endpoints import Endpoint, parsed_field

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
    `context_tokens`, and `output_tokens`, the most that an answer may have: 0 where they are not known. `thinks`:
    "aloud" (in the answer's text), "apart", "no", or "" where no answer has told yet. `suspected`: digests of the
    conversations in which thoughts have stood in the text since the last answer without any. `proven`: the kinds of
    call, "text" and "json", that these traits have served.
    """

    limit: str = "native"
    instructions: str = "native"
    schema: str = "json_schema"
    omitted: tuple[str, ...] = ()
    context_tokens: int = 0
    output_tokens: int = 0
    thinks: str = ""
    suspected: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()


_NAMES = {field.name for field in fields(Traits)}
_GROWING = frozenset({"omitted", "proven"})
_LISTS = _GROWING | {"suspected"}
# A student can have any model write the mark of a thought. So a model thinks aloud for everybody only once that many
# conversations have shown it, with no answer without thoughts between them.
_PROOFS = 3
# By base URL and model: when Redis was asked, and what it said.
_seen: dict[tuple[str, str], tuple[float, Traits]] = {}
# A refusal without words that no change has helped: the kind of call, and until when nothing is tried again.
_fruitless: dict[tuple[str, str, str], float] = {}
_FRUITLESS_S = 600.0


def traits_of(endpoint: Endpoint) -> Traits:
    """What is known of a model by now."""
    return _preset(endpoint, _learned(endpoint))


def learn(endpoint: Endpoint, **learned: Any) -> Traits:
    """Keep what a call has shown; what is known now. Nothing that another process has learned meanwhile is lost."""
    before = _learned(endpoint, anew=True)
    if learned.get("thinks") == "no" and before.thinks:
        del learned["thinks"]
    merged: dict[str, Any] = {
        name: tuple(dict.fromkeys([*getattr(before, name), *value])) if name in _GROWING else value
        for name, value in learned.items()
    }
    after = replace(before, **merged)
    if after != before:
        # Names of traits alone: nothing that a server or a student has said.
        log.info("model_trait_learned", traits=sorted(learned))
        server, model = _key(endpoint)
        _seen[server, model] = (time.monotonic(), after)
        TRAITS.ask(lambda redis: _keep(redis, server, model, after), None)
    return _preset(endpoint, after)


def suspect(endpoint: Endpoint, conversation: str) -> Traits:
    """Keep that thoughts stood in the text of an answer in this conversation, named by a digest; what is known now."""
    suspected = tuple(dict.fromkeys([*_learned(endpoint, anew=True).suspected, conversation]))
    return learn(endpoint, thinks="aloud" if len(suspected) >= _PROOFS else "", suspected=suspected)


def has_been_fruitless(endpoint: Endpoint, kind: str) -> bool:
    """Whether all that can be changed in this kind of call has lately been tried in vain, in this process."""
    return time.monotonic() < _fruitless.get((*_key(endpoint), kind), 0.0)


def note_fruitless(endpoint: Endpoint, kind: str) -> None:
    """Nothing that can be changed in this kind of call has helped."""
    _fruitless[(*_key(endpoint), kind)] = time.monotonic() + _FRUITLESS_S


def forget(base_url: str) -> None:
    """Learn all models of a server anew."""
    server = _server_key(base_url)
    noted: list[dict[Any, Any]] = [_seen, _fruitless]
    for notes in noted:
        for known in [key for key in notes if key[0] == server]:
            del notes[known]
    TRAITS.ask(lambda redis: redis.delete(server), None)


def _learned(endpoint: Endpoint, *, anew: bool = False) -> Traits:
    key = server, model = _key(endpoint)
    looked_at, known = _seen.get(key, (0.0, None))
    if anew or known is None or time.monotonic() - looked_at > _LOOK_EVERY_S:
        stored = TRAITS.ask(lambda redis: redis.hget(server, model) or b"", None)
        # Without Redis each process keeps what it has learned itself.
        known = (known or Traits()) if stored is None else _read(stored)
        _seen[key] = (time.monotonic(), known)
    return known


def _keep(redis: Redis, server: str, model: str, traits: Traits) -> None:
    pipe = redis.pipeline()
    pipe.hset(server, model, json.dumps(asdict(traits)))
    pipe.expire(server, KEPT_S)
    pipe.execute()


def _preset(endpoint: Endpoint, known: Traits) -> Traits:
    told = {name: _typed(name, value) for name, value in parsed_field(endpoint.preset).items()}
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
