"""`check_openai` for each wire and mode, as an operator who has just written the settings runs it."""

import re
from collections.abc import Mapping

from benchmarks.real_model.table import Row
from deploy.common import OperatorError
from dev.system import manage

WAYS = (
    ("chat_completions", "stream"),
    ("chat_completions", "call"),
    ("responses", "stream"),
    ("responses", "call"),
    ("responses", "poll"),
)
FIRST_TEXT = re.compile(r"first text after (\d+) ms, (\d+) pieces")
PART = re.compile(r"^(talk|marking): .*, (\d+) ms, (\d+) tokens in, (\d+) out$", re.MULTILINE)
REFUSED = re.compile(r"^CommandError: (.+)$", re.MULTILINE)


def check(server: str, way: tuple[str, str], settings: Mapping[str, str], *, marks: bool) -> Row:
    """One run of it; `marks` says that the model can be expected to mark, and not only to talk."""
    api, mode = way
    try:
        said, passed = manage({**settings, "OPENAI_API": api, "OPENAI_RUN_MODE": mode}, "check_openai"), True
    except OperatorError as error:
        said, passed = str(error), False
    refused = REFUSED.search(said)
    talked = any(part[1] == "talk" for part in PART.finditer(said))
    # A model that cannot mark is to be told of in a sentence.
    holds = passed or (not marks and talked and refused is not None)
    return Row(f"check_openai, {api}, {mode}", server, in_short(said), holds)


def in_short(said: str) -> str:
    """What the command printed, in a line."""
    parts = [
        f"{name} {int(ms) / 1000:.1f} s, {sent} tokens in, {got} out" for name, ms, sent, got in PART.findall(said)
    ]
    if first := FIRST_TEXT.search(said):
        parts.insert(0, f"first text after {int(first[1]) / 1000:.1f} s, {first[2]} pieces")
    if refused := REFUSED.search(said):
        parts.append(refused[1])
    return "; ".join(parts) or said.strip().splitlines()[-1]
