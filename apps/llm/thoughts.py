"""A model's thoughts, where they stand in the text of its answer: taken out before anything is shown.

They stand between tags, or before a closing tag whose opening one the server's template has swallowed. So nothing of
the first answer of a model that nobody knows is shown before it has ended; see Traits.thinks.
"""

import re
import string
from collections.abc import Iterator

_CLOSER_OF = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<reflection>": "</reflection>",
    "<seed:think>": "</seed:think>",
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|start_thinking|>": "<|end_thinking|>",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
    "<|channel|>commentary<|message|>": "<|channel|>final<|message|>",
    "<unused94>": "<unused95>",
}
_CLOSERS = frozenset(_CLOSER_OF.values())
# What templates leave around the answer proper.
_LEFTOVERS = (
    *(f"<|{name}|>" for name in ("im_end", "im_start", "eot_id", "end_of_text", "endoftext", "end", "start", "return",
                                 "end_of_turn", "start_response", "end_response")),
    "<|start|>assistant", "<|im_start|>assistant", "<end_of_turn>", "<s>", "</s>", "[inst]", "[/inst]",
)  # fmt: skip
_TAGS = sorted({*_CLOSER_OF, *_CLOSERS, *_LEFTOVERS}, key=len, reverse=True)
_TAG = re.compile("|".join(map(re.escape, _TAGS)))
_THOUGHT = re.compile("|".join(map(re.escape, sorted({*_CLOSER_OF, *_CLOSERS}, key=len, reverse=True))))
_BEGUN_TAGS = frozenset(tag[:size] for tag in _TAGS for size in range(1, len(tag)))
_LONGEST_TAG = len(_TAGS[0])
_MARK = re.compile(r"[<\[◁]")
# Lower case of the same length, whatever the text; tags are in ASCII but for one.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class _Scanner:
    """Splits a text that comes in pieces, wherever they are cut: gives the parts that are not between tags, and None
    for a closing tag that nothing has opened."""

    def __init__(self) -> None:
        self._waiting = ""
        self._closer = ""
        # Blank space at the beginning, and behind thoughts, is none of the answer.
        self._trimming = True
        self.thought = False

    @property
    def idle(self) -> bool:
        """Whether a piece without a mark of a tag would be given as it is."""
        return not (self._waiting or self._closer or self._trimming)

    def feed(self, piece: str, *, last: bool = False) -> Iterator[str | None]:
        """The parts that this piece completes; `last` says that no other one comes."""
        text, at = self._waiting + piece, 0
        lowered, self._waiting = text.translate(_LOWER), ""
        while at < len(text):
            if self._closer:
                at = self._end_of_thought(lowered, at)
                continue
            mark = _MARK.search(text, at)
            if mark is None or mark.start() > at:
                end = mark.start() if mark else len(text)
                yield self._trimmed(text[at:end])
                at = end
                continue
            if not last and lowered[at : at + _LONGEST_TAG] in _BEGUN_TAGS:
                self._waiting = text[at:]
                return
            tag = _TAG.match(lowered, at)
            if tag is None:
                yield self._trimmed(text[at])
                at += 1
                continue
            at = tag.end()
            if self._passed(tag[0]):
                yield None

    def _end_of_thought(self, lowered: str, at: int) -> int:
        """Where the thought ends that goes on here; what may be the beginning of its closing tag waits."""
        found = lowered.find(self._closer, at)
        if found < 0:
            self._waiting = lowered[max(at, len(lowered) - len(self._closer) + 1) :]
            return len(lowered)
        end = found + len(self._closer)
        self._closer, self._trimming = "", True
        return end

    def _passed(self, tag: str) -> bool:
        """Note a tag; whether it closes what nothing has opened."""
        if tag in _CLOSER_OF:
            self._closer, self.thought = _CLOSER_OF[tag], True
        elif tag in _CLOSERS:
            self._trimming = self.thought = True
            return True
        return False

    def _trimmed(self, text: str) -> str:
        if self._trimming:
            text = text.lstrip()
            self._trimming = not text
        return text


def has_mark_of_thoughts(text: str) -> bool:
    """Whether a tag that opens or closes thoughts stands in it."""
    return bool(_THOUGHT.search(text.translate(_LOWER)))


def without_thoughts(text: str) -> tuple[str, bool]:
    """The answer proper, and whether there were thoughts in it. Thoughts without an end leave nothing of what follows
    them."""
    scanner, parts = _Scanner(), list[str]()
    for part in scanner.feed(text, last=True):
        if part is None:
            parts.clear()
        else:
            parts.append(part)
    return "".join(parts), scanner.thought


class ThoughtFilter:
    """Gives the text of a stream without its thoughts.

    `hold`: nothing is given before thoughts have ended, or the answer. `leaked` says that a closing tag came after text
    had been given which then was a thought.
    """

    def __init__(self, *, hold: bool) -> None:
        self._hold = hold
        self._scanner = _Scanner()
        self._held: list[str] = []
        self._given = False
        self.leaked = False

    @property
    def thought(self) -> bool:
        """Whether there were thoughts."""
        return self._scanner.thought

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        if not self._hold and self._scanner.idle and not _MARK.search(piece):
            return self._give([piece])
        return self._give(self._shown(piece, last=False))

    def close(self) -> str:
        """What is left at the end of the answer."""
        rest = self._shown("", last=True)
        held, self._held = self._held, []
        return self._give(held + rest)

    def _shown(self, piece: str, *, last: bool) -> list[str]:
        shown: list[str] = []
        for part in self._scanner.feed(piece, last=last):
            if part is None:
                self.leaked = self.leaked or self._given
                self._hold = False
                self._held.clear()
                shown.clear()
            elif part and self._hold and (self._held or not self.thought):
                self._held.append(part)
            elif part:
                self._hold = False
                shown.append(part)
        return shown

    def _give(self, parts: list[str]) -> str:
        text = "".join(parts)
        self._given = self._given or bool(text.strip())
        return text
