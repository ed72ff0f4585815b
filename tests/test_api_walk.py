"""Run each step of docs/api.md and compare the answers with those shown there."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.exceptions import APIException

from config.settings.api import RATES
from deploy.common import ROOT
from tests.gateway import Gateway
from tests.stack import Stack

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EVENT = re.compile(r"^event: (\w+)\ndata: (.*)$", re.MULTILINE)
BETWEEN = "=== the next step"
# What is another one each time: ids of threads, versions and events, and times.
BY_CHANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|asst_\w{24}|\d{4}-\d\d-\d\dT[\d:.]+Z")


@dataclass
class Step:
    """A command, and the answer that is shown below it: silence where none is."""

    command: str
    kind: str = ""
    answer: str = ""

    def differences(self, said: str) -> list[str]:
        """Where this is not the answer that is shown."""
        if self.kind == "json":
            return differences(json.loads(self.answer), json.loads(said))
        if self.kind == "text":
            return differences(summarize_events(self.answer), summarize_events(said))
        return [f"says {said!r}"] if said else []


def steps() -> list[Step]:
    found: list[Step] = []
    for kind, text in BLOCK.findall(PAGE):
        if kind == "sh":
            found.append(Step(text))
        else:
            found[-1].kind, found[-1].answer = kind, text
    return found


def summarize_events(events: str) -> dict[str, Any]:
    """What the last event of each kind says, and the order of the kinds; pieces of the reply are put together."""
    told: dict[str, Any] = {}
    for kind, data in EVENT.findall(events):
        one = json.loads(data)
        if kind == "delta" and kind in told:
            one["text"] = told[kind]["text"] + one["text"]
        told[kind] = one
    return {**told, "kinds": " ".join(told)}


def differences(shown: Any, got: Any, place: str = "") -> list[str]:
    """Where they are not the same, with numbers and what BY_CHANCE knows left free; of a list the first is shown."""
    if type(shown) is not type(got):
        return [f"{place}: {type(got).__name__}, not {type(shown).__name__}"]
    if isinstance(shown, dict):
        missing = [f"{place}.{name} is not in both" for name in sorted(shown.keys() ^ got.keys())]
        both = [name for name in shown if name in got]
        return missing + [one for name in both for one in differences(shown[name], got[name], f"{place}.{name}")]
    if isinstance(shown, list):
        if bool(shown) != bool(got):
            return [f"{place}: {'empty' if shown else 'not empty'}"]
        return [one for pair in list(zip(shown, got, strict=False))[:1] for one in differences(*pair, f"{place}.0")]
    if isinstance(shown, str):
        pattern = ".*".join(re.escape(part) for part in BY_CHANCE.sub("*", shown).split("..."))
        same = re.fullmatch(pattern, BY_CHANCE.sub("*", got), re.DOTALL)
        return [] if same else [f"{place}: {got!r}, not {shown!r}"]
    return [] if shown == got or not isinstance(shown, bool) else [f"{place}: {got}"]


@pytest.mark.stack
def test_each_step_of_the_walk_answers_what_is_shown(gateway: Gateway, stack: Stack) -> None:
    assert shutil.which("curl"), "docs/api.md is written for curl, which is not installed"
    walk = steps()
    script = f"\necho; echo '{BETWEEN}'\n".join(step.command for step in walk)
    gateway.switch(1)
    # The events are those of a run that has not ended when they are asked for.
    stack.emulator.settings(latency_s=2.0)
    with stack.worker(**gateway.settings, OPENAI_RUN_MODE="stream"):
        done = subprocess.run(
            ["bash", "-euc", script], check=False, capture_output=True, text=True, timeout=90,
            env={"PATH": os.environ["PATH"], "BASE": gateway.url, "NO_PROXY": "127.0.0.1"},
        )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr}"
    answers = [said.strip() for said in done.stdout.split(BETWEEN)]
    pairs = zip(walk, answers, strict=True)
    wrong = [f"{step.command}{difference}" for step, said in pairs for difference in step.differences(said)]
    assert not wrong, "\n\n".join(wrong)
    assert [step.kind for step in walk].count("json") >= 15


def _errors(kind: type[APIException] = APIException) -> set[type[APIException]]:
    return {kind}.union(*map(_errors, kind.__subclasses__()))


def test_the_page_has_every_refusal_of_ours_with_its_status() -> None:
    get_resolver().resolve("/api/v2/threads/")  # every view is imported, and with it what it raises
    shown = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| (.*?) \|", PAGE, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
    }
    raised = {(one.status_code, str(one.default_code)): one.__module__ for one in _errors()}
    ours = {pair for pair, module in raised.items() if module.startswith("apps.") and "flask_compat" not in module}
    # This one has no class of its own.
    assert shown - raised.keys() == {(401, "user_inactive")}
    # The command line and the admin site pause calls to the model, and only the old API takes a message without a run.
    assert ours - shown == {(409, "already_paused"), (409, "not_paused"), (409, "too_many_unasked")}


def test_the_limits_are_those_of_the_settings() -> None:
    shown = re.findall(r"^\| `(\w+)` \| .* \| (\d+/\w+) \| .* \|$", PAGE, re.MULTILINE)
    assert dict(shown) == RATES


@pytest.mark.parametrize(
    ("shown", "got", "found"),
    [
        ({"a": [1]}, {"a": []}, [".a: empty"]),
        ({"a": 1}, {"b": 1}, [".a is not in both", ".b is not in both"]),
        ({"a": [{"b": "x"}]}, {"a": [{"b": 1}]}, [".a.0.b: int, not str"]),
        ({"a": None}, {"a": 1}, [".a: int, not NoneType"]),
        ({"a": True}, {"a": False}, [".a: False"]),
        ({"a": "queued"}, {"a": "failed"}, [".a: 'failed', not 'queued'"]),
        ({"a": 1, "b": "one ...", "c": [1]}, {"a": 2, "b": "one two", "c": [2, "x"]}, []),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_as_shown_is_noticed(shown: Any, got: Any, found: list[str]) -> None:
    assert differences(shown, got) == found


def test_words_below_a_step_that_shows_none_and_pieces_that_make_another_reply_are_noticed() -> None:
    shown = 'event: delta\ndata: {"text": "Hi. There."}\n'
    parts = 'event: delta\ndata: {"text": "Hi."}\n\nevent: delta\ndata: {"text": " %s."}\n'
    assert Step("curl", "text", shown).differences(parts % "There") == []
    assert Step("curl", "text", shown).differences(parts % "You") != []
    assert Step("curl").differences("oh") == ["says 'oh'"]
