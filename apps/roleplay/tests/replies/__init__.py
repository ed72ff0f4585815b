"""Sample replies for the check: ordinary ones, and ones that must be rejected."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from apps.activities.samples import teaching_set

HERE = Path(__file__).parent
_PATIENTS = {"Frau Keller": "Keller", "Jamie": "Jamie", "Haddad": "Amir", "Amir": "Amir", "taxi": "Amir"}


@dataclass(frozen=True)
class Exchange:
    """A question and its reply. `block` is the heading in the file, `patient` a key of scenarios()."""

    block: str
    patient: str
    question: str
    reply: str


@cache
def scenarios() -> dict[str, dict[str, Any]]:
    return json.loads((HERE / "scenarios.json").read_text())


@cache
def patients() -> dict[str, dict[str, Any]]:
    """The patients of asked(), untold() and volunteered(), by name: also those of other languages, and the samples."""
    samples = {
        sample["name"]: {**sample, "additional_instructions": "\n".join(sample["additional_instructions"])}
        for sample in teaching_set.scenarios()
    }
    return {**scenarios(), **json.loads((HERE / "more_scenarios.json").read_text()), **samples}


def asked() -> list[Exchange]:
    """Questions about locked facts, with true answers. `block` is the register in which they are asked."""
    return [
        Exchange(register, patient, *_question_and_reply(line))
        for heading, line in _lines_with_headings("asked.txt")
        for patient, register in [heading.split(", ")]
    ]


def invitations() -> list[str]:
    """Messages that invite an answer without a question mark, a question word or a topic."""
    return (HERE / "invitations.txt").read_text().splitlines()


def untold() -> list[Exchange]:
    """Ordinary exchanges in which no locked fact is told."""
    return _exchanges("untold.txt")


def volunteered() -> list[Exchange]:
    """Messages that ask nothing, with replies that tell a locked fact."""
    return _exchanges("volunteered.txt")


def _exchanges(name: str) -> list[Exchange]:
    return [Exchange(patient, patient, *_question_and_reply(line)) for patient, line in _lines_with_headings(name)]


def ordinary() -> list[Exchange]:
    """Exchanges that must pass. Those under "Anybody" are tried with every patient."""
    return [
        Exchange(block, patient, *_question_and_reply(line))
        for block, line in _lines_with_headings("ordinary.txt")
        for patient in (scenarios() if block == "Anybody" else [block])
        if block != "Anybody" or patient != "Keller"
    ]


def hostile() -> list[Exchange]:
    """Replies to reject; `block` is the rule. They are Margaret's unless another patient is named."""
    found = []
    for rule, line in _lines_with_headings("hostile.txt"):
        patient, _, exchange = line.rpartition(" | ")
        question, reply = _question_and_reply(exchange) if patient else ("Good morning, what brings you in?", line)
        found.append(Exchange(rule, patient or "Margaret", question, reply))
    return found


def exchanges(name: str) -> list[Exchange]:
    """The exchanges of a file. They are Margaret's unless its headings are patients or the line names another one."""
    return [
        Exchange(block, block if block in scenarios() else _patient_of(line), *_question_and_reply(line))
        for block, line in _lines_with_headings(name)
    ]


def spoken(name: str) -> list[tuple[str, str]]:
    """The replies of a file that has no questions, each with its heading: who speaks."""
    return _lines_with_headings(name)


def _patient_of(line: str) -> str:
    return next((patient for word, patient in _PATIENTS.items() if word in line), "Margaret")


def _lines_with_headings(name: str) -> list[tuple[str, str]]:
    """Each line with its heading; escapes such as \\n and \\u200b are decoded."""
    block, found = "", []
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("# "):
            block = line[2:]
        else:
            found.append((block, _unescaped(line) if "\\" in line else line))
    return found


def _unescaped(line: str) -> str:
    quoted = line.replace('"', r"\"")
    return str(json.loads(f'"{quoted}"'))


def _question_and_reply(line: str) -> tuple[str, str]:
    question, reply = line.split(" => ")
    return question, reply
