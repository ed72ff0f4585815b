"""docs/api.md is so: each of its steps is run, and answers in the shape that it shows."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BETWEEN = "--- the next step"


def steps() -> list[tuple[str, Any]]:
    """Each sh block, and the answer that is shown below it: None where there is none."""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    found: list[tuple[str, Any]] = []
    for kind, text in blocks:
        if kind == "sh":
            found.append((text, None))
        else:
            found[-1] = found[-1][0], json.loads(text)
    return found


def differences(shown: Any, got: Any, place: str = "") -> list[str]:
    """Where they are of another shape: other keys, another type, or a list that is empty in one of them."""
    if shown is None or got is None:
        return []
    if type(shown) is not type(got):
        return [f"{place}: {type(got).__name__}, not {type(shown).__name__}"]
    if isinstance(shown, dict):
        missing = [f"{place}.{name} is not in both" for name in sorted(shown.keys() ^ got.keys())]
        return missing + [
            one for name in shown.keys() & got.keys() for one in differences(shown[name], got[name], f"{place}.{name}")
        ]
    if isinstance(shown, list) and bool(shown) != bool(got):
        return [f"{place}: {'empty' if shown else 'not empty'}"]
    return differences(shown[0], got[0], f"{place}.0") if isinstance(shown, list) and shown else []


@pytest.mark.stack
def test_the_walk_through_a_consultation_is_as_it_is_shown(stack: Stack) -> None:
    assert shutil.which("curl"), "docs/api.md is written for curl, which is not installed"
    script = f"\necho '{BETWEEN}'\n".join(text for text, _ in steps())
    with stack.whole() as urls:
        # nginx sends the routes that wait to async; here web answers them with what there is by then.
        done = subprocess.run(
            ["bash", "-euc", script], check=False, capture_output=True, text=True, timeout=90,
            env={"PATH": os.environ["PATH"], "BASE": urls["web"], "NO_PROXY": "127.0.0.1"},
        )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr}"
    answers = done.stdout.split(f"{BETWEEN}\n")
    wrong = {}
    for (text, shown), said in zip(steps(), answers, strict=True):
        if shown is not None:
            wrong[text] = differences(shown, json.loads(said.strip().splitlines()[-1]))
    assert len(wrong) > 7
    assert {text: found for text, found in wrong.items() if found} == {}


def test_a_step_that_answers_otherwise_is_noticed() -> None:
    assert differences({"a": [1]}, {"a": []}) == [".a: empty"]
    assert differences({"a": 1}, {"b": 1}) == [".a is not in both", ".b is not in both"]
    assert differences({"a": {"b": "x"}}, {"a": {"b": 1}}) == [".a.b: int, not str"]
    assert differences({"a": None}, {"a": 1}) == []
