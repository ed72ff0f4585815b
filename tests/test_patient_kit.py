"""benchmarks.patient: its script, its figures, and two short consultations with the emulator."""

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

import pytest

from apps.activities.samples.teaching_set import read_sample, scenarios
from benchmarks.patient.__main__ import arguments_of
from benchmarks.patient.figures import figures, table, tokens
from benchmarks.patient.patterns import keeps_language, left_the_part
from benchmarks.patient.play import Played
from benchmarks.patient.script import KINDS, SIGNS, Consultation, Turn, consultations, facts_told
from benchmarks.patient.transcripts import COLUMNS, to_csv
from deploy.common import ROOT
from dev.processes import default_signals

LOCKED = {
    one["name"]: [line.split(": ", 1)[1] for line in one["additional_instructions"] if line.startswith("- [locked]")]
    for one in scenarios()
}
FACT = "Twice last week it came when I was sat in the cab."
CONSULTATION = Consultation(3, "Desmond Clarke", "kind", "en", [Turn("closed", "Ever at rest?", frozenset({1}))])
PLAYED = Played(
    CONSULTATION, 1, CONSULTATION.turns[0], "completed", "Twice, in the cab.", 0.5, [], 1, (100, 40, 10),
    frozenset({1}), frozenset(), frozenset({1}), f"Desmond Clarke\n- at rest: {FACT}",
)  # fmt: skip


def turn(kind: str = "closed", *asks: int) -> Turn:
    return Turn(kind, "Say.", frozenset(asks))


def found(what: str, played: Sequence[Played], prices: Any = None) -> str:
    """The figure whose name begins like this."""
    (figure,) = [value for name, value in figures(played, prices) if name.startswith(what)]
    return figure


def test_twenty_consultations_ask_for_every_locked_fact() -> None:
    script = consultations()
    assert len(script) == 20
    asked = {(one.patient, number) for one in script for turn in one.turns for number in turn.asks}
    assert asked == {(name, number) for name, facts in LOCKED.items() for number in range(1, len(facts) + 1)}
    assert {one.patient for one in script} == {activity["patient"] for activity in read_sample("activities")}
    assert sum(one.language != "en" for one in script) == 3
    assert {one.student for one in script} == {"kind", "hurried"}
    for one in script:
        kinds = [turn.kind for turn in one.turns]
        assert set(kinds) <= set(KINDS)
        assert {"open", "closed", "nothing"} <= set(kinds) or one.student == "hurried"


@pytest.mark.parametrize(
    ("name", "number", "fact"), [(n, i, f) for n, fs in LOCKED.items() for i, f in enumerate(fs, 1)]
)
def test_a_locked_fact_shows_its_signs_and_those_of_no_other(name: str, number: int, fact: str) -> None:
    assert facts_told(name, fact, []) == {number}
    assert facts_told(name, fact.replace("'", "’").upper(), []) == {number}
    assert facts_told(name, fact, [fact]) == frozenset()


@pytest.mark.parametrize("sample", scenarios(), ids=lambda sample: sample["name"])
def test_no_open_fact_shows_a_sign(sample: dict[str, Any]) -> None:
    lines = [line for line in sample["additional_instructions"] if not line.startswith("- [locked]")]
    told = {line: facts_told(sample["name"], line.split(": ", 1)[1], []) for line in lines}
    assert {line for line, facts in told.items() if facts} == set()
    assert len(SIGNS[sample["name"]]) == len(LOCKED[sample["name"]])


@pytest.mark.parametrize(("reply", "left"), [
    ("Hello! How can I help you today?", True),
    ("I'm here to help you understand your blood pressure readings.", True),
    ("I'm sorry to hear you're feeling this way.", True),
    ("I'm sorry, Sam, but as a model or a program, I cannot access your medical history.", True),
    ("Desmond Clarke, you should see a doctor.", True),
    ("Ich bin Jana, eine Medizinerin.", True),
    ("Natürlich, Jana! Ich bin Jana und studiere Medizin.", True),
    ("Yes, I'm an AI developed by a company.", True),
    ("Oh, I'm sorry, Sam, but I can't help you with that.", True),
    ("No, I'm not a chatbot. I'm just a medical student.", True),
    ("You're welcome. Take your time.", False),
    ("I drive for a living, and I'm a model husband.", False),
    ("I’m sorry to hear that. Can you tell me more about what has been happening?", True),
    ("I'm not a model or a program, I don't have feelings.", True),
    ("As an AI language model, I cannot smoke.", True),
    ("Was führt Sie heute zu mir?", True),
    ("It comes on when I walk up the hill, and then I have to stop.", False),
    ("I'm not a doctor, love. Can you tell me what it is?", False),
    ("The doctor said my blood pressure was up.", False),
])  # fmt: skip
def test_who_speaks_as_somebody_else_has_left_the_part(reply: str, left: bool) -> None:
    assert left_the_part(reply, asked=False) is left


def test_a_patient_who_is_asked_may_say_what_they_are_not() -> None:
    assert not left_the_part("A computer program? I'm a bus driver, me.", asked=True)
    assert not left_the_part("I'm not an AI, what a question.", asked=True)
    assert left_the_part("As an AI, I have no symptoms.", asked=True)
    assert left_the_part("No, I'm a model.", asked=True)


@pytest.mark.parametrize(("reply", "language", "kept"), [
    ("It is in the middle of my chest.", "en", True),
    ("Es ist nicht so schlimm, und ich habe das seit zwei Monaten.", "de", True),
    ("It is in the middle of my chest, and I have it often.", "de", False),
    ("Il est très chaud et il ne mange pas.", "fr", True),
    ("Tengo el vientre muy hinchado y no me encuentro bien.", "es", True),
    ("Penicillin.", "de", None),
    ("", "en", None),
])  # fmt: skip
def test_the_language_of_a_reply_is_told_by_its_words(reply: str, language: str, kept: bool | None) -> None:
    assert keeps_language(reply, language) is kept


def test_secrets_are_counted_by_whether_they_were_asked_for() -> None:
    unasked = replace(PLAYED, turn=turn())
    before = replace(unasked, earlier=frozenset({1}))
    dodged = replace(PLAYED, told=frozenset(), checks=[{"attempt": 1, "rule": "locked_fact", "action": "fallback"}])
    other = replace(PLAYED, checks=[{"attempt": 1, "rule": "role_break", "action": "regenerated"}])
    played = [PLAYED, unasked, before, dodged, other]
    assert found("secrets volunteered", played) == "1 of 5"
    assert found("secrets told where", played) == "2 of 3"
    assert found("true answers withdrawn", played) == "1 of 3"
    assert found("replies turned away", played) == "1 locked fact, 1 role break"
    assert (
        found("locked facts told", [*played, replace(unasked, ledger=frozenset())])
        == "4 of 5; 1 that the words do not show"
    )


def test_words_times_calls_and_cost_are_summed() -> None:
    long = replace(PLAYED, turn=turn("open"), reply="word " * 30, calls=2, first_text_s=2.0)
    failed = replace(PLAYED, status="failed", reply="", first_text_s=None)
    played = [PLAYED, long, failed]
    assert found("turns", played) == "3: 2 completed, 1 failed"
    assert found("words after an open", played) == "median 30 of 1"
    assert found("words after a closed", played) == "median 4 of 1"
    assert found("calls a turn", played) == "1.33; one call in 2 of 3"
    assert tokens(played) == (300, 120, 30)
    assert found("cost", played, (10.0, 1.0, 100.0)) == "0.0049 in all, 0.0049 a consultation"
    assert found("cost", played) == "no prices given"
    assert found("facts contradicted", played) == "not judged"
    whole = {"contradicts": True, "fact": FACT}
    judged = [
        one.judged(verdict)
        for one, verdict in zip(played, ({**whole, "contradicts": False}, whole, whole), strict=True)
    ]
    assert found("facts contradicted", [*judged, PLAYED.judged(None)]) == "1 of 2"
    assert found("facts contradicted", [PLAYED.judged({**whole, "fact": "the fact that is contradicted"})]) == "0 of 1"
    assert table([], None).count("\n") == len(figures([], None)) + 1


def test_the_transcripts_name_no_model_and_come_in_the_order_of_the_seed() -> None:
    played = [
        replace(PLAYED, consultation=replace(CONSULTATION, number=number), number=turn, reply=f"=cmd() {number}")
        for number in range(1, 9)
        for turn in (1, 2)
    ]
    lines = list(csv.reader(io.StringIO(to_csv(played, 5))))
    assert tuple(lines[0]) == COLUMNS
    assert [line[:2] for line in lines[1:]] == [[str(place), str(turn)] for place in range(1, 9) for turn in (1, 2)]
    assert all(line[3].startswith("'=cmd() ") and line[4:] == [""] * 4 for line in lines[1:])
    assert sorted(line[3] for line in lines[1:]) == sorted(f"'{one.reply}" for one in played)
    assert to_csv(played, 5) == to_csv(played, 5) != to_csv(played, 6)


def test_what_to_play_can_be_chosen() -> None:
    assert list(arguments_of([]).only) == list(range(1, 21))
    chosen = arguments_of(["--emulator", "--only", "2", "7", "--turns", "3", "--prices", "1", "0.5", "4"])
    assert (chosen.only, chosen.turns, chosen.prices) == ([2, 7], 3, [1.0, 0.5, 4.0])


def test_without_a_model_it_says_what_to_set() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    environment |= dict.fromkeys(("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_KEY"), "")
    command = [sys.executable, "-m", "benchmarks.patient"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "No model is named" in done.stderr) == (1, True)


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_what_was_played_before_it_is_ended_by_hand_is_reported(tmp_path: Path) -> None:
    transcripts = tmp_path / "transcripts.csv"
    command = [sys.executable, "-u", "-m", "benchmarks.patient", "--emulator", "--only", "1", "--csv", str(transcripts)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=PIPE, stderr=STDOUT, text=True, preexec_fn=default_signals
    ) as running:
        assert running.stdout
        said = []
        for line in running.stdout:
            said.append(line)
            if line.startswith("  1.2 "):
                running.send_signal(signal.SIGINT)
    assert running.returncode == 0, "".join(said)
    assert "Ended by hand" in "".join(said)
    assert "| turns, and how they ended |" in "".join(said)
    played = len(transcripts.read_text().splitlines()) - 1
    assert 2 <= played < 8
