"""Failures in many envelopes: busy, loading, out of credit, or an error inside of a success."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from apps.llm.tests.habits.habit import CHAT, WHOLE, Habit, failing, openai_error
from apps.llm.tests.habits.server import TEXT, Asked, Reply, ok, reply

PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"


def busy(name: str, status: int, body: Any, *, retry_after: float | None = None, **headers: str) -> Habit:
    return Habit(name, failing(status, body, **headers), becomes="rate_limited", retryable=True, absent=True,
                 retry_after=retry_after)  # fmt: skip


def loading(status: int, body: Any) -> Habit:
    return Habit(f"loading, {status}: {body}", failing(status, body), becomes="loading", retryable=True, absent=True)


def failed(name: str, server: Any, code: str = "upstream_error", *, absent: bool = False) -> Habit:
    return Habit(name, server, becomes=code, retryable=True, absent=absent)


def final(name: str, server: Any, code: str, **fields: Any) -> Habit:
    return Habit(name, server, becomes=code, **fields)


def inside(error: Any, **beside: Any) -> Any:
    """A success that is none."""
    return lambda asked: ok({"id": "x", "choices": None, **beside, "error": error})


def in_a_choice(asked: Asked) -> Reply:
    body = asked.whole("I smoke")
    body["choices"][0] |= {"finish_reason": "error", "error": {"code": 502, "message": "Upstream error from X"}}
    return ok(body)


def junk_behind(asked: Asked) -> Reply:
    (answer,) = asked.say() if not asked.streamed else ok(asked.whole(TEXT))
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return [b"\r\n".join(lines) + b"\r\n\r\n\xef\xbb\xbf\n  " + body + b"\n\ndata: [DONE]\n\n"]


def until_a_date(asked: Asked) -> Reply:
    return reply(429, "", Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True))


GOOGLE = [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "You exceeded your current quota, please "
           "check your plan and billing details.", "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo",
           "retryDelay": "37s"}]}}]  # fmt: skip
BUSY = [
    busy("Retry-After in seconds", 429, openai_error("Rate limit reached"), retry_after=7, Retry_After="7"),
    busy("Retry-After of nothing", 429, "", retry_after=0, Retry_After="0"),
    Habit("Retry-After as a date", until_a_date, becomes="rate_limited", retryable=True, absent=True, retry_after=40),
    busy("Retry-After as rubbish", 429, "slow down", Retry_After="soon"),
    busy("retryDelay in a list", 429, GOOGLE, retry_after=37),
    busy("a pause in words", 429, openai_error("Rate limit reached. Please try again in 1m30.5s."), retry_after=90.5),
    busy("a pause in milliseconds", 429, openai_error("Please retry after 850 ms."), retry_after=0.85),
    busy("a page of a proxy", 429, "<html><h1>Too Many Requests</h1></html>"),
    busy("a router's", 429, {"error": {"message": "Provider returned error", "code": 429, "metadata": {
        "raw": "x is temporarily rate-limited upstream. Please retry shortly"}}}),
]  # fmt: skip
LOADING = [
    loading(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
    loading(503, {"error": "Model x is currently loading", "estimated_time": 20.0}),
    loading(503, "The model is warming up"),
    loading(503, {"detail": "Server is starting, not ready"}),
    loading(503, {"message": "Model is not ready"}),
    loading(503, {"error": {"message": "Service is initializing"}}),
    loading(503, "cold start in progress"),
    loading(503, {"error": {"message": "GPU is spinning up"}}),
    loading(500, {"error": "llama runner: model is still loading"}),
    loading(409, {"error": {"message": "The model is being loaded"}}),
]
FAILED = [
    failed("a page of a proxy, 502", failing(502, PAGE), "unavailable", absent=True),
    failed("a page of a proxy, 503", failing(503, "<html>Service Unavailable</html>"), "unavailable", absent=True),
    failed("a page of a proxy, 504", failing(504, "<html>Gateway Time-out</html>"), "timeout"),
    failed("overloaded", failing(529, {"type": "error", "error": {"type": "overloaded_error"}}),
           "unavailable", absent=True),
    failed("out of memory", failing(500, {"error": "CUDA error: out of memory"})),
    failed("a failure without a body", failing(500, "")),
    failed("200 with a page", lambda asked: reply(200, PAGE), "invalid_answer"),
    failed("200 without a body", lambda asked: reply(200, ""), "invalid_answer"),
    failed("a body that does not come whole", lambda asked: [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
           b"Content-Length: 500\r\n\r\n{\"id\": \"x\", "], "interrupted"),
    failed("500 inside of a success", inside({"code": 500, "message": "Internal Server Error"})),
    failed("a number as a text", inside({"code": "503", "message": "Provider is gone"}), "unavailable", absent=True),
    Habit("an error in a choice", in_a_choice, becomes="unavailable", retryable=True, wires=(CHAT,),
          ways=(WHOLE,)),
]  # fmt: skip
FINAL = [
    final("402 inside of a success", inside({"code": 402, "message": "Insufficient credits"}), "quota_exhausted"),
    final("402 beside an answer", lambda asked: ok({**asked.whole("I"), "error": {"code": 402}}), "quota_exhausted"),
    final("no credit, 429", failing(429, openai_error("You exceeded your current quota", code="insufficient_quota")),
          "quota_exhausted"),
    final("no credit, 400", failing(400, openai_error("Your credit balance is too low. Go to Plans & Billing.")),
          "quota_exhausted"),
    Habit("429 inside of a success", inside({"code": 429, "message": "busy"}), becomes="rate_limited", retryable=True,
          absent=True),
    Habit("429 inside of a success, in words", inside({"type": "rate_limit_error", "message": "Too many requests"}),
          becomes="rate_limited", retryable=True, absent=True),
    final("a key that is refused", failing(401, {"detail": "Unauthorized"}), "credentials_refused"),
    final("a model that is not there", failing(404, {"error": "model 'x' not found, try pulling it first"}),
          "model_not_found"),
    final("a path that is not there", failing(404, "404 page not found"), "model_not_found"),
    final("a request that is too large", failing(413, "<html>413 Request Entity Too Large</html>"), "context_exceeded"),
]  # fmt: skip
BODIES = [
    Habit("a byte order mark, blanks and junk", junk_behind),
    Habit("an answer that was to be streamed comes whole", lambda asked: ok(asked.whole(TEXT))),
    Habit("an answer that comes whole as text/plain", lambda asked: ok(asked.whole(TEXT), Content_Type="text/plain")),
    Habit("no numbers of tokens", lambda asked: asked.say(usage=False)),
]

ROWS = [*BUSY, *LOADING, *FAILED, *FINAL, *BODIES]
