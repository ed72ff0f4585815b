"""The words in which answers end: only the good ones make an answer."""

from typing import Any

from apps.llm.tests.habits.habit import CHAT, RESPONSES, WHOLE, Habit
from apps.llm.tests.habits.server import TEXT, Asked, Reply, ok

HALF = "I smoke ten a day. It is for my ner"


def ended(word: Any, becomes: str = TEXT, *, text: str = TEXT, **fields: Any) -> Habit:
    """A chat completion with this finish_reason."""
    return Habit(f"ended by {word!r}: {text[:25]}", lambda asked: asked.say(text, ending=word), becomes=becomes,
                 wires=(CHAT,), **fields)  # fmt: skip


def cut_to(word: str) -> Habit:
    return ended(word, TEXT, text=HALF)


def status(word: str, reason: str | None, becomes: str, **fields: Any) -> Habit:
    def answer(asked: Asked) -> Reply:
        body = asked.whole(HALF, ending=word)
        return ok({**body, "incomplete_details": {"reason": reason} if reason else None})

    return Habit(f"status {word}, {reason}", answer, becomes=becomes, wires=(RESPONSES,), **fields)


def refused(asked: Asked) -> Reply:
    if not asked.on_responses:
        return ok(asked.whole(None, refusal="I cannot help with that."))
    body = asked.whole("")
    body["output"][0]["content"] = [{"type": "refusal", "refusal": "I cannot help with that."}]
    return ok(body)


GOOD = ("stop", "STOP", "eos", "eos_token", "end_turn", "stop_sequence", "FinishReason.STOP", "FINISH_REASON_STOP",
        "done")  # fmt: skip
LENGTH = ("length", "MAX_TOKENS", "max_output_tokens", "model_length", "FinishReason.MAX_TOKENS")
FILTER = ("content_filter", "SAFETY", "content-filter", "content_filter: OTHER", "PROHIBITED_CONTENT")

ROWS = [
    *map(ended, GOOD),
    *map(cut_to, LENGTH),
    *(ended(word, "content_filtered") for word in FILTER),
    *(ended(word, "upstream_error", retryable=True) for word in ("error", "abort", "cancelled")),
    *(ended(word, "invalid_answer", retryable=True) for word in ("tool_calls", "function_call", "other", "OK?")),
    ended(None, ways=(WHOLE,)),
    ended("", ways=(WHOLE,)),
    ended(None, "interrupted", text=HALF, retryable=True, ways=(WHOLE,)),
    ended("length", "truncated", text="I smoke ten", ways=(WHOLE,)),
    ended("stop", "empty_answer", text=" ", retryable=True),
    Habit("refused in words", refused, becomes="refused", ways=(WHOLE,)),
    status("incomplete", "max_output_tokens", TEXT),
    status("incomplete", "max_tokens", TEXT),
    status("incomplete", None, TEXT),
    status("incomplete", "content_filter", "content_filtered"),
    status("cancelled", None, "upstream_error", retryable=True),
    status("in_progress", None, "invalid_answer", retryable=True),
    Habit("one sentence over and over", lambda asked: asked.say("Yes. ", *["I smoke. "] * 60, ending="length"),
          becomes="Yes. I smoke. ", ways=(WHOLE,)),
    Habit("a list is no circle", lambda asked: asked.say("No. " * 12 + "I do not."), becomes="No. " * 12 + "I do not."),
]  # fmt: skip
