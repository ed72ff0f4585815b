"""benchmarks.patient and benchmarks.marking on the real processes, which they share here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.marking.figures import report
from benchmarks.marking.markings import markings
from benchmarks.marking.sets import read_set
from benchmarks.patient.__main__ import play
from benchmarks.patient.figures import figures
from benchmarks.patient.script import consultations
from benchmarks.production import Production, production
from deploy.common import ROOT
from dev import system
from dev.workers import SINGLE_WORKER

SAMPLE = ROOT / "benchmarks" / "marking" / "sample"
pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def site() -> Iterator[Production]:
    with pytest.MonkeyPatch.context() as patch:
        # The packages are those that run the tests, and the pages are none of its business.
        patch.setattr(system, "collect_static_files", lambda *arguments: None)
        with production(SINGLE_WORKER) as running:
            yield running


def test_two_short_consultations_with_the_emulator(site: Production) -> None:
    script = {one.number: one for one in consultations()}
    english, french = script[1], script[11]
    at_rest = replace(english.turns[3], say="Do you ever get it at rest?")
    short = [replace(english, turns=[english.turns[0], at_rest]), french]
    played = play(site, short, 2)
    assert [(one.consultation.number, one.number, one.status) for one in played] == [
        (1, 1, "completed"), (1, 2, "completed"), (11, 1, "completed"), (11, 2, "completed"),
    ]  # fmt: skip
    first, rest, *_ = played
    assert "tightness" in first.reply
    assert (rest.turn.asks, rest.volunteered) == ({1}, frozenset())
    assert rest.told == rest.ledger == {1}
    assert "Diagnosis" not in first.facts
    assert "dropped dead" in first.facts
    for one in played:
        assert one.calls == 1
        assert min(one.tokens[0], one.tokens[2]) > 0
        assert one.first_text_s is not None
        assert one.contradicts is False  # the emulator's least answer
    assert dict(figures(played, None))["turns, and how they ended"] == "4: 4 completed"


def test_the_set_that_ships_is_marked_by_the_service(site: Production, tmp_path: Path) -> None:
    results = markings(SAMPLE, site.system.settings, tmp_path / "results.json", together=4)
    frozen = site.rows("SELECT DISTINCT rubric->>'case_notes' FROM evaluations")
    found = read_set(SAMPLE)
    assert [result["conversation"] for result in results] == [one.name for one in found.conversations]
    assert {result["status"] for result in results} == {"completed"}
    assert all(result["marks"].keys() == {one.id for one in found.criteria} for result in results)
    assert all(result["calls"] >= 1 and result["input_tokens"] > 0 for result in results)
    assert frozen == [(found.case_notes,)]
    opening = {result["conversation"]: result["marks"]["opening"]["score"] for result in results}
    assert (opening["1-cough"], opening["7-knee"]) == (2, 0)
    assert all(1 <= result["marks"]["empathy"]["score"] <= 5 for result in results)
    assert "| the model against people |" in report(found, results, None)
