"""The name of a failure: from a status, or from what a server says of an error inside of an answer."""

import re

from apps.llm.adapting import is_context_exceeded, is_filtered
from apps.llm.envelope import Reported
from apps.llm.responses import Answer, ModelError

_CREDIT = ("insufficient_quota", "insufficient credit", "insufficient balance", "billing", "no credit", "more credits",
           "payment required", "quota_exceeded", "exceeded your current quota")  # fmt: skip
_LOADING_MODEL = ("loading model", "model is loading", "model is still loading", "currently loading", "still loading",
                  "being loaded", "model is warming up", "model is not ready", "model not ready")  # fmt: skip
_LOADING = ("loading", "warming up", "warm up", "warmup", "starting", "not ready", "initializing", "initialising",
            "cold start", "waking up", "spinning up", "provisioning", "not yet available", "model_cold")  # fmt: skip
_KEY = ("api key not valid", "api_key_invalid", "invalid_api_key", "invalid api key", "incorrect api key",
        "missing api key", "no api key")  # fmt: skip
_MODEL = re.compile(
    r"\bmodel_not_found|invalid model\b|model [^.]{0,80}(?:not found|does ?n.t exist|does not exist)|no models? loaded"
)
_CALLS = ("rate_limit", "rate limit", "too many requests", "resource_exhausted", "throttl", "overloaded_error")
_BUSY = (502, 503, 520, 521, 522, 523, 524, 529)


def failure(status: int | None, said: Reported, answer: Answer | None = None) -> ModelError:
    """The error of a call; `status` is that of the response, None where the error stands in an answer."""
    number = status if status and status >= 300 else said.status
    error = _named(number, said)
    error.retry_after = said.retry_after
    error.answer = answer
    error.absent = error.absent and not (answer and answer.text)
    error.said = said.message
    return error


def _named(status: int | None, said: Reported) -> ModelError:
    # With a pause it is a bound on the calls of a minute, in the words of an empty account.
    passes = status == 429 and said.retry_after is not None and "insufficient_quota" not in said.names
    if (said.mentions(*_CREDIT) and not passes) or status == 402:
        return ModelError("quota_exhausted", "The account at the model's provider has no credit.")
    if is_filtered(said) and status != 429:
        return ModelError("content_filtered", "The provider's content filter refused the conversation.")
    if (is_context_exceeded(said) and status not in {429, 503}) or status == 413:
        return ModelError("context_exceeded", "The conversation is longer than the model's context.")
    if status == 429 or (status is None and said.mentions(*_CALLS)):
        return ModelError("rate_limited", "The model's provider is limiting calls.", retryable=True, absent=True)
    if said.mentions(*_LOADING_MODEL) or (status == 503 and said.mentions(*_LOADING)):
        return ModelError("loading", "The model's server is loading the model.", retryable=True, absent=True)
    if status in {400, 401, None} and said.mentions(*_KEY):
        return _by_status(401)
    if status == 400 and _MODEL.search(f"{said.message.lower()} {' '.join(said.names)}"):
        return _by_status(404)
    if status is None and "invalid_request_error" in said.names:
        return ModelError("request_refused", "The model's server refused the request.")
    return _by_status(status)


def _by_status(status: int | None) -> ModelError:
    if status in {401, 403}:
        return ModelError("credentials_refused", "The model's server does not accept the key.")
    if status == 404:
        return ModelError("model_not_found", "The model's server does not know the model, or the answer asked for.")
    if status in {408, 504}:
        return ModelError("timeout", "The model's server did not answer in time.", retryable=True)
    if status is not None and 300 <= status < 400:
        return ModelError("redirected", f"The model's server sends its callers elsewhere ({status}).")
    if status in _BUSY:
        return ModelError("unavailable", "The model's server takes no calls now.", retryable=True, absent=True)
    if status is None or status >= 500 or status == 409:
        return ModelError("upstream_error", "The model's server failed.", retryable=True)
    return ModelError("request_refused", f"The model's server refused the request ({status}).")
