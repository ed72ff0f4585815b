"""What every wire can do."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received
from apps.llm.sse import StreamReader

_STATUS_ERRORS = {
    401: ("credentials_refused", "The model's server does not accept the key.", False),
    403: ("credentials_refused", "The model's server does not accept the key.", False),
    404: ("model_not_found", "The model's server does not know the model, or the answer asked for.", False),
    408: ("timeout", "The model's server did not answer in time.", True),
    409: ("upstream_error", "The model's server was busy with the same thing.", True),
    429: ("rate_limited", "The model's provider is limiting calls.", True),
}


class Wire(ABC):
    """How one question is put, and how what comes back is read. It holds nothing of a call: one object serves all."""

    path: ClassVar[str]

    @abstractmethod
    def body(self, request: ModelRequest) -> dict[str, Any]:
        """What is sent for a whole answer."""

    def stream_body(self, request: ModelRequest) -> dict[str, Any]:
        """What is sent for an answer that is read while it is written."""
        return {**self.body(request), "stream": True}

    @abstractmethod
    def answer(self, received: Received) -> Answer:
        """The answer in a whole body, streamed or not; raises ModelError where there is none that can be used."""

    @abstractmethod
    def stream_reader(self) -> StreamReader:
        """A new reader, for one streamed answer."""

    def refusal_of(self, status: int, error: Any) -> ModelError:
        """The error of a call that was answered with a status of 300 or more; `error` is what its body says."""
        if status == 429 and "insufficient_quota" in names_of(error):
            return ModelError("quota_exhausted", "The account at the model's provider has no credit.")
        if status in _STATUS_ERRORS:
            code, detail, retryable = _STATUS_ERRORS[status]
            return ModelError(code, detail, retryable=retryable)
        if status < 400:
            return ModelError("redirected", f"The model's server sends its callers elsewhere ({status}).")
        if status >= 500:
            return ModelError("upstream_error", "The model's server failed.", retryable=True)
        return ModelError("request_refused", f"The model's server refused the request ({status}).")


def names_of(error: Any) -> set[str]:
    """What a server calls an error: its code and its type."""
    told = error if isinstance(error, dict) else {}
    return {str(told.get("code")), str(told.get("type"))}


def reported_failure(error: Any, answer: Answer | None = None) -> ModelError:
    """The error that a server reports inside of an answer: in a failed response, or in the middle of a stream."""
    named = names_of(error)
    # Quota has no code of its own among those that are documented for a failed response.
    if "insufficient_quota" in named:
        return ModelError("quota_exhausted", "The account at the model's provider has no credit.", answer=answer)
    if "rate_limit_exceeded" in named:
        return ModelError("rate_limited", "The model's provider is limiting calls.", retryable=True, answer=answer)
    if "invalid_request_error" in named:
        return ModelError("request_refused", "The model's server refused the request.", answer=answer)
    return ModelError("upstream_error", "The model's server failed.", retryable=True, answer=answer)
