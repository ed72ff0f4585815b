"""benchmarks.marking: its statistics, its reading of sets, its figures, and its own set with the emulator."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, cohen_kappa_score

from benchmarks.marking.agreement import (
    Agreement,
    adjacent,
    best_constant,
    bias,
    exact,
    interval,
    quadratic_kappa,
)
from benchmarks.marking.figures import report, scores_with_marks
from benchmarks.marking.sets import MarkedSet, UnreadableSetError, read_set
from deploy.common import ROOT

SAMPLE = ROOT / "benchmarks" / "marking" / "sample"
PAIRS = st.integers(0, 10).flatmap(
    lambda wide: st.lists(st.tuples(st.integers(0, wide), st.integers(0, wide)), min_size=1, max_size=60)
)


# --- statistics


@given(PAIRS)
def test_kappa_and_agreement_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    if len({*first, *second}) > 1:
        theirs = cohen_kappa_score(first, second, weights="quadratic", labels=list(range(11)))
        assert quadratic_kappa(pairs) == pytest.approx(theirs, abs=1e-9)
    else:
        assert quadratic_kappa(pairs) is None
    assert exact(pairs) == pytest.approx(accuracy_score(first, second))
    within = [(one, one if abs(one - other) <= 1 else other) for one, other in pairs]
    assert adjacent(pairs) == pytest.approx(accuracy_score(*zip(*within, strict=True)))
    assert bias(pairs) == pytest.approx(sum(second) / len(second) - sum(first) / len(first))


def test_a_large_sample_of_every_scale_agrees_with_scikit_learn() -> None:
    draw = random.Random(5)
    for lowest, highest in ((0, 2), (1, 5), (0, 10), (3, 4)):
        first = [draw.randint(lowest, highest) for _ in range(3000)]
        second = [max(lowest, min(highest, score + draw.choice((-2, -1, 0, 0, 1)))) for score in first]
        theirs = cohen_kappa_score(first, second, weights="quadratic", labels=list(range(lowest, highest + 1)))
        assert quadratic_kappa(list(zip(first, second, strict=True))) == pytest.approx(theirs, abs=1e-12)


def test_nothing_is_said_of_nothing() -> None:
    assert Agreement.of([]) == Agreement(0, None, None, None, None, None)
    assert Agreement.of([[], []]).n == 0
    assert interval([[(1, 2), (2, 2)]], quadratic_kappa) is None


def test_an_interval_holds_the_value_and_narrows_with_more_conversations() -> None:
    draw = random.Random(1)

    def groups(count: int) -> list[list[tuple[int, int]]]:
        scores = [[draw.randint(1, 5) for _ in range(8)] for _ in range(count)]
        return [[(score, max(1, min(5, score + draw.choice((-1, 0, 0, 1))))) for score in one] for one in scores]

    widths = []
    for count in (10, 160):
        drawn = groups(count)
        found = Agreement.of(drawn)
        assert found.kappa_interval
        assert found.kappa
        low, high = found.kappa_interval
        assert low < found.kappa < high
        assert interval(drawn, quadratic_kappa) == (low, high), "the same seed draws the same"
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_the_best_constant_answer_is_the_most_frequent_score() -> None:
    assert best_constant([1, 5, 5, 2]) == 5
    assert best_constant([4, 2, 4, 2]) == 2
    scores = [(score, 3) for score in (1, 2, 3, 3, 5)]
    assert quadratic_kappa(scores) == 0


# --- sets


def test_the_set_that_ships_is_read() -> None:
    found = read_set(SAMPLE)
    assert len(found.conversations) == 8
    by_name = {one.name: one for one in found.conversations}
    assert [sorted(one.scores) for one in found.conversations].count(["A", "B"]) == 6
    assert "worry" not in by_name["6-dizzy"].scores["A"]
    assert {one["role"] for one in by_name["4-head"].messages} == {"user", "assistant"}
    assert not any("scales" in one["message"] for one in by_name["4-head"].messages), "the nurse is left out"
    assert {(one.lowest_score, one.highest_score) for one in found.criteria} == {(0, 2), (1, 5)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "set")
    return tmp_path / "set"


def changed(path: Path, change: Callable[[Any], Any]) -> None:
    raw = json.loads(path.read_text())
    made = change(raw)
    path.write_text(json.dumps(raw if made is None else made))


CRITERION, TALK = "rubric.json", "1-cough.json"


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        (TALK, lambda raw: raw["messages"][3].update(role="Relative"), "1-cough.json: messages[3]: who is 'Relative'?"),
        (TALK, lambda raw: raw["messages"][0].pop("role") and None, "1-cough.json: messages[0]: role is a text"),
        (TALK, lambda raw: raw["messages"][0].update(text="x"), "'text' is not known; known are message, role"),
        (TALK, lambda raw: raw.update(messages=[]), "messages is a list that is not empty"),
        (TALK, lambda raw: raw.update(messages=raw["messages"][1::2]), "the student says nothing in it"),
        (TALK, lambda raw: raw.update(rating=3), "'rating' is not known"),
        (TALK, lambda raw: raw["scores"]["A"].update(empathy=6), "empathy is a whole number from 1 to 5, not 6"),
        (TALK, lambda raw: raw["scores"]["A"].update(empathy=2.5), "empathy is a whole number from 1 to 5, not 2.5"),
        (TALK, lambda raw: raw["scores"]["A"].update(empathy="4"), 'empathy is a whole number from 1 to 5, not "4"'),
        (TALK, lambda raw: raw["scores"]["A"].update(empathy=True), "not true"),
        (TALK, lambda raw: raw["scores"]["A"].update(warmth=1), "rubric.json has no criterion 'warmth'"),
        (TALK, lambda raw: raw.update(scores={"empathy": 4}), 'scores is {"MARKER": {"CRITERION": 3'),
        (TALK, lambda raw: raw.update(scores=[4]), 'scores is {"MARKER"'),
        (TALK, lambda raw: raw.update(speakers={"Doctor": ["student"]}), 'speakers is {"NAME"'),
        (TALK, lambda raw: [raw], "1-cough.json: it is no JSON object"),
        (CRITERION, lambda raw: raw["criteria"][3].update(highest_score=100), "from 0 to 10 at most"),
        (CRITERION, lambda raw: raw["criteria"][3].update(lowest_score=5), "rising"),
        (CRITERION, lambda raw: raw["criteria"][1].update(id="opening"), "the id 'opening' is there twice"),
        (CRITERION, lambda raw: raw["criteria"][1].update(scope="room"), "scope is one of turns, conversation"),
        (CRITERION, lambda raw: raw["criteria"][1].update(name="x" * 256), "name has 255 characters at most"),
        (CRITERION, lambda raw: raw["criteria"][1].update(levels=[{"score": 3, "text": "a"}]), "levels is a list of"),
        (CRITERION, lambda raw: raw["criteria"][1].pop("name") and None, "criteria[1]: name is a text"),
        (CRITERION, lambda raw: raw["criteria"].append("empathy"), "criteria[6]: it is no JSON object"),
        (CRITERION, lambda raw: raw.pop("criteria") and None, "criteria is a list that is not empty"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    folder: Path, file: str, change: Callable[[Any], Any], words: str
) -> None:
    changed(folder / file, change)
    with pytest.raises(UnreadableSetError) as refused:
        read_set(folder)
    assert words in str(refused.value)


def test_all_problems_are_said_at_once_but_not_thousands(folder: Path) -> None:
    for path in folder.glob("?-*.json"):
        changed(path, lambda raw: [message.update(role="X") for message in raw["messages"]] and raw)
    with pytest.raises(UnreadableSetError) as refused:
        read_set(folder)
    lines = str(refused.value).splitlines()
    assert len(lines) == 31
    assert lines[-1].startswith("... and ")


def test_missing_files_and_broken_json_are_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSetError, match=r"no such file"):
        read_set(tmp_path / "nowhere")
    (folder / TALK).write_text('{"messages": [')
    with pytest.raises(UnreadableSetError, match=r"1-cough.json: it is not JSON"):
        read_set(folder)
    for path in folder.glob("?-*.json"):
        path.unlink()
    with pytest.raises(UnreadableSetError, match=r"there is no conversation"):
        read_set(folder)


def test_scores_may_be_missing_uneven_and_written_as_fractions(folder: Path) -> None:
    def fewer(raw: Any) -> None:
        raw["scores"] = {"C": {"empathy": 4.0, "worry": None}, "D": {}}

    changed(folder / TALK, fewer)
    found = {one.name: one for one in read_set(folder).conversations}
    assert found["1-cough"].scores == {"C": {"empathy": 4}}
    changed(folder / TALK, lambda raw: raw.pop("scores") and None)
    assert read_set(folder).conversations[0].scores == {}


# --- figures


def results_of(marked_set: MarkedSet, marker: str, **more: Any) -> list[dict[str, Any]]:
    """What the service would have made of the set if it marked as one of the markers."""
    calls = {"calls": 1, "input_tokens": 1000, "cached_tokens": 200, "output_tokens": 300, "seconds": 2.0}
    plain = {"status": "completed", "error": "", "model": "m", "review_reasons": [], **calls, **more}
    return [
        {
            "conversation": one.name,
            **plain,
            "marks": {
                name: {"score": score, "model_score": score, "quotes": 1, "review_reason": ""}
                for name, score in one.scores.get(marker, {}).items()
            },
        }
        for one in marked_set.conversations
    ]


def cells(table: str, what: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith(f"| {what} |")]


def test_a_model_that_marks_as_one_marker_agrees_with_them_wholly() -> None:
    found = read_set(SAMPLE)
    table = report(found, results_of(found, "A"), None)
    low, wide = cells(table, "the model against A")
    assert low.startswith("| the model against A | 20 | 100 % | 100 % | 1.00")
    assert wide.startswith("| the model against A | 21 | 100 % | 100 % | 1.00")
    # Such a model agrees with B as A does; its bias has the other sign.
    assert [line.split("|")[2:6] for line in cells(table, "the model against B")] == [
        line.split("|")[2:6] for line in cells(table, "B against A")
    ]
    assert "| always 0 against people |" in table or "| always 2 against people |" in table
    assert cells(table, "model") == ["| model | m |"]


def test_failed_markings_are_counted_and_compared_with_nobody() -> None:
    found = read_set(SAMPLE)
    results = results_of(found, "A")
    results[0] |= {"status": "failed", "error": "timeout", "marks": {}}
    results[1]["marks"]["empathy"] |= {"score": None, "review_reason": "unmarked"}
    given = scores_with_marks(found, results)
    assert {found.conversations[one.conversation].name for one in given} == {
        "2-back", "3-chest", "4-head", "5-belly", "6-dizzy", "7-knee"
    }  # fmt: skip
    assert ("empathy", 1) not in {(one.criterion.id, one.conversation) for one in given}
    table = report(found, results, (1.0, 0.1, 5.0))
    assert "8: 7 completed, 1 failed timeout" in table
    whole = 8 * (800 * 1.0 + 200 * 0.1 + 300 * 5.0) / 1_000_000
    assert f"| cost | {whole:.4f} in all, {whole / 8:.4f} a conversation |" in table


def test_a_set_of_which_nothing_was_marked_has_a_report() -> None:
    found = read_set(SAMPLE)
    table = report(found, results_of(found, "nobody", status="failed", error="unreachable", model=""), None)
    assert "8 failed unreachable" in table
    assert "none answered" in table
    assert "nan" not in table


def test_a_folder_that_is_no_set_ends_before_anything_is_started(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.marking", str(tmp_path), "--emulator"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no such file" in done.stderr) == (1, True)
