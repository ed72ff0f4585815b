"""The facts ledger: what a reply tells, what is held back, and who may read it."""

import json
from typing import Any

import pytest

from apps.openai_integration.conversation.events.streams import stored_entries
from apps.openai_integration.conversation.ledger import judgement_in
from apps.openai_integration.models import Run, ToldFact, Usage
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.test_runs import replies, take
from apps.roleplay.reply_check import FALLBACKS
from apps.scenarios.facts import facts_of
from apps.scenarios.tests.factories import AssistantScenarioFactory
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
SECRET = "I drink a bottle of whisky every night."
FACTS = f"Opening: It's this cough.\n- cough, when: For three weeks.\n- [locked] alcohol, beer: {SECRET}"
# A question that asks for the secret in none of its words.
UNNAMED = "Is there anything that helps you get through the evenings?"


@pytest.fixture(params=["stream", "call"], autouse=True)
def mode(request, settings) -> None:
    settings.OPENAI_RUN_MODE = request.param


def run_on(said: str, thread=None) -> Run:
    scenario = AssistantScenarioFactory(scenario_text="Tom Reed, 30, a cook.", additional_instructions=FACTS)
    thread = thread or ThreadFactory(activity=None, scenario=scenario)
    return RunFactory(thread=thread, user_message=MessageFactory(thread=thread, content=said))


def answer(reply: str, **ledger: Any) -> str:
    return json.dumps({"reply": reply, "asked": [], "told": [], "against": [], **ledger})


def entries(run: Run) -> list[tuple[int, bool, bool, str]]:
    facts = ToldFact.objects.filter(thread=run.thread).order_by("id")
    return [(fact.number, fact.locked, fact.asked, fact.judge) for fact in facts]


def shown(run: Run) -> str:
    events = [(entry.kind, json.loads(entry.data)) for entry in stored_entries(run.pk)]
    return "".join(data["text"] for kind, data in events if kind == "delta" and data["attempt"] == run.attempts)


def test_what_was_asked_for_is_told_and_noted(emulator: Emulator) -> None:
    run = take(run_on("When did the cough begin?"))
    assert (run.status, entries(run)) == ("completed", [(1, False, True, "model")])
    assert ToldFact.objects.get().message.content == replies(run)[0]
    assert emulator.requests()[0]["json"]["instructions"].count("\n- (2) [locked] alcohol") == 1


def test_a_secret_that_the_model_calls_asked_for_is_a_true_answer(emulator: Emulator) -> None:
    emulator.fault("say", text=answer(f"Well. {SECRET}", asked=[2], told=[2]))
    run = take(run_on(UNNAMED))
    assert (replies(run), run.checks, entries(run)) == ([f"Well. {SECRET}"], [], [(2, True, True, "model")])
    assert Usage.objects.filter(run=run).count() == 1


def test_a_secret_told_unasked_is_held_back_and_the_reply_asked_for_again(emulator: Emulator) -> None:
    emulator.fault("say", text=answer(f"Well. {SECRET} Then I sleep.", told=[2]))
    run = take(run_on(UNNAMED))
    assert run.checks == [{"attempt": 1, "rule": "locked_fact", "action": "regenerated", "facts": [2]}]
    assert (run.status, entries(run)) == ("completed", [])
    assert all(b"whisky" not in entry.data for entry in stored_entries(run.pk))


def test_twice_told_unasked_it_is_replaced(emulator: Emulator) -> None:
    emulator.fault("say", text=answer(SECRET, told=[2]), times=2)
    run = take(run_on(UNNAMED))
    assert [check["action"] for check in run.checks] == ["regenerated", "fallback"]
    assert replies(run)[0] in FALLBACKS["en"]
    assert entries(run) == []


def test_what_was_asked_for_by_its_name_is_never_held_back(emulator: Emulator) -> None:
    emulator.fault("say", text=answer(SECRET, told=[2]))
    run = take(run_on("How much alcohol do you drink?"))
    assert (replies(run), run.checks, entries(run)) == ([SECRET], [], [(2, True, True, "model")])


def test_what_was_heard_once_is_no_secret_any_more(emulator: Emulator) -> None:
    first = take(run_on("How much alcohol do you drink?"))
    assert (2, True, True, "model") in entries(first)
    emulator.fault("say", text=answer(SECRET, told=[2]))
    again = take(run_on("Is there anything else?", thread=first.thread))
    assert (again.checks, replies(again)[-1]) == ([], SECRET)


def test_a_contradiction_is_asked_for_again_once_with_what_is_true(emulator: Emulator) -> None:
    emulator.fault("say", text=answer("For three years.", asked=[1], told=[1], against=[1]), times=2)
    run = take(run_on("When did the cough begin?"))
    assert run.checks == [{"attempt": 1, "rule": "contradiction", "action": "regenerated", "facts": [1]}]
    assert replies(run) == ["For three years."]
    assert "For three weeks." in emulator.requests()[-1]["json"]["input"][-1]["content"]


def test_numbers_that_the_patient_has_no_facts_for_count_for_nothing(emulator: Emulator) -> None:
    emulator.fault("say", text=answer("Since May.", asked=[77], told=[99, -1, 0], against=[50]))
    run = take(run_on("When did the cough begin?"))
    assert (run.status, run.checks, entries(run)) == ("completed", [], [])


@pytest.mark.parametrize(
    "ledger", ['"asked": "2"', '"told": {"2": 1}', '"told": [[2]]', '"told": [' + "2," * 500 + "2]"]
)
def test_a_ledger_that_makes_no_sense_costs_no_reply(ledger: str, emulator: Emulator) -> None:
    emulator.fault("say", text=f'{{"reply": "Since May.", {ledger}}}')
    run = take(run_on("When did the cough begin?"))
    assert (run.status, replies(run), run.checks) == ("completed", ["Since May."], [])


def test_a_server_without_schemas_is_asked_once_more_only_where_a_secret_may_have_been_told(settings, emulator) -> None:
    settings.OPENAI_TRAITS = {"schema": "prompt"}
    ordinary = take(run_on("When did the cough begin?"))
    assert (ordinary.status, Usage.objects.filter(run=ordinary).count()) == ("completed", 1)
    asked = take(run_on("How much alcohol do you drink?"))
    assert (Usage.objects.filter(run=asked).count(), entries(asked)) == (1, [(2, True, True, "rules")])
    emulator.fault("say", text=SECRET)
    emulator.fault("say", text='I think: {"asked": [], "told": [2]}.')
    held = take(run_on(UNNAMED))
    assert [check["rule"] for check in held.checks] == ["locked_fact"]
    assert Usage.objects.filter(run=held, outcome="answered").count() >= 2
    emulator.clear()
    emulator.fault("say", text=SECRET)
    emulator.fault("say", text='{"asked": [2], "told": [2]}')
    told = take(run_on(UNNAMED))
    assert (replies(told), told.checks, entries(told)) == ([SECRET], [], [(2, True, True, "model")])


def test_without_a_judgement_words_alone_take_nothing_back(settings, emulator: Emulator) -> None:
    settings.OPENAI_TRAITS = {"schema": "prompt"}
    emulator.fault("say", text=SECRET)
    emulator.fault("server_error", times=1)
    run = take(run_on(UNNAMED))
    assert (replies(run), run.checks, entries(run)) == ([SECRET], [], [(2, True, True, "rules")])
    assert sorted(Usage.objects.filter(run=run).values_list("outcome", flat=True)) == ["answered", "upstream_error"]


@pytest.mark.parametrize("answered", ["", "No.", "{}", '{"asked": 1, "told": 2}', '{"told": [2]}', "{" * 5000])
def test_an_answer_without_a_judgement_is_none(answered: str) -> None:
    assert judgement_in(answered) is None


def test_instructors_read_the_ledger_and_students_do_not(client_for, emulator: Emulator) -> None:
    run = take(run_on("When did the cough begin?"))
    emulator.fault("say", text=answer(SECRET, told=[2]))
    take(run_on(UNNAMED, thread=run.thread))
    url = f"/api/v2/threads/{run.thread_id}/facts/"
    found = client_for("instructor").get(url).json()
    assert [(one["number"], one["asked"], one["text"]) for one in found["told"][:1]] == [(1, True, "For three weeks.")]
    assert [one["text"] for one in found["still_locked"]] == [SECRET]
    [held] = found["held_back"]
    assert (held["rule"], held["action"], held["facts"][0]["number"]) == ("locked_fact", "regenerated", 2)
    own = client_for("student")
    own.force_authenticate(run.thread.student)
    assert own.get(url).status_code == 403
    assert SECRET not in own.get(f"/api/v2/threads/{run.thread_id}/runs/").content.decode()


@pytest.mark.parametrize("typo", ["- [locked]", "[locked]Opening: Hi.", "* [LOCKED]:", "- [locked] [locked] I smoke."])
def test_a_typo_in_a_locked_line_neither_stops_a_reply_nor_moves_a_fact(typo: str, emulator: Emulator) -> None:
    text = f"{typo}\n{FACTS}"
    scenario = AssistantScenarioFactory(scenario_text="Tom Reed, 30, a cook.", additional_instructions=text)
    run = run_on(UNNAMED, thread=ThreadFactory(activity=None, scenario=scenario))
    number = next(fact.number for fact in facts_of(text) if fact.text == SECRET)
    emulator.fault("say", text=answer(SECRET, asked=[number], told=[number]))
    take(run)
    assert (run.status, replies(run), entries(run)) == ("completed", [SECRET], [(number, True, True, "model")])
