"""What a server says about an error, in whichever envelope: OpenAI's, FastAPI's, Google's, a router's, plain text."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

# Longer texts are pages, and what they say stands at their beginning.
_LONGEST = 2000
_DEPTH = 6
_PART = r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)[a-z]*"
_DURATION = re.compile(rf"\s*(?:(\d+(?:\.\d+)?)|(?:{_PART}\s*)+)\s*", re.IGNORECASE | re.ASCII)
_PARTS = re.compile(_PART, re.IGNORECASE | re.ASCII)
_TRY_AGAIN = re.compile(r"(?:try again|retry|wait)\D{0,20}?((?:\d+(?:\.\d+)?\s?(?:ms|[smh])[a-z]*\s?)+)", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
# How an error says for how many seconds, or how long, not to come back.
_PAUSES = ("retryDelay", "retry_after", "retry_after_seconds", "retry_after_ms", "estimated_time")


@dataclass(frozen=True)
class Reported:
    """An error in the server's own words. `status` is the number that its body gives, `names` its code, type and status
    in lower case; `retry_after` is in seconds. `message` may quote the request: it is for people at a terminal, and for
    looking words up in, never for a log."""

    status: int | None = None
    names: frozenset[str] = frozenset()
    message: str = ""
    retry_after: float | None = None

    def mentions(self, *words: str) -> bool:
        """Whether the message or a name has one of these words, given in lower case."""
        text = f"{self.message.lower()} {' '.join(self.names)}"
        return any(word in text for word in words)


def reported_in(body: Any) -> Reported:
    """What a JSON body, or a text, says of an error."""
    if isinstance(body, str | bytes):
        body = _decoded(body)
    found = list(_objects(body))
    codes = [one[key] for one in found for key in ("code", "status", "type", "param") if one.get(key) is not None]
    numbers = [int(code) for code in codes if _is_status(code)]
    messages = [text for text in _texts(body) if text]
    message = " ".join(dict.fromkeys(messages))[:_LONGEST]
    return Reported(
        status=numbers[0] if numbers else None,
        names=frozenset(str(code).lower()[:100] for code in codes if not _is_status(code)),
        message=message,
        retry_after=_asked_pause(found, message),
    )


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """Retry-After in seconds, given as a number, as a duration or as a date; None where it is rubbish or missing."""
    if not header:
        return None
    if (seconds := _duration(header)) is not None:
        return seconds
    try:
        until = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _decoded(text: str | bytes) -> Any:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        return plain


def _objects(body: Any, depth: int = 0) -> Any:
    """Every object in which an error may be told, the outermost first."""
    if depth > _DEPTH:
        return
    if isinstance(body, list):
        for one in body[:5]:
            yield from _objects(one, depth + 1)
    if isinstance(body, dict):
        yield body
        for key in ("error", "errors", "detail", "details", "message", "metadata", "innererror", "raw"):
            inner = body.get(key)
            yield from _objects(_decoded(inner) if key == "raw" and isinstance(inner, str) else inner, depth + 1)


def _texts(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body.strip()[:_LONGEST]]
    said: list[str] = []
    for one in _objects(body):
        for key in ("message", "msg", "error", "errors", "detail", "raw"):
            told = one.get(key)
            said.extend(text.strip() for text in (told if isinstance(told, list) else [told]) if isinstance(text, str))
        if isinstance(one.get("loc"), list):
            said.append(".".join(str(part) for part in one["loc"]))
        if isinstance(one.get("param"), str):
            said.append(one["param"])
    return said


def _is_status(code: Any) -> bool:
    is_number = (isinstance(code, int) and not isinstance(code, bool)) or (isinstance(code, str) and code.isdecimal())
    return is_number and len(str(code)) == 3 and 300 <= int(code) <= 599


def _asked_pause(found: list[dict[str, Any]], message: str) -> float | None:
    for one in found:
        for key in _PAUSES:
            value, unit = one.get(key), 0.001 if key.endswith("_ms") else 1.0
            if isinstance(value, int | float) and not isinstance(value, bool):
                return max(0.0, float(value) * unit)
            if isinstance(value, str) and (seconds := _duration(value)) is not None:
                return seconds * unit
    told = _TRY_AGAIN.search(message)
    return _duration(told[1]) if told else None


def _duration(text: str) -> float | None:
    """Seconds in "7", "1.5s", "300 ms" or "1m30s"; None where it is none of them."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    if match[1]:
        return float(match[1])
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in _PARTS.findall(text))
