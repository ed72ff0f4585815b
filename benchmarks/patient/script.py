"""The scripted consultations, and the facts of the patients in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = ("open", "closed", "nothing", "program")
SIGNS: dict[str, list[list[str]]] = json.loads((HERE / "signs.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Turn:
    """One message of the student. `asks` has the numbers of the locked facts that it asks for."""

    kind: str
    say: str
    asks: frozenset[int]


@dataclass(frozen=True)
class Consultation:
    """A student, "kind" or "hurried", and a sample patient. `number` counts from 1."""

    number: int
    patient: str
    student: str
    language: str
    turns: Sequence[Turn]


def consultations() -> list[Consultation]:
    """All of them, in the order of the file."""
    told: list[dict[str, Any]] = json.loads((HERE / "consultations.json").read_text(encoding="utf-8"))
    return [
        Consultation(number, one["patient"], one["student"], one["language"], [_turn(turn) for turn in one["turns"]])
        for number, one in enumerate(told, 1)
    ]


def _turn(told: Mapping[str, Any]) -> Turn:
    return Turn(told["kind"], told["say"], frozenset(told["asks"]))


def facts_told(patient: str, reply: str, heard: Sequence[str]) -> frozenset[int]:
    """The numbers of the locked facts that a reply tells, by their signs.

    A sign that the student has said first (`heard`) shows nothing. The signs know nothing of the service's ledger, so
    that they can be held against it.
    """
    spoken, known = (text.casefold().replace("’", "'") for text in (reply, " ".join(heard)))
    return frozenset(
        number
        for number, signs in enumerate(SIGNS[patient], 1)
        if any(sign in spoken and sign not in known for sign in signs)
    )
