"""A quarter of a minute of benchmarks.hostile: one hostile student costs nobody a request or a reply."""

import pytest

from benchmarks import hostile
from benchmarks.soak import Plan
from dev import system
from dev.workers import Worker

QUEUES = "runs,evaluations,maintenance"
PAIR = tuple(Worker(f"worker-{number}", QUEUES, threads=20, connections=8) for number in (1, 2))


@pytest.mark.stack
@pytest.mark.timeout(400)
def test_one_hostile_student_makes_no_fault_and_takes_nothing_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # The packages are those that run the tests, and the pages are none of its business.
    monkeypatch.setattr(system, "collect_static_files", lambda *arguments: None)
    _, findings = hostile.run(Plan(seconds=8, students=8, kill_every_s=0), PAIR)
    assert {finding.what: finding.found for finding in findings if not finding.holds} == {}
