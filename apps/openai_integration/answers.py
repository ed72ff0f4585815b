"""What a model's server answered, read whatever its shape: an Answer, or a ModelError that names what is wrong."""

import time
from dataclasses import dataclass
from typing import Any

from apps.openai_integration.texts import storable


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


def shaped(read: Any) -> Any:
    """What `read` returns; invalid_answer where the server's JSON does not have the shape that it reads."""
    try:
        return read()
    except (AttributeError, TypeError, IndexError, KeyError, ValueError) as error:
        raise ModelError(
            "invalid_answer", "The model's server answered in an unknown shape.", retryable=True
        ) from error


def from_response(response: Any, begun: float) -> Answer:
    answer = shaped(lambda: _response_answer(response, begun))
    status = status_of(response)
    if status == "failed":
        raise _background_failure(response, answer)
    if status == "incomplete":
        raise _cut_off(str(getattr(response.incomplete_details, "reason", "")), answer)
    if status != "completed":
        raise ModelError("upstream_error", "The model's server gave the answer up.", retryable=True, answer=answer)
    refusals = shaped(lambda: [part for item in response.output for part in _parts(item) if part.type == "refusal"])
    return _usable(answer, refused=bool(refusals))


def status_of(response: Any) -> str:
    """The state of the answer; servers that know no other than completed may leave it out."""
    return str(shaped(lambda: response.status) or "completed")


def identity_of(response: Any) -> str:
    """The id of a background answer, which has to fit our column."""
    identity = shaped(lambda: response.id)
    if not isinstance(identity, str) or not 0 < len(identity) <= 100 or identity != storable(identity):
        raise ModelError("invalid_answer", "The model's server gave its answer no usable id.", retryable=True)
    return identity


def _count(value: Any) -> int:
    """A number of tokens as our columns hold it; 0 where the server's is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _response_answer(response: Any, begun: float) -> Answer:
    usage = response.usage
    text = "".join(part.text for item in response.output for part in _parts(item) if part.type == "output_text")
    return Answer(
        text=storable(text),
        model=storable(str(response.model)),
        request_id=storable(str(response._request_id or "")),
        input_tokens=_count(getattr(usage, "input_tokens", 0)),
        cached_tokens=_count(getattr(getattr(usage, "input_tokens_details", None), "cached_tokens", 0)),
        output_tokens=_count(getattr(usage, "output_tokens", 0)),
        latency_ms=_since(begun),
    )


def _parts(item: Any) -> list[Any]:
    # Reasoning items come first and have no text of the answer.
    return (item.content or []) if item.type == "message" else []


def _background_failure(response: Any, answer: Answer) -> ModelError:
    code = str(getattr(response.error, "code", ""))
    # Quota has no code of its own among those that the package knows for a failed response.
    if "insufficient_quota" in {code, str(getattr(response.error, "type", ""))}:
        return ModelError("quota_exhausted", "The account at the model's provider has no credit.", answer=answer)
    if code == "rate_limit_exceeded":
        return ModelError("rate_limited", "The model's provider is limiting calls.", retryable=True, answer=answer)
    return ModelError("upstream_error", "The model's server failed.", retryable=True, answer=answer)


def from_completion(completion: Any, begun: float) -> Answer:
    answer = shaped(lambda: _completion_answer(completion, begun))
    choice = completion.choices[0]
    ended = str(choice.finish_reason)
    if ended in {"length", "content_filter"}:
        raise _cut_off("max_output_tokens" if ended == "length" else ended, answer)
    return _usable(answer, refused=bool(getattr(choice.message, "refusal", None)))


def _completion_answer(completion: Any, begun: float) -> Answer:
    usage = completion.usage
    text = completion.choices[0].message.content
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    return Answer(
        text=storable(text or ""),
        model=storable(str(completion.model)),
        request_id=storable(str(completion._request_id or "")),
        input_tokens=_count(getattr(usage, "prompt_tokens", 0)),
        cached_tokens=_count(getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", 0)),
        output_tokens=_count(getattr(usage, "completion_tokens", 0)),
        latency_ms=_since(begun),
    )


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


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
