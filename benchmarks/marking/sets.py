"""Reads a set: a rubric, conversations, and what people gave for them. docs/marking.md has the form."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.common import OperatorError

RUBRIC = "rubric.json"
ROLES = {"student": "user", "user": "user", "patient": "assistant", "assistant": "assistant"}
WIDEST = (0, 10)
LONGEST_NAME = 255
SCOPES = ("turns", "conversation")
_RUBRIC_KEYS = {"title", "source", "case", "case_notes", "speakers", "criteria"}
_CRITERION_KEYS = {
    "id", "name", "instructions", "lowest_score", "highest_score", "levels", "anchors", "scope"
}  # fmt: skip
_CONVERSATION_KEYS = {"source", "speakers", "messages", "scores"}
# So many problems are shown; one wrong name can make thousands.
SHOWN_PROBLEMS = 30

Json = dict[str, Any]


class UnreadableSetError(OperatorError):
    """The folder is no set. The message has every problem with its place, on a line of its own."""


@dataclass(frozen=True)
class Criterion:
    """A criterion of the set; `id` is what the scores are given under."""

    id: str
    name: str
    instructions: str
    lowest_score: int
    highest_score: int
    levels: list[Json]
    anchors: list[Json]
    scope: str


@dataclass(frozen=True)
class Conversation:
    """A conversation: messages {role: user|assistant, message}, and marker > criterion's id > score."""

    name: str
    messages: list[dict[str, str]]
    scores: dict[str, dict[str, int]]


@dataclass(frozen=True)
class MarkedSet:
    title: str
    case: str
    case_notes: str
    criteria: list[Criterion]
    conversations: list[Conversation]


def read_set(folder: Path) -> MarkedSet:
    """The set in a folder. Raises UnreadableSetError."""
    reader = _Reader(folder)
    found = reader.read()
    if reader.problems:
        more = len(reader.problems) - SHOWN_PROBLEMS
        rest = [f"... and {more} more"] if more > 0 else []
        raise UnreadableSetError("\n".join([*reader.problems[:SHOWN_PROBLEMS], *rest]))
    return found


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self._scales: dict[str, tuple[int, int]] = {}
        self._speakers: dict[str, Any] = {}

    def read(self) -> MarkedSet:
        rubric = self._object(self.folder / RUBRIC, _RUBRIC_KEYS)
        self._speakers = self._speakers_of(RUBRIC, rubric)
        criteria = list(self._criteria(rubric))
        title, case, notes = (self._text(RUBRIC, rubric, name, default="") for name in ("title", "case", "case_notes"))
        if self.problems:
            # What the conversations refer to is not known.
            return MarkedSet(title, case, notes, criteria, [])
        paths = sorted(path for path in self.folder.glob("*.json") if path.name != RUBRIC)
        if not paths:
            self._problem(str(self.folder), f"there is no conversation: each is a .json file beside {RUBRIC}")
        conversations = [self._conversation(path) for path in paths]
        if paths and not self.problems and not any(one.scores for one in conversations):
            self._problem(str(self.folder), "no conversation has scores")
        return MarkedSet(title, case, notes, criteria, conversations)

    def _criteria(self, rubric: Json) -> Iterator[Criterion]:
        for number, raw in enumerate(self._list(RUBRIC, rubric, "criteria") if rubric else []):
            place = f"{RUBRIC}: criteria[{number}]"
            if not self._is_object(place, raw, _CRITERION_KEYS):
                continue
            lowest, highest = (raw.get(name, default) for name, default in (("lowest_score", 0), ("highest_score", 2)))
            if not (_is_whole(lowest) and _is_whole(highest) and WIDEST[0] <= lowest < highest <= WIDEST[1]):
                self._problem(place, "lowest_score and highest_score are whole numbers, rising, from 0 to 10 at most")
                continue
            one = Criterion(
                self._text(place, raw, "id"), self._text(place, raw, "name"),
                self._text(place, raw, "instructions", default=""), lowest, highest,
                self._texts(place, raw, "levels", lowest, highest), self._texts(place, raw, "anchors", lowest, highest),
                self._text(place, raw, "scope", default="turns"),
            )  # fmt: skip
            if len(one.name) > LONGEST_NAME:
                self._problem(place, f"name has {LONGEST_NAME} characters at most; the rest belongs into instructions")
            if one.scope not in SCOPES:
                self._problem(place, f"scope is one of {', '.join(SCOPES)}")
            if one.id in self._scales:
                self._problem(place, f"the id {one.id!r} is there twice")
            self._scales[one.id] = (lowest, highest)
            yield one

    def _texts(self, place: str, raw: Json, name: str, lowest: int, highest: int) -> list[Json]:
        texts = raw.get(name, [])
        if not isinstance(texts, list) or not all(
            isinstance(text, dict)
            and text.keys() == {"score", "text"}
            and _is_whole(text["score"])
            and lowest <= text["score"] <= highest
            and isinstance(text["text"], str)
            for text in texts
        ):
            self._problem(place, f'{name} is a list of {{"score": {lowest} to {highest}, "text": "..."}}')
            return []
        return texts

    def _conversation(self, path: Path) -> Conversation:
        raw = self._object(path, _CONVERSATION_KEYS)
        speakers = {**self._speakers, **self._speakers_of(path.name, raw)}
        messages = list(self._messages(path.name, raw, speakers))
        if raw and not any(one["role"] == "user" and one["message"].strip() for one in messages):
            self._problem(path.name, "the student says nothing in it")
        return Conversation(path.stem, messages, self._scores(path.name, raw))

    def _messages(self, place: str, raw: Json, speakers: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        known = {**ROLES, **speakers}
        for number, message in enumerate(self._list(place, raw, "messages") if raw else []):
            here = f"{place}: messages[{number}]"
            if not self._is_object(here, message, {"role", "message"}):
                continue
            role, text = self._text(here, message, "role"), self._text(here, message, "message", default="")
            if role and role not in known:
                self._problem(
                    here,
                    f'who is {role!r}? Say it once: "speakers": {{{json.dumps(role)}: "student"}}, "patient" or null',
                )
            elif role and known[role] and text.strip():
                yield {"role": ROLES[known[role]], "message": text}

    def _speakers_of(self, place: str, raw: Json) -> dict[str, Any]:
        speakers = raw.get("speakers", {})
        if not isinstance(speakers, dict) or not all(one in ("student", "patient", None) for one in speakers.values()):
            self._problem(place, 'speakers is {"NAME": "student", "patient", or null for who is left out}')
            return {}
        return speakers

    def _scores(self, place: str, raw: Json) -> dict[str, dict[str, int]]:
        scores = raw.get("scores", {})
        if not isinstance(scores, dict) or not all(isinstance(given, dict) for given in scores.values()):
            self._problem(place, 'scores is {"MARKER": {"CRITERION": 3, ...}, ...}')
            return {}
        found = {
            marker: {
                criterion: int(score)
                for criterion, score in given.items()
                # null, as a criterion that is left out, is a score that this marker has not given.
                if score is not None and self._is_score(f"{place}: scores of {marker}", criterion, score)
            }
            for marker, given in scores.items()
        }
        return {marker: given for marker, given in found.items() if given}

    def _is_score(self, place: str, criterion: str, score: Any) -> bool:
        if criterion not in self._scales:
            self._problem(place, f"{RUBRIC} has no criterion {criterion!r}")
            return False
        lowest, highest = self._scales[criterion]
        # Spreadsheets and statistics programs write 4 as 4.0.
        whole = _is_whole(score) or (isinstance(score, float) and score.is_integer())
        if not whole or not lowest <= score <= highest:
            self._problem(place, f"{criterion} is a whole number from {lowest} to {highest}, not {json.dumps(score)}")
            return False
        return True

    def _object(self, path: Path, keys: set[str]) -> Json:
        try:
            raw = json.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            self._problem(str(path), "there is no such file")
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self._problem(path.name, f"it is not JSON in UTF-8: {error}")
            return {}
        return raw if self._is_object(path.name, raw, keys) else {}

    def _is_object(self, place: str, raw: Any, keys: set[str]) -> bool:
        if not isinstance(raw, dict):
            self._problem(place, "it is no JSON object")
            return False
        for unknown in sorted(raw.keys() - keys):
            self._problem(place, f"{unknown!r} is not known; known are {', '.join(sorted(keys))}")
        return True

    def _list(self, place: str, raw: Json, name: str) -> list[Any]:
        value = raw.get(name)
        if isinstance(value, list) and value:
            return value
        self._problem(place, f"{name} is a list that is not empty")
        return []

    def _text(self, place: str, raw: Json, name: str, default: str | None = None) -> str:
        value = raw.get(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value
        self._problem(place, f"{name} is a text")
        return ""

    def _problem(self, place: str, words: str) -> None:
        self.problems.append(f"{place}: {words}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
