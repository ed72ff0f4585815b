"""Which call takes which fault, and the faults of a marking."""

import json
import urllib.error

import openai
import pytest

from openai_emulator.faults.fault_book import KINDS
from openai_emulator.tests.conftest import TURNS, WIRES, Caller


def test_faults_are_taken_in_their_order_and_as_often_as_asked(call, openai_emulator):
    openai_emulator.fault("say", text="one", times=2)
    openai_emulator.fault("say", text="two")
    assert [call.text() for _ in range(4)] == ["one", "one", "two", "I've got a cough."]


def test_a_fault_without_end_stands_until_it_is_cleared(call, openai_emulator):
    openai_emulator.fault("say", text="again", times=0)
    assert {call.text() for _ in range(5)} == {"again"}
    openai_emulator.clear()
    assert call.text() == "I've got a cough."


def test_a_fault_may_be_for_one_kind_of_call_or_one_path(client, openai_emulator):
    responses, chat = Caller(client, "responses"), Caller(client, "chat_completions")
    openai_emulator.fault("server_error", only="marking")
    assert responses.text() == "I've got a cough."
    with pytest.raises(openai.InternalServerError):
        responses.marking()
    openai_emulator.fault("server_error", path="/v1/chat/completions")
    assert responses.text() == "I've got a cough."
    with pytest.raises(openai.InternalServerError):
        chat.patient()
    openai_emulator.fault("server_error", path="/v1/models")
    assert responses.text() == "I've got a cough."
    with pytest.raises(openai.InternalServerError):
        client.models.list()
    assert openai_emulator.stats()["faults"] == {"server_error": 3}


def test_faults_still_to_come_can_be_read(openai_emulator):
    openai_emulator.fault("slow", seconds=2, times=3)
    [fault] = openai_emulator.faults()
    assert (fault["kind"], fault["seconds"], fault["times"]) == ("slow", 2, 3)


@pytest.mark.parametrize(
    "details",
    [
        {"kind": "gremlins"},
        {"kind": "slow", "seconds": "two"},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "when": "now"},
        {"kind": "server_error", "status": 200},
        {"kind": "say", "only": "nobody"},
        {"kind": "reset", "times": True},
    ],
)
def test_a_fault_that_is_none_is_refused(openai_emulator, details):
    with pytest.raises(urllib.error.HTTPError) as problem:
        openai_emulator.fault(**details)
    assert problem.value.code == 400
    problem.value.close()
    assert openai_emulator.faults() == []


# --- markings


def test_the_evaluation_is_valid_without_a_fault(call):
    allergies, canary, greets = json.loads(call.marking())["criteria"]
    assert (allergies["criterion_id"], allergies["score"]) == ("c12", 2)
    assert (canary["criterion_id"], canary["score"], canary["evidence"]) == ("c7", 0, [])
    assert greets["score"] == 2


def test_a_reply_that_is_not_an_evaluation(call, openai_emulator):
    openai_emulator.fault("not_json")
    openai_emulator.fault("wrong_json")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(call.marking())
    assert "criteria" not in json.loads(call.marking())


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        ("score_99", lambda marks: all(mark["score"] == 99 for mark in marks)),
        ("ids_as_text", lambda marks: [mark["criterion_id"] for mark in marks] == [12, 7, 31]),
        ("null_evidence", lambda marks: all(mark["evidence"] is None for mark in marks)),
        ("missing_criteria", lambda marks: [mark["criterion_id"] for mark in marks] == ["c12"]),
        ("unknown_criteria", lambda marks: len(marks) == 4 and marks[-1]["criterion_id"] == "c999999"),
        (
            "invented_quotes",
            lambda marks: all(mark["score"] == 2 and mark["evidence"][0]["quote"] not in str(TURNS) for mark in marks),
        ),
        (
            "credulous",
            lambda marks: all(
                mark["score"] == 2 and mark["evidence"] == [{"turn": 2, "quote": TURNS[2]["text"]}] for mark in marks
            ),
        ),
    ],
)
def test_marking_faults_apply_only_to_evaluations(call, openai_emulator, kind, spoilt):
    openai_emulator.fault(kind)
    assert call.text() == "I've got a cough."
    assert spoilt(json.loads(call.marking())["criteria"])
    assert json.loads(call.marking())["criteria"][0]["score"] == 2


def test_every_kind_of_fault_is_answered_in_a_defined_way_on_both_wires(client, openai_emulator):
    """No kind makes the server itself fail: it answers, or breaks off as asked."""
    for wire in WIRES:
        for kind in KINDS:
            openai_emulator.clear()
            openai_emulator.fault(kind, seconds=0.05, only="patient")
            try:
                Caller(client, wire).patient(timeout=5)
            except openai.APITimeoutError:
                pytest.fail(f"{kind} left {wire} without an answer")
            except (openai.APIError, ValueError):
                pass
            assert openai_emulator.stats()["faults"] == {kind: 1}
