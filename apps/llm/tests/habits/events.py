"""Streams that are written in many ways, and that break off in as many."""

import gzip
from collections.abc import Callable
from itertools import chain, count
from typing import Any

from apps.llm.tests.habits.habit import CHAT, RESPONSES, STREAMED, WHOLE, Habit
from apps.llm.tests.habits.server import PIECES, RESET, SILENCE, TEXT, Asked, Reply, chunk, event, sse

SHORT = (("timeout_s", 1.0),)


def streamed(name: str, server: Callable[[Asked], Reply], becomes: str = TEXT, **fields: Any) -> Habit:
    return Habit(name, server, becomes=becomes, **{"ways": (STREAMED,), **fields})


def written(change: Callable[[bytes], bytes]) -> Callable[[Asked], Reply]:
    """A good stream whose bytes are changed."""
    return lambda asked: sse(change(b"".join(event(one) for one in asked.events(*PIECES))))


def objects(change: Callable[[Asked], list[Any]]) -> Callable[[Asked], Reply]:
    return lambda asked: sse(*(event(one) if not isinstance(one, bytes) else one for one in change(asked)))


def then(*ends: Any) -> Callable[[Asked], Reply]:
    """Some text, and then something else than its end."""
    return lambda asked: sse(*(event(one) for one in asked.texts("I smoke ")), *ends)


def in_single_bytes(asked: Asked) -> Reply:
    text = b"".join(event(one) for one in asked.events("Zwölf. ", "十二。", "🚬."))
    return sse(*(text[at : at + 1] for at in range(len(text))))


def in_chunks(asked: Asked) -> Reply:
    """Transfer-Encoding: chunked, cut anywhere."""
    text = b"".join(event(one) for one in asked.events(*PIECES))
    parts = [text[at : at + 7] for at in range(0, len(text), 7)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    return [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body]


def zipped(asked: Asked) -> Reply:
    body = gzip.compress(b"".join(event(one) for one in asked.events(*PIECES)))
    return sse(body, head="Content-Type: text/event-stream\r\nContent-Encoding: gzip")


def named_events(asked: Asked) -> Reply:
    return sse(*(f"event: {one['type']}\n".encode() + event(one) for one in asked.events(*PIECES)))


def end_then(*more: Any) -> Callable[[Asked], Reply]:
    """A whole text with its ending, and then neither its tokens nor [DONE]."""
    return lambda asked: sse(*(event(one) for one in [*asked.texts(*PIECES), chunk("stop")]), *more)


ERROR = {"code": 502, "message": "Upstream error"}
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}

WRITTEN = [
    streamed("other line ends", written(lambda text: text.replace(b"\n", b"\r\n"))),
    streamed("no blank behind data", written(lambda text: text.replace(b"data: ", b"data:"))),
    streamed("comments between", written(lambda text: b": WAITING\n\n" + text.replace(b"\n\n", b"\n\n: ping\n\n"))),
    streamed("no empty lines", written(lambda text: text.replace(b"\n\n", b"\n")), wires=(CHAT,)),
    streamed("a byte order mark", written(lambda text: b"\xef\xbb\xbf" + text)),
    streamed("ids and pauses", written(lambda text: text.replace(b"data: ", b"id: 7\nretry: 10\ndata: "))),
    streamed("empty lines first", written(lambda text: b"\n\n\n" + text)),
    streamed("a single byte at a time", in_single_bytes, "Zwölf. 十二。🚬."),
    streamed("chunks without a length", in_chunks),
    streamed("gzip", zipped),
    streamed("the type of JSON", lambda asked: sse(*(event(one) for one in asked.events(*PIECES)),
             head="Content-Type: application/json")),
    streamed("no type", lambda asked: sse(*(event(one) for one in asked.events(*PIECES)), head="X: y")),
    streamed("named events", named_events, wires=(RESPONSES,)),
    streamed("numbers of tokens in each piece", objects(lambda asked: [
        {**one, "usage": {"prompt_tokens": 9, "completion_tokens": 1}} if isinstance(one, dict) else one
        for one in asked.events(*PIECES)]), wires=(CHAT,)),
    streamed("numbers of tokens by themselves", objects(lambda asked: [
        *asked.events(*PIECES, usage=False)[:-1], {"usage": {"prompt_tokens": 9, "completion_tokens": 1}}, "[DONE]"]),
        wires=(CHAT,)),
    streamed("an end whose piece is null", objects(lambda asked: [{"choices": None}, {"choices": []},
        *asked.texts(*PIECES), {"choices": [{"delta": None, "finish_reason": "stop"}]}]), wires=(CHAT,)),
    streamed("pieces of null", objects(lambda asked: [chunk(content=None), *asked.events(*PIECES)]), wires=(CHAT,)),
    streamed("other choices between", objects(lambda asked: [
        {"choices": [{"index": 1, "delta": {"content": "No."}}]}, *asked.events(*PIECES)]), wires=(CHAT,)),
    streamed("an unknown object first", objects(lambda asked: [{"prompt_filter_results": []}, *asked.events(*PIECES)])),
    streamed("the end in the last piece", objects(lambda asked: [
        *asked.texts("I smoke "), chunk("stop", content="ten a day."), "[DONE]"]), wires=(CHAT,)),
    streamed("a message in the last piece", objects(lambda asked: [{"model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}]}, "[DONE]"]),
        wires=(CHAT,)),
    streamed("no mark of the end", end_then(), wires=(CHAT,)),
    streamed("reset behind the end", end_then(RESET), wires=(CHAT,)),
    streamed("silence behind the end", end_then(SILENCE), wires=(CHAT,)),
    streamed("[DONE] and no ending", objects(lambda asked: [*asked.texts(*PIECES), "[DONE]"]), wires=(CHAT,)),
    Habit("a stream that nobody asked for", lambda asked: sse(*(event(one) for one in asked.events(*PIECES))),
          ways=(WHOLE,)),
]  # fmt: skip

BROKEN = [
    streamed("reset in the middle", then(RESET), "interrupted", retryable=True),
    streamed("closed in the middle", then(), "interrupted", retryable=True),
    streamed("silence in the middle", then(SILENCE), "timeout", retryable=True, fields=SHORT),
    Habit("silence from the beginning", lambda asked: sse(SILENCE), becomes="timeout", retryable=True, fields=SHORT),
    Habit("reset before a byte", lambda asked: [RESET], becomes="unreachable", retryable=True, absent=True),
    streamed("[DONE] in the middle of a sentence", then(event("[DONE]")), "interrupted", retryable=True),
    streamed("an error in the middle", then(event({"error": ERROR, "choices": [
        {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]})), "unavailable", retryable=True),
    streamed("an error with a name", then(b"event: error\n" + event({"error": ERROR})), "unavailable",
             retryable=True),
    streamed("an error in plain words", then(b"event: error\ndata: upstream timed out\n\n"), "upstream_error",
             retryable=True),
    streamed("an error of Anthropic's kind", then(event(OVERLOADED)), "rate_limited", retryable=True),
    streamed("an error as a text", then(event({"error": "llama runner process has terminated"})), "upstream_error",
             retryable=True),
    streamed("a flat error", then(event({"object": "error", "message": "boom", "code": 500})), "upstream_error",
             retryable=True, wires=(CHAT,)),
    streamed("429 in the middle", then(event({"error": {"code": 429, "message": "slow"}})), "rate_limited",
             retryable=True),
    streamed("429 before the first piece", lambda asked: sse(event({"error": {"code": 429}})), "rate_limited",
             retryable=True, absent=True),
    streamed("402 before the first piece", lambda asked: sse(event({"error": {"code": 402}})), "quota_exhausted"),
    streamed("half of an object", then(b'data: {"choi\n\n'), "invalid_answer", retryable=True),
    streamed("comments for ever", lambda asked: sse(*[b": ping\n\n"] * 3, SILENCE), "timeout", retryable=True,
             fields=SHORT),
    streamed("a page as a stream", lambda asked: sse(b"<html>502 Bad Gateway</html>"), "invalid_answer",
             retryable=True),
    streamed("nothing as a stream", lambda asked: sse(), "invalid_answer", retryable=True),
    streamed("nothing but [DONE]", lambda asked: sse(event("[DONE]")), "invalid_answer", retryable=True),
]  # fmt: skip


def repeated(*before: str, piece: str) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        begun = [event(one) for one in asked.texts(*before)]
        return sse(*begun, *[event(one) for one in asked.texts(piece)] * 3000)

    return answer


def on_and_on(asked: Asked) -> Reply:
    """Never the same twice, and never an end."""
    sentences = (f"I have had {number} of them since {number * 7919}. " for number in count(1))
    return chain(sse(), (event(asked.texts(sentence)[0]) for sentence in sentences))


CIRCLES = [
    streamed("one sentence for ever", repeated("Yes. ", piece="I smoke. "), "Yes. I smoke. "),
    streamed("one word for ever", repeated(TEXT, piece=" no"), TEXT),
    streamed(
        "ever new sentences", on_and_on, " ".join(f"I have had {n} of them since {n * 7919}." for n in range(1, 84))
    ),
]
ROWS = [*WRITTEN, *BROKEN, *CIRCLES]
