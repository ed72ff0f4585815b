"""A model's thoughts, where they stand in the text of its answer: taken out before anything is shown.

They stand between tags, or before a closing tag whose opening one the server's template has swallowed. So nothing of
the first answer of a model that nobody knows is shown before it has ended; see Traits.thinks.
"""

import re
import string

_PAIRS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|start_thinking|>", "<|end_thinking|>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ("<unused94>", "<unused95>"),
)
_OPENERS = tuple(opener for opener, _ in _PAIRS)
_CLOSERS = tuple(closer for _, closer in _PAIRS)
# What templates leave at the end, and around the answer proper.
_LEFTOVER = re.compile(
    r"<\|(?:im_end|im_start|eot_id|end_of_text|endoftext|end|start|return|end_of_turn|start_response|end_response)\|>"
    r"(?:assistant(?=<\||\s*$))?|<end_of_turn>|</?s>(?=\s*$)|\[/?INST\](?=\s*$)",
    re.IGNORECASE,
)
_MARKS = ("<", "[", "◁")
# Lower case of the same length, whatever the text; tags are in ASCII but for one.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LONGEST_TAG = max(map(len, (*_OPENERS, *_CLOSERS))) + 2


def without_thoughts(text: str) -> tuple[str, bool]:
    """The answer proper, and whether there were thoughts before it. Thoughts without an end leave nothing."""
    lowered = text.translate(_LOWER)
    begun = -1
    for closer in _CLOSERS:
        begun = max(begun, lowered.rfind(closer) + len(closer) if closer in lowered else -1)
    rest = text[begun:] if begun > 0 else text
    opened = min((place for opener in _OPENERS if (place := rest.translate(_LOWER).find(opener)) >= 0), default=-1)
    thought = begun > 0 or opened >= 0
    rest = rest[:opened] if opened >= 0 else rest
    return _LEFTOVER.sub("", rest).strip() if thought or _has_mark(rest) else rest, thought


class ThoughtFilter:
    """Gives the text of a stream without its thoughts.

    `hold`: nothing is given before a closing tag, or the end. `thought` says that there were thoughts, `leaked` that a
    closing tag came after text had been given which then was a thought.
    """

    def __init__(self, *, hold: bool) -> None:
        self._hold = hold
        self._waiting = ""
        self._inside = ""
        self._given = False
        self.thought = False
        self.leaked = False

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        if not (self._waiting or self._hold or self._inside or _has_mark(piece)):
            self._given = self._given or bool(piece.strip())
            return piece
        self._waiting += piece
        shown = "".join(iter(self._step, None))
        self._given = self._given or bool(shown.strip())
        return shown

    def close(self) -> str:
        """What is left at the end of the answer."""
        rest, _ = without_thoughts(self._waiting) if not self._inside else ("", True)
        self._waiting = ""
        return rest

    def _step(self) -> str | None:
        """The next part of what waits that may be shown, None where more has to come first."""
        lowered = self._waiting.translate(_LOWER)
        if self._inside:
            return self._end_thought(lowered, (self._inside,))
        if self._hold and not self._opened(lowered):
            return self._end_thought(lowered, _CLOSERS) if any(closer in lowered for closer in _CLOSERS) else None
        return self._outside(lowered)

    def _end_thought(self, lowered: str, closers: tuple[str, ...]) -> str | None:
        at, closer = min(((lowered.find(one), one) for one in closers if one in lowered), default=(-1, ""))
        if at < 0:
            self._waiting = self._waiting[-_LONGEST_TAG:]
            return None
        self.leaked = self.leaked or (self._given and not self._inside)
        self.thought, self._inside, self._hold = True, "", False
        self._waiting = self._waiting[at + len(closer) :].lstrip()
        return "" if self._waiting else None

    def _opened(self, lowered: str) -> bool:
        return lowered.lstrip().startswith(_OPENERS)

    def _outside(self, lowered: str) -> str | None:
        if not lowered:
            return None
        at = min((place for mark in _MARKS if (place := lowered.find(mark)) >= 0), default=len(lowered))
        if at > 0:
            shown, self._waiting = self._waiting[:at], self._waiting[at:]
            return shown
        for opener, closer in _PAIRS:
            if lowered.startswith(opener):
                self.thought, self._inside = True, closer
                self._waiting = self._waiting[len(opener) :]
                return ""
            if lowered.startswith(closer):
                return self._end_thought(lowered, (closer,))
        if leftover := _LEFTOVER.match(self._waiting):
            if leftover.end() == len(self._waiting) and len(self._waiting) < _LONGEST_TAG:
                return None
            self._waiting = self._waiting[leftover.end() :]
            return ""
        if len(lowered) < _LONGEST_TAG and _may_become_a_tag(lowered):
            return None
        shown, self._waiting = self._waiting[0], self._waiting[1:]
        return shown


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _may_become_a_tag(lowered: str) -> bool:
    return lowered.startswith(("<|", "<end", "<s", "</s", "[inst", "[/inst")) or any(
        tag.startswith(lowered) for tag in (*_OPENERS, *_CLOSERS, "[inst]", "[/inst]", "<end_of_turn>")
    )
