"""A minute of benchmarks.soak: everything that can fail does, and nothing is lost."""

import pytest

from benchmarks.production import production
from benchmarks.soak import Plan, soak
from dev import system
from dev.workers import Worker

QUEUES = "runs,evaluations,maintenance"
PAIR = tuple(Worker(f"worker-{number}", QUEUES, threads=20, connections=8) for number in (1, 2))
PLAN = Plan(seconds=60, students=5, kill_every_s=12)
# What hangs at the provider must have ended, and been tried again, within the minute or soon after.
HURRY = {"OPENAI_TIMEOUT_S": "4", "RUN_DEADLINE_S": "35"}
# The first calls fail in these ways. In a minute on a busy machine the plan's share of failures may hit no call at all.
FIRST_FAULTS = ("server_error", "reset", "cut_stream")


@pytest.mark.stack
@pytest.mark.timeout(400)
def test_nothing_is_lost_or_doubled_while_workers_servers_and_the_model_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    # The packages are those that run the tests, and the pages are none of its business.
    monkeypatch.setattr(system, "collect_static_files", lambda *arguments: None)
    with production(PAIR, **HURRY) as site:
        for kind in FIRST_FAULTS:
            site.emulator("POST", "faults", {"kind": kind})
        log, findings = soak(site, PLAN)
        failed_calls = site.emulator("GET", "stats")["faults"]
    assert failed_calls.keys() >= set(FIRST_FAULTS)
    assert log.kills >= 4
    assert {finding.what: finding.found for finding in findings if not finding.holds} == {}
