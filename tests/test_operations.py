"""docs/operations.md lists exactly the warnings that processes log and the codes of failed work."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path.read_text()
    for folder in ("apps", "config", "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if "tests" not in path.parts
]
EVENTS, CODES = (ROOT / "docs" / "operations.md").read_text().split("## Codes of work that failed")
# What a run or an evaluation that nobody has given up can end with; `given_up` and `cancelled` are no failures, and a
# check for which there is no time (`deadline_near`) fails nothing.
ENDINGS = re.compile(
    r"(?:Model|SpoiltMarking)Error\(\s*\"(\w+)\"|_fail\([\w., ]*\"(\w+)\"|error_code=\"(\w+)\"|^    \d{3}: \(\"(\w+)\"",
    re.MULTILINE,
)
NO_FAILURES = {"given_up", "cancelled", "deadline_near"}


def named(table: str) -> set[str]:
    """What the first column of a table has."""
    return {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }


def test_every_event_that_is_warned_of_is_told() -> None:
    warned = {name for text in SOURCES for name in re.findall(r"log\.(?:warning|error)\(\s*\"(\w+)\"", text)}
    assert len(warned) > 15
    assert warned <= named(EVENTS)
    said = {name for text in SOURCES for name in re.findall(r"log\.\w+\(\s*\"(\w+)\"", text)}
    assert named(EVENTS) - {"code", "lease_lost", "request_failed"} <= said


def test_every_code_of_what_failed_is_told() -> None:
    codes = {name for text in SOURCES for found in ENDINGS.findall(text) for name in found if name}
    assert named(CODES) == codes - NO_FAILURES
