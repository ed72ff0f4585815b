"""The text of one field in a JSON answer: what of it is to be shown, also while it is being written.

A model that was asked for JSON may answer with plain text all the same. Then that text is what is shown.
"""

import json
import re
from typing import Any, NamedTuple

_FENCE = re.compile(r"```[a-zA-Z]*\s*")
_OBJECT_BEGUN = "{"
# One character of a JSON string, an escape of one, or its end.
_TOKEN = re.compile(r'[^"\\]+|\\u[0-9a-fA-F]{4}|\\[^u]|"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}
_HIGH_SURROGATES, _LOW_SURROGATES = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
# Before this many characters it is decided whether an answer is JSON.
_LONGEST_START = 40


class Shown(NamedTuple):
    """What is shown of an answer. `fields` are the others of a whole object, `closed` says that the text has its
    end."""

    text: str
    fields: dict[str, Any] | None
    closed: bool


class ShownField:
    """Gives the text of the field `name` while its object comes in pieces, wherever they are cut.

    The field is shown as it comes if it is the object's first; else at the end.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = re.compile(rf'\{{\s*"{re.escape(name)}"\s*:\s*"')
        self._state = "undecided"
        self._waiting = ""
        # The first half of a character that JSON writes as two escapes.
        self._high = 0

    @property
    def closed(self) -> bool:
        """Whether the text has come to its end."""
        return self._state == "closed"

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        if self._state == "plain":
            return piece
        if self._state == "closed":
            return ""
        self._waiting += piece
        if self._state == "undecided":
            self._decide(last=False)
        if self._state == "plain":
            text, self._waiting = self._waiting, ""
            return text
        return self._decoded() if self._state == "inside" else ""

    def close(self) -> str:
        """What is left to show at the end of the answer."""
        if self._state == "undecided":
            self._decide(last=True)
        text, self._waiting = self._waiting, ""
        if self._state == "plain":
            return text
        if self._state == "elsewhere":
            found = _object_in(text)
            self._state = "closed" if found else "plain"
            return _text_of(found, self._name) if found else text
        return ""

    def _decide(self, *, last: bool) -> None:
        text = _unfenced(self._waiting)
        if not text.startswith(_OBJECT_BEGUN):
            if last or (text and not "```".startswith(text[:3])) or len(text) > _LONGEST_START:
                self._state = "plain"
            return
        if found := self._start.match(text):
            self._state, self._waiting = "inside", text[found.end() :]
        elif last or len(text) > len(self._name) + _LONGEST_START:
            self._state = "elsewhere"

    def _decoded(self) -> str:
        parts, at = list[str](), 0
        while found := _TOKEN.match(self._waiting, at):
            piece, at = found[0], found.end()
            if piece == '"':
                self._state = "closed"
                break
            parts.append(self._character(piece))
        self._waiting = self._waiting[at:] if not self.closed else ""
        return "".join(parts)

    def _character(self, piece: str) -> str:
        if not piece.startswith("\\u"):
            self._high = 0
            return _ESCAPES.get(piece[1], piece[1]) if piece.startswith("\\") else piece
        code, high, self._high = int(piece[2:], 16), self._high, 0
        if code in _HIGH_SURROGATES:
            self._high = code
            return ""
        if code in _LOW_SURROGATES:
            return chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else ""
        return chr(code) if code else ""


def shown_of(answer: str, name: str) -> Shown:
    """What is shown of an answer that has come whole, or of as much of one as has come."""
    field = ShownField(name)
    text = field.feed(answer) + field.close()
    found = _object_in(answer)
    fields = None if found is None else {key: value for key, value in found.items() if key != name}
    return Shown(text, fields, field.closed)


def _unfenced(text: str) -> str:
    text = text.lstrip("\ufeff \n\r\t")
    fence = _FENCE.match(text)
    return text[fence.end() :] if fence else text


def _object_in(answer: str) -> dict[str, Any] | None:
    """The object that an answer is; None if it is none, or not whole."""
    text = _unfenced(answer)
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text_of(found: dict[str, Any], name: str) -> str:
    """The field's text; models that forget its name have one text only."""
    texts = [value for value in found.values() if isinstance(value, str)]
    own = found.get(name)
    if isinstance(own, str):
        return own
    return texts[0] if len(texts) == 1 else ""
