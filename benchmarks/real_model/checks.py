"""`check_openai` for each wire and mode, as an operator who has just written the settings runs it."""

import re
import subprocess
from collections.abc import Mapping
from subprocess import PIPE, STDOUT

from benchmarks.real_model.table import Row
from deploy.common import PYTHON, ROOT

WAYS = (
    ("chat_completions", "stream"),
    ("chat_completions", "call"),
    ("responses", "stream"),
    ("responses", "call"),
    ("responses", "poll"),
)
FIRST_TEXT = re.compile(r"first text after (\d+) ms, (\d+) pieces")
PART = re.compile(r"^(reply|evaluation): .*, (\d+) ms, (?:about )?(\d+) tokens in, (?:about )?(\d+) out$", re.MULTILINE)
REFUSED = re.compile(r"^CommandError: (.+)$", re.MULTILINE)


def check(server: str, way: tuple[str, str], settings: Mapping[str, str], *, marks: bool) -> Row:
    """One run of it; `marks` says that the model can be expected to mark, and not only to talk."""
    api, mode = way
    environment = {**settings, "OPENAI_API": api, "OPENAI_RUN_MODE": mode}
    command = (str(PYTHON), "manage.py", "check_openai")
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, stdout=PIPE, stderr=STDOUT, text=True)
    said, passed = done.stdout, done.returncode == 0
    refused = REFUSED.search(said)
    replied = any(part[1] == "reply" for part in PART.finditer(said))
    # A model that cannot mark is to be told of in a sentence.
    holds = passed or (not marks and replied and refused is not None)
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
