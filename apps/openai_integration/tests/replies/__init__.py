"""Replies written for the check: those that an ordinary patient gives, and those that none must."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exchange:
    """`block` is the heading that it stands under; `patient` a name of scenarios()."""

    block: str
    patient: str
    question: str
    reply: str


@cache
def scenarios() -> dict[str, dict[str, Any]]:
    return json.loads((HERE / "scenarios.json").read_text())


def ordinary() -> list[Exchange]:
    """What was asked and what a patient answered; those of "Anybody" may be any patient's."""
    return [
        Exchange(block, patient, *_turns(line))
        for block, line in _lines("ordinary.txt")
        for patient in (scenarios() if block == "Anybody" else [block])
        if block != "Anybody" or patient != "Keller"
    ]


def hostile() -> list[Exchange]:
    """Replies to turn away, `block` the rule; Margaret's unless another patient is named."""
    found = []
    for rule, line in _lines("hostile.txt"):
        patient, _, turns = line.rpartition(" | ")
        question, reply = _turns(turns) if patient else ("Good morning, what brings you in?", line)
        found.append(Exchange(rule, patient or "Margaret", question, reply))
    return found


def _lines(name: str) -> list[tuple[str, str]]:
    """Each line with the heading that it stands under; escapes such as \\n and \\u200b are read."""
    block, found = "", []
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("# "):
            block = line[2:]
        else:
            found.append((block, json.loads(f'"{line}"') if "\\" in line else line))
    return found


def _turns(line: str) -> tuple[str, str]:
    question, reply = line.split(" => ")
    return question, reply
