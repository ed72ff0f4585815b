"""A short run of `python -m tests.fuzzing`."""

import pytest

from tests.fuzzing.__main__ import SEED
from tests.fuzzing.run import OF_OTHERS, fuzz, fuzz_all
from tests.fuzzing.world import ASKERS, running_school

SECONDS = 100
# An instructor reads there what is hidden from students, and writes nothing that they would read.
SEEN_AT = ("--include-name", "GET /api/v2/scenarios/", "--max-failures", "1")


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_nothing_that_is_asked_makes_a_fault_or_shows_a_student_what_is_hidden() -> None:
    with running_school() as school:
        seen = fuzz(school, "instructor", school.hidden, *SEEN_AT, seconds=60, seed=SEED)
        outcomes = fuzz_all(school, seconds=SECONDS, seed=SEED)
        faults = school.faults()
    assert OF_OTHERS in seen.story, seen.story
    assert [outcome.asker for outcome in outcomes] == list(ASKERS)
    for outcome in outcomes:
        assert outcome.failures == [], outcome.story
        assert outcome.operations > 60, outcome.story
        assert outcome.answered > 15, outcome.story
    assert faults == []
