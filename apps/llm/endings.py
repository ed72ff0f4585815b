"""How an answer ended, in the words of many servers, and where one that is too long is cut."""

import re
from dataclasses import replace

from apps.core.text.sentence_boundaries import GrowingText
from apps.llm.responses import Answer, ModelError

_GOOD = frozenset(
    {"stop", "eos", "eos_token", "end_turn", "stop_sequence", "stop_token", "complete", "completed", "done", "end"}
)
_LENGTH = frozenset(
    {"length", "max_tokens", "max_output_tokens", "max_completion_tokens", "max_length", "model_length", "token_limit",
     "limit"}
)  # fmt: skip
_FILTER = frozenset(
    {"content_filter", "content_filtered", "safety", "blocklist", "prohibited_content", "spii", "recitation",
     "guardrail", "guardrail_intervened"}
)  # fmt: skip
_GIVEN_UP = frozenset({"error", "failed", "cancelled", "canceled", "abort", "aborted", "unavailable"})
# Characters of a reply. Real patients say 30 words; what is longer than this is no reply any more.
LONGEST_REPLY = 3000
# A text goes round in circles where its end is one piece, of at most LONGEST_PIECE characters, over and over again.
_SHORTEST_LOOP, _ROUNDS, _LONGEST_PIECE = 160, 4, 400
LOOKED_AT = _ROUNDS * _LONGEST_PIECE
_SENTENCE_ENDS = tuple(".!?…。！？؟।｡۔")
_CLOSERS = "\"'”’»«)]}*_」』）】 \n\t"


def settled(answer: Answer, ending: str | None, *, sentences: bool) -> Answer:
    """The answer as it may be used; raises ModelError where its ending is not a good one.

    `ending` is the server's word for it, None where it gave none. `sentences` says that the text is one to be cut: an
    answer in JSON has no part that would do.
    """
    word = _word(ending)
    if word in _FILTER:
        raise ModelError("content_filtered", "The provider's content filter stopped the answer.", answer=answer)
    if word in _LENGTH or (sentences and len(answer.text) > LONGEST_REPLY):
        return _shortened(answer, sentences=sentences)
    whole = ends_whole(answer.text) if sentences else answer.text.rstrip(" \n\t`").endswith("}")
    if word in _GOOD or (not word and whole):
        return answer
    if not word:
        raise ModelError("interrupted", "The model's server broke its answer off.", retryable=True, answer=answer)
    if word in _GIVEN_UP:
        raise ModelError("upstream_error", "The model's server gave the answer up.", retryable=True, answer=answer)
    raise ModelError(
        "invalid_answer", "The model's server ended its answer in an unknown way.", retryable=True, answer=answer
    )


def is_good(ending: str | None) -> bool:
    """Whether an answer came to its own end."""
    return _word(ending) in _GOOD


def is_length(ending: str | None) -> bool:
    """Whether an answer was ended for its length."""
    return _word(ending) in _LENGTH


def _word(ending: str | None) -> str:
    """The ending as it is known here: of "FinishReason.MAX_TOKENS" max_tokens, of "content_filter: OTHER"
    content_filter."""
    word = (ending or "").lower().partition(":")[0].strip().rpartition(".")[2]
    return re.sub("[- ]", "_", word).removeprefix("finish_reason_")


def _shortened(answer: Answer, *, sentences: bool) -> Answer:
    text = whole_sentences(answer.text[:LONGEST_REPLY]) if sentences else ""
    if not text:
        raise ModelError(
            "truncated",
            "The answer was cut off at its longest allowed length.",
            retryable=not answer.text.strip(),
            answer=answer,
        )
    return replace(answer, text=text, cut=True)


def whole_sentences(text: str) -> str:
    """The beginning of a text that consists of whole sentences; "" where it has none."""
    if ends_whole(text):
        return text
    growing = GrowingText()
    growing.add(text)
    return growing.given


def ends_whole(text: str) -> bool:
    """Whether the last sentence of a text has its end."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def goes_in_circles(text: str) -> bool:
    """Whether the end of a text is one piece over and over again."""
    return _round(text) > 0


def without_circles(text: str) -> str:
    """The text with what it repeats at its end said once."""
    size, end = _round(text), len(text)
    if size:
        piece = text[-size:]
        while text.startswith(piece, end - 2 * size) and end >= 2 * size:
            end -= size
    return text[:end]


def _round(text: str) -> int:
    """The length of the piece that the end of a text repeats, 0 where it repeats none."""
    end = text[-LOOKED_AT:]
    if len(end) < _SHORTEST_LOOP:
        return 0
    # The last characters stand again one piece before the end, so only such distances are tried.
    mark = end[-12:]
    at = end.rfind(mark, 0, len(end) - 1)
    while at >= 0:
        size = len(end) - len(mark) - at
        if size > _LONGEST_PIECE:
            return 0
        rounds = max(_ROUNDS, -(-_SHORTEST_LOOP // size))
        if len(end) >= rounds * size and end[-rounds * size :] == end[-size:] * rounds:
            return size
        at = end.rfind(mark, 0, at + len(mark) - 1)
    return 0
