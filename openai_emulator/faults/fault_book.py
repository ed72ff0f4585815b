"""Faults on request: which of the next calls fail, and how. KINDS lists the kinds."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from openai_emulator.wire.bodies import ModelOutput
from openai_emulator.wire.errors import ApiError

Json = dict[str, Any]
MARKING_KINDS = (
    "wrong_json", "not_json", "invented_quotes", "score_99", "ids_as_text", "null_evidence", "missing_criteria",
    "unknown_criteria", "credulous",
)  # fmt: skip
# Faults of the connection, which the server produces itself.
TRANSPORT_KINDS = ("reset", "hang", "slow", "cut_stream", "garbage", "empty_body")
REFUSAL_TEXT = "I'm sorry, but I can't help with that."
GARBAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>{"id": "resp_'
QUOTA = "You exceeded your current quota, please check your plan and billing details."


@dataclass(frozen=True)
class Fault:
    """One fault. With `times` 0 it stays until cleared; the other fields restrict or adjust it."""

    kind: str
    times: int = 1
    path: str | None = None
    only: str | None = None
    retry_after: float | None = None
    seconds: float | None = None
    text: str | None = None
    status: int | None = None
    content_type: str | None = None

    def fits(self, path: str, purpose: str) -> bool:
        """Whether the fault applies. Without `only` and `path` it applies to model calls, but not to polls."""
        if self.path is not None and path != self.path and not path.startswith(f"{self.path}/"):
            return False
        only = self.only or {"say": "patient"}.get(self.kind) or ("marking" if self.kind in MARKING_KINDS else None)
        if only is not None:
            return purpose == only
        return path == self.path or purpose in ("patient", "marking", "other")


class FaultBook:
    """The registered faults in order; each call takes the first that applies."""

    def __init__(self) -> None:
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def list(self) -> list[Json]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, path: str, purpose: str) -> Fault | None:
        with self._lock:
            for place, fault in enumerate(self._faults):
                if not fault.fits(path, purpose):
                    continue
                if fault.times == 1:
                    del self._faults[place]
                elif fault.times > 1:
                    self._faults[place] = replace(fault, times=fault.times - 1)
                return fault
        return None


def _rate_limit(fault: Fault) -> ApiError:
    headers = {} if fault.retry_after is None else {"retry-after": f"{fault.retry_after:g}"}
    message = fault.text or "Rate limit reached for requests. Please try again later."
    return ApiError(fault.status or 429, message, kind="requests", code="rate_limit_exceeded", headers=headers)


def _quota(fault: Fault) -> ApiError:
    return ApiError(fault.status or 429, fault.text or QUOTA, kind="insufficient_quota", code="insufficient_quota")


def _server_error(fault: Fault) -> ApiError:
    message = fault.text or "The server had an error while processing your request."
    return ApiError(fault.status or 500, message, kind="server_error", code="server_error")


def _unauthorized(fault: Fault) -> ApiError:
    return ApiError(fault.status or 401, fault.text or "Incorrect API key provided.", code="invalid_api_key")


def _not_found(fault: Fault) -> ApiError:
    message = fault.text or "The requested model does not exist or you do not have access to it."
    return ApiError(fault.status or 404, message, param="model", code="model_not_found")


def _bad_request(fault: Fault) -> ApiError:
    return ApiError(fault.status or 400, fault.text or "Your request is not valid.", code="invalid_value")


ERRORS: Mapping[str, Callable[[Fault], ApiError]] = {
    "rate_limit": _rate_limit,
    "insufficient_quota": _quota,
    "server_error": _server_error,
    "unauthorized": _unauthorized,
    "not_found": _not_found,
    "bad_request": _bad_request,
}


def _half(text: str) -> str:
    return text[: len(text) // 2]


def _failed(fault: Fault) -> ModelOutput:
    message = fault.text or "The model failed to generate a response."
    return ModelOutput(status="failed", error={"code": "server_error", "message": message})


ANSWERS: Mapping[str, Callable[[Fault, ModelOutput], ModelOutput]] = {
    "empty_text": lambda fault, answer: replace(answer, text=""),
    "say": lambda fault, answer: replace(answer, text=fault.text or ""),
    "refusal": lambda fault, answer: ModelOutput(refusal=fault.text or REFUSAL_TEXT),
    "incomplete": lambda fault, answer: replace(
        answer, text=_half(answer.text), status="incomplete", reason="max_output_tokens"
    ),
    "content_filter": lambda fault, answer: ModelOutput(status="incomplete", reason="content_filter"),
    "failed_after_queued": lambda fault, answer: _failed(fault),
    "queued_forever": lambda fault, answer: ModelOutput(status="queued"),
}
KINDS = (*ERRORS, *TRANSPORT_KINDS, *ANSWERS, *MARKING_KINDS)


def quota_in_background() -> ModelOutput:
    """A background call with an exhausted quota gets a failed response instead of a 429."""
    error = {"code": "rate_limit_exceeded", "message": QUOTA, "type": "insufficient_quota"}
    return ModelOutput(status="failed", error=error)


def parse_fault(body: Json) -> Fault:
    """Parse the JSON of POST /emulator/faults; ApiError if it is invalid."""
    checks: dict[str, tuple[type, ...]] = {
        "kind": (str,), "times": (int,), "path": (str,), "only": (str,), "retry_after": (int, float),
        "seconds": (int, float), "text": (str,), "status": (int,), "content_type": (str,),
    }  # fmt: skip
    for name, value in body.items():
        if name not in checks:
            raise ApiError(400, f"Unknown field: '{name}'.", param=name)
        if value is not None and (not isinstance(value, checks[name]) or isinstance(value, bool)):
            raise ApiError(400, f"Invalid type for '{name}'.", param=name)
    if body.get("kind") not in KINDS:
        raise ApiError(400, f"'kind' must be one of: {', '.join(KINDS)}.", param="kind")
    if body.get("only") not in (None, "patient", "marking", "other", "poll", "models"):
        raise ApiError(400, "'only' must be one of: patient, marking, other, poll, models.", param="only")
    if (body.get("times") or 0) < 0 or (body.get("seconds") or 0) < 0:
        raise ApiError(400, "'times' and 'seconds' must not be negative.")
    if not 400 <= (body.get("status") or 400) <= 599:
        raise ApiError(400, "'status' must be an error.", param="status")
    return Fault(**{name: value for name, value in body.items() if value is not None})
