"""schemathesis' command line, once for each of those who ask, and what it found."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.common import PYTHON, ROOT
from tests.conformance import PATH as SCHEMA
from tests.fuzzing.world import ASKERS, School

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "use_after_free",
    "ignored_auth",
)
# Ours, in hooks.py.
OF_OTHERS = "no_data_of_others"
# They would sign out the one who asks.
LEFT_OUT = ("/api/v2/auth/logout/", "/api/v2/auth/password/change/")
# How the hash of a password begins, which nobody is shown.
HASH = "$pbkdf2-sha256$"
# Half of the ids are such as exist, anybody's; the others are made up.
SHARE_OF_IDS = 0.5
# Where an address or a body names a row > which rows.
NAMES = {
    "activity_id": "activities",
    "category_id": "categories",
    "character_id": "scenarios",
    "scenario_id": "scenarios",
    "mark_id": "marks",
    "student_id": "users",
}
# To load the program and the schema, and for the answers that are under way at the end.
START_S = 4


@dataclass(frozen=True)
class Outcome:
    """One of those who ask: how many operations, and of how many a good request had a 2xx. `story` is for people."""

    asker: str
    operations: int
    answered: int
    requests: int
    failures: list[str]
    story: str


def fuzz_all(school: School, *, seconds: float, seed: int) -> list[Outcome]:
    """One after the other, who may do least first: what students see is still there then."""
    ends = time.monotonic() + seconds
    outcomes = []
    for number, asker in enumerate(ASKERS):
        share = (ends - time.monotonic()) / (len(ASKERS) - number)
        hidden = [HASH, *school.hidden] if asker == "student" else [HASH]
        outcomes.append(fuzz(school, asker, hidden, seconds=share, seed=seed))
    return outcomes


def fuzz(school: School, asker: str, hidden: list[str], *options: str, seconds: float, seed: int) -> Outcome:
    """As one of ASKERS, in whose answers the hidden words may not be."""
    before = school.requests()
    report = school.folder / f"fuzzing-{asker}.json"
    command: list[str | Path] = [
        *(PYTHON, "-m", "schemathesis.cli", "--config-file", _configuration(school), "--no-color"),
        *("run", SCHEMA, "--url", school.url, "--header", f"Authorization: Bearer {school.tokens[asker]}"),
        *("--checks", ",".join([*CHECKS, OF_OTHERS]), "--seed", str(seed), "--max-time", str(int(seconds) - START_S)),
        *("--request-timeout", "20", "--report", "json", "--report-json-path", report),
        *(part for path in LEFT_OUT for part in ("--exclude-path", path)),
        *options,
    ]
    told = {"SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks", "FUZZING_HIDDEN": json.dumps(hidden), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, check=False, cwd=school.folder, env={**os.environ, **told}, capture_output=True, text=True
    )
    requests = school.requests() - before
    if not report.exists():
        return Outcome(asker, 0, 0, requests, ["did not run"], done.stdout + done.stderr)
    found = json.loads(report.read_text())
    failures = [f"{one['title']}: {', '.join(one.get('operations', []))}" for one in _wrong(found)]
    if done.returncode and not failures:
        failures = [f"exit code {done.returncode}"]
    answered = sum(any(phase["accepted"] for phase in phases.values()) for phases in found["valid_rates"].values())
    return Outcome(asker, found["operations"]["tested"], answered, requests, failures, done.stdout)


def _wrong(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*found["failures"], *found["errors"]]


def _configuration(school: School) -> Path:
    """A file that names the rows there are."""
    path = school.folder / "schemathesis.toml"
    lines = ["warnings = false", "cache.enabled = false", 'generation.database = "none"', "[parameters]"]
    for name, rows in NAMES.items():
        lines += [f'"{place}.{name}" = {_some(rows)}' for place in ("path", "query", "body")]
    # As numbers and as text: which of them fit, the schema says at each place.
    for rows, ids in school.ids.items():
        lines += [f"[dictionaries.{rows}]", f"values = {json.dumps([*ids, *map(str, ids)])}"]
    for rows in school.ids:
        regex = rf"^/api/v2/{rows}/\{{id\}}/"
        lines += ["[[operations]]", f"include-path-regex = '{regex}'", f'parameters = {{"path.id" = {_some(rows)}}}']
    path.write_text("\n".join(lines) + "\n")
    return path


def _some(rows: str) -> str:
    return f'{{dictionary = "{rows}", probability = {SHARE_OF_IDS}}}'
