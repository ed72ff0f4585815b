"""A share of the calls that goes wrong by chance."""

import openai
import pytest

from openai_emulator.faults.random_faults import CHANCES, Chance
from openai_emulator.tests.conftest import Caller
from tests.mocks.openai_mock import Emulator


def test_the_same_seed_gives_the_same_faults_in_about_the_share_asked_for() -> None:
    first, again, other = (Chance(0.05, None, seed) for seed in (7, 7, 8))
    drawn = [first.draw() for _ in range(4000)]
    assert drawn == [again.draw() for _ in range(4000)]
    assert drawn != [other.draw() for _ in range(4000)]
    assert 140 < sum(fault is not None for fault in drawn) < 260
    assert {id(fault) for fault in drawn if fault} == {id(fault) for fault in CHANCES.values()}


def test_calls_go_wrong_in_the_kinds_that_are_named(responses: Caller, openai_emulator: Emulator) -> None:
    openai_emulator.settings(fault_share=1, fault_kinds=["server_error", "insufficient_quota"], fault_seed=3)
    seen = set()
    for _ in range(12):
        with pytest.raises(openai.APIStatusError) as raised:
            responses.patient()
        seen.add(raised.value.status_code)
    assert seen == {500, 429}
    assert set(openai_emulator.stats()["faults"]) == {"server_error", "insufficient_quota"}
    openai_emulator.settings(fault_share=0)
    assert responses.patient().status == "completed"


@pytest.mark.parametrize("wrong", [{"fault_share": 2}, {"fault_kinds": ["tea"]}, {"fault_kinds": "reset"}, {"x": 1}])
def test_settings_that_make_no_sense_are_refused(openai_emulator: Emulator, wrong) -> None:
    with pytest.raises(OSError, match="400"):
        openai_emulator.settings(**wrong)


def test_a_stream_takes_half_its_time_before_its_first_text(responses: Caller, openai_emulator: Emulator) -> None:
    openai_emulator.settings(latency_s=0.6)
    for _ in responses.patient(stream=True):
        pass
    seen = openai_emulator.requests()[-1]
    assert seen["first_text_at"] - seen["received_at"] > 0.28
    assert seen["ended_at"] - seen["first_text_at"] > 0.25
