"""What comes back from a model's server, on whichever wire: an Answer, or a ModelError that names what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from apps.core.text import strip_unstorable
from apps.llm.shaping import estimated_tokens

Read = TypeVar("Read")


@dataclass(frozen=True)
class Answer:
    """What the model said, and what it took.

    `model` is what the server calls itself, `latency_ms` is of this call. `cut` says that the text ends at the last
    whole sentence of a longer one, `estimated` that the tokens were not counted by the server, `thought` that thoughts
    came in a part or a field of their own. `fields` are the other fields of an answer of which one is shown (see
    ModelRequest), None where the model has given none.
    """

    text: str
    model: str
    request_id: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    latency_ms: int
    cut: bool = False
    estimated: bool = False
    thought: bool = False
    fields: dict[str, Any] | None = None


class ModelError(Exception):
    """No usable answer. `code` names the cause; `retryable` says whether the same call may succeed later.

    `absent` says that the server did not begin to work on the call, so that asking again costs nothing. `retry_after`
    is what it asked for, in seconds. `answer` is what had come of one that is no good, for its tokens. Nothing of the
    request is in `detail`; `said` are the server's own words, which may quote it and are for a terminal alone.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        retryable: bool = False,
        absent: bool = False,
        retry_after: float | None = None,
        request_id: str = "",
        answer: Answer | None = None,
        said: str = "",
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.absent = absent
        self.retry_after = retry_after
        self.request_id = request_id
        self.answer = answer
        self.said = said


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


def answer_of(text: str, received: Received, *, read: str, written: str, thought: bool = False) -> Answer:
    """The answer with what it took; `read` and `written` are the wire's names for the tokens of each kind."""
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
        thought=thought,
    )


def with_estimate(answer: Answer, *, sent: tuple[str, ...]) -> Answer:
    """The answer with about the tokens that it took, where the server has not counted them. `sent` are the request's
    texts."""
    if answer.input_tokens or answer.output_tokens:
        return answer
    output = estimated_tokens(answer.text) if answer.text else 0
    return replace(answer, input_tokens=estimated_tokens(*sent), output_tokens=output, estimated=True)


def _count(value: Any) -> int:
    """A number of tokens as our columns hold it; 0 where the server's is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def usable(answer: Answer) -> Answer:
    """The answer; raises ModelError where it says nothing."""
    if not answer.text.strip():
        raise ModelError("empty_answer", "The model answered with nothing.", retryable=True, answer=answer)
    return answer
