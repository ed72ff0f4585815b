"""A short run of `python -m tests.fuzzing`."""

import pytest

from tests.fuzzing.__main__ import SEED
from tests.fuzzing.run import HASH, OF_OTHERS, fuzz, fuzz_all
from tests.fuzzing.world import ASKERS, running_school

SECONDS = 100
OPERATIONS, ANSWERED = 60, 15
# Where a busy machine did not come to all of them in that time.
ONCE_MORE = ("--max-examples", "5")
# An instructor reads there what is hidden from students, and writes nothing that they would read.
SEEN_AT = ("--include-name", "GET /api/v2/scenarios/", "--max-failures", "1")


@pytest.mark.stack
@pytest.mark.timeout(900)
def test_nothing_that_is_asked_makes_a_fault_or_shows_a_student_what_is_hidden() -> None:
    with running_school() as school:
        seen = fuzz(school, "instructor", school.hidden, *SEEN_AT, seconds=60, seed=SEED)
        outcomes = fuzz_all(school, seconds=SECONDS, seed=SEED)
        outcomes += [
            fuzz(school, outcome.asker, [HASH], *ONCE_MORE, seconds=700, seed=SEED)
            for outcome in outcomes
            if outcome.operations <= OPERATIONS or outcome.answered <= ANSWERED
        ]
        faults = school.faults()
    assert OF_OTHERS in seen.story, seen.story
    for outcome in outcomes:
        assert outcome.failures == [], outcome.story
    last = {outcome.asker: outcome for outcome in outcomes}
    assert list(last) == list(ASKERS)
    for outcome in last.values():
        assert outcome.operations > OPERATIONS, outcome.story
        assert outcome.answered > ANSWERED, outcome.story
    assert faults == []
