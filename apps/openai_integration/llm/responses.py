"""What a model's server answered, read whatever its shape: an Answer, or a ModelError that names what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from apps.core.text import strip_unstorable

Read = TypeVar("Read")


@dataclass(frozen=True)
class Answer:
    """What the model said, and what it took. `model` is what the server calls itself, `latency_ms` is of this call."""

    text: str
    model: str
    request_id: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    latency_ms: int


class ModelError(Exception):
    """No usable answer. `code` names the cause; `retryable` says whether the same call may succeed later.

    `retry_after` is what the server asked for, in seconds. Nothing of the request is in `detail`.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        request_id: str = "",
        answer: Answer | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after
        self.request_id = request_id
        self.answer = answer


@dataclass(frozen=True)
class Received:
    """A JSON answer with what its envelope said: the provider's id of the request, and how long it took."""

    json: Any
    request_id: str
    latency_ms: int


def parse_or_invalid(read: Callable[[], Read]) -> Read:
    """What `read` returns; invalid_answer where the server's JSON does not have the shape that it reads."""
    try:
        return read()
    except (AttributeError, TypeError, IndexError, KeyError, ValueError) as error:
        raise ModelError(
            "invalid_answer", "The model's server answered in an unknown shape.", retryable=True
        ) from error


def from_response(received: Received) -> Answer:
    """The answer in an object of the responses wire."""
    body = received.json
    answer = parse_or_invalid(lambda: _response_answer(received))
    status = status_of(body)
    if status == "failed":
        raise failure(body.get("error"), answer)
    if status == "incomplete":
        raise _cut_off(parse_or_invalid(lambda: str((body.get("incomplete_details") or {}).get("reason", ""))), answer)
    if status != "completed":
        raise ModelError("upstream_error", "The model's server gave the answer up.", retryable=True, answer=answer)
    refused = parse_or_invalid(lambda: any(part["type"] == "refusal" for part in parts_of(body)))
    return _usable(answer, refused=refused)


def status_of(body: Any) -> str:
    """The state of the answer; servers that know no other than completed may leave it out."""
    return str(parse_or_invalid(lambda: body.get("status")) or "completed")


def identity_of(body: Any) -> str:
    """The id of a background answer, which has to fit our column."""
    identity = parse_or_invalid(lambda: body.get("id"))
    if not isinstance(identity, str) or not 0 < len(identity) <= 100 or identity != strip_unstorable(identity):
        raise ModelError("invalid_answer", "The model's server gave its answer no usable id.", retryable=True)
    return identity


def failure(error: Any, answer: Answer | None = None) -> ModelError:
    """The error that a server reports inside of an answer: in a failed response, or in the middle of a stream."""
    told = error if isinstance(error, dict) else {}
    named = {str(told.get("code")), str(told.get("type"))}
    # Quota has no code of its own among those that are documented for a failed response.
    if "insufficient_quota" in named:
        return ModelError("quota_exhausted", "The account at the model's provider has no credit.", answer=answer)
    if "rate_limit_exceeded" in named:
        return ModelError("rate_limited", "The model's provider is limiting calls.", retryable=True, answer=answer)
    if "invalid_request_error" in named:
        return ModelError("request_refused", "The model's server refused the request.", answer=answer)
    return ModelError("upstream_error", "The model's server failed.", retryable=True, answer=answer)


def from_completion(received: Received) -> Answer:
    """The answer in an object of the chat completions wire."""
    answer = parse_or_invalid(lambda: _completion_answer(received))
    choice = received.json["choices"][0]
    ended = str(choice.get("finish_reason"))
    if ended in {"length", "content_filter"}:
        raise _cut_off("max_output_tokens" if ended == "length" else ended, answer)
    return _usable(answer, refused=bool(choice["message"].get("refusal")))


def _response_answer(received: Received) -> Answer:
    body = received.json
    text = "".join(part["text"] for part in parts_of(body) if part["type"] == "output_text")
    return _answer(text, received, read="input_tokens", written="output_tokens")


def parts_of(body: Any) -> list[Any]:
    """The parts of an object's messages; reasoning items come before them and have no text of the answer."""
    return [part for item in body["output"] if item["type"] == "message" for part in item.get("content") or []]


def _completion_answer(received: Received) -> Answer:
    text = received.json["choices"][0]["message"].get("content")
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    return _answer(text or "", received, read="prompt_tokens", written="completion_tokens")


def _answer(text: str, received: Received, *, read: str, written: str) -> Answer:
    usage = received.json.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get(f"{read}_details")
    return Answer(
        text=strip_unstorable(text),
        model=strip_unstorable(str(received.json.get("model") or "")),
        request_id=strip_unstorable(received.request_id),
        input_tokens=_count(usage.get(read)),
        cached_tokens=_count(details.get("cached_tokens") if isinstance(details, dict) else 0),
        output_tokens=_count(usage.get(written)),
        latency_ms=received.latency_ms,
    )


def _count(value: Any) -> int:
    """A number of tokens as our columns hold it; 0 where the server's is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _cut_off(reason: str, answer: Answer) -> ModelError:
    if reason == "content_filter":
        return ModelError("content_filtered", "The provider's content filter stopped the answer.", answer=answer)
    return ModelError("truncated", "The answer was cut off at its longest allowed length.", answer=answer)


def _usable(answer: Answer, *, refused: bool) -> Answer:
    if refused:
        raise ModelError("refused", "The model refused to answer.", answer=answer)
    if not answer.text.strip():
        raise ModelError("empty_answer", "The model answered with nothing.", retryable=True, answer=answer)
    return answer
