"""The faults of tests.seeded_faults can still be made."""

import pytest

from deploy.common import ROOT
from tests.seeded_fault_list import FAULTS, Fault
from tests.seeded_faults import main


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_text_of_a_fault_stands_once_in_its_file_and_its_tests_are_there(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.text) == 1
    assert fault.replacement != fault.text
    assert [path for path in fault.tests if not (ROOT / path).is_file()] == []


def test_there_are_many_and_real_processes_catch_some() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 30
    assert sum(fault.real for fault in FAULTS) >= 12


def test_a_name_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-fault"]) == 2
    assert "no-such-fault" in capsys.readouterr().err
