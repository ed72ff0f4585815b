"""Use cases for threads and runs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.openai_integration.models import Message, Thread
from apps.openai_integration.services.runs import RunService, ScenarioDisabled, ScenarioGone
from apps.openai_integration.services.threads import RunInProgress, ThreadService
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.roleplay.prompt import ANSWER_FORM, SETTING, ContextBuilder
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import delete_all_scenarios
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_context_holds_persona_facts_manner_and_setting_and_nothing_of_the_rubric() -> None:
    activity = ActivityFactory(pre_brief="You are the GP on a Monday.")
    category = CategoryFactory(name="Opening well", total_required_to_pass=173517)
    SubCategoryFactory(category=category, name="Names and role", marking_instructions="Two marks for both.")
    activity.set_categories([category])
    scenario = activity.character
    scenario.additional_instructions = "- smoking: Twenty a day."
    scenario.communication_preferences = "Gruff."
    text = ContextBuilder(scenario.content()).build_full_context()
    for part in (scenario.scenario_text, "Twenty a day.", "Gruff.", SETTING):
        assert part in text
    for hidden in ("You are the GP on a Monday.", "Opening well", "Names and role", "Two marks", "173517"):
        assert hidden not in text


def test_the_context_omits_empty_sections() -> None:
    text = ContextBuilder({"scenario_text": "Tom, 6.", "additional_instructions": ""}).build_full_context()
    assert "## Who you are\nTom, 6." in text
    assert "## What you know" not in text


def test_a_scenario_may_have_a_setting_of_its_own() -> None:
    text = ContextBuilder(
        {"scenario_text": "Tom, 6.", "setting": "At home, his mother beside him."}
    ).build_full_context()
    assert "\n\n## The setting\nAt home, his mother beside him.\n\n" in text
    assert SETTING not in text


@pytest.mark.parametrize("ledger", [False, True])
def test_the_diagnosis_is_known_as_a_line_of_the_facts_is_and_the_language_as_manner(ledger: bool) -> None:
    content = {"additional_instructions": "- cough: Yes.", "diagnosis": "asthma\nhay fever", "language": "German"}
    manner = {"communication_preferences": "Brisk."}
    text = ContextBuilder({"scenario_text": "Tom, 6.", **content, **manner}, ledger=ledger).build_full_context()
    number = "(1) " if ledger else ""
    assert f"\n\n## What you know\n- {number}cough: Yes.\nDiagnosis: asthma, hay fever\n\n" in text
    assert "\n\n## How you speak\nYou speak German, whatever language the student speaks.\nBrisk.\n\n" in text


@pytest.mark.parametrize("ledger", [False, True])
def test_the_context_ends_with_what_is_to_be_done(ledger: bool) -> None:
    content = {"scenario_text": "Tom, 6.", "additional_instructions": "- cough: Yes."}
    last = ContextBuilder(content, ledger=ledger).build_full_context().split("\n\n")[-1]
    assert last.startswith("## Now\nYou are this patient")
    assert ("nothing else" in last) is not ledger


def test_facts_are_numbered_where_the_ledger_is_asked_for() -> None:
    content = {
        "scenario_text": "Tom, 6.",
        "additional_instructions": "Opening: Hi.\n- cough: Yes.\n* [locked] smoke: No.",
    }
    text = ContextBuilder(content, ledger=True).build_full_context()
    assert "Opening: Hi.\n- (1) cough: Yes.\n- (2) [locked] smoke: No." in text
    assert ANSWER_FORM in text
    nothing = ContextBuilder({**content, "additional_instructions": "A quiet boy."}, ledger=True).build_full_context()
    assert ANSWER_FORM not in nothing


def test_a_thread_opens_with_the_scenario_of_its_activity() -> None:
    activity = ActivityFactory()
    thread = ThreadService.create(student=UserFactory(), activity=activity)
    assert (thread.scenario, thread.title) == (activity.character, activity.character.shown_title)


def test_an_activity_with_another_scenario_is_rejected() -> None:
    with pytest.raises(ValidationError):
        ThreadService.create(student=UserFactory(), activity=ActivityFactory(), scenario=AssistantScenarioFactory())


def test_a_message_can_be_stored_without_a_run() -> None:
    thread = ThreadFactory()
    message = ThreadService.add_message(thread=thread, content="Hello?")
    assert list(ThreadService.list_messages(thread=thread)) == [message]
    assert not thread.runs.exists()


def test_no_message_can_be_added_during_a_run() -> None:
    run = RunFactory()
    with pytest.raises(RunInProgress) as refused:
        ThreadService.add_message(thread=run.thread, content="And another thing")
    assert refused.value.extra == {"run_id": str(run.pk)}


def test_a_run_stores_the_message_and_pins_the_scenario_version() -> None:
    thread = ThreadFactory()
    run = RunService.create_run(thread=thread, content="Good morning.")
    AssistantScenario.objects.filter(pk=thread.scenario_id).update(scenario_text="Somebody else, 20")
    run.refresh_from_db()
    assert run.scenario_version.content["scenario_text"] != "Somebody else, 20"
    assert run.user_message.content == "Good morning."
    assert (run.status, run.pre_brief) == ("queued", thread.activity.pre_brief)


def test_the_next_run_plays_a_change_written_by_another_service() -> None:
    thread = ThreadFactory()
    first = RunService.create_run(thread=thread, content="Good morning.")
    assert first.cancel(now=timezone.now())
    AssistantScenario.objects.filter(pk=thread.scenario_id).update(scenario_text="Somebody else, 20")
    thread.refresh_from_db()
    second = RunService.create_run(thread=thread, content="And who are you?")
    assert second.scenario_version.content["scenario_text"] == "Somebody else, 20"
    assert second.scenario_version.number == first.scenario_version.number + 1


def test_a_second_run_is_a_conflict_and_stores_nothing() -> None:
    run = RunFactory()
    with pytest.raises(RunInProgress) as refused:
        RunService.create_run(thread=run.thread, content="Hello again")
    assert refused.value.extra == {"run_id": str(run.pk)}
    assert run.thread.messages.count() == 1


def test_the_database_decides_between_concurrent_requests() -> None:
    run = RunFactory()
    # As if another request had committed between this one's check and its insert.
    with (
        patch("apps.openai_integration.services.runs.refuse_open_run", side_effect=[None, RunInProgress(run_id="x")]),
        pytest.raises(RunInProgress),
    ):
        RunService.create_run(thread=run.thread, content="Hello again")
    assert run.thread.messages.count() == 1


def test_the_last_message_can_be_answered_again_after_a_failure() -> None:
    run = RunFactory(status="failed")
    again = RunService.create_run(thread=run.thread)
    assert again.user_message == run.user_message
    assert run.thread.messages.count() == 1


@pytest.mark.parametrize("last", [None, Message.Role.ASSISTANT])
def test_without_an_unanswered_message_there_is_nothing_to_answer(last: str | None) -> None:
    thread = ThreadFactory()
    if last:
        MessageFactory(thread=thread, role=last)
    with pytest.raises(ValidationError):
        RunService.create_run(thread=thread)


def test_a_thread_without_a_scenario_keeps_the_first_one_chosen() -> None:
    thread = ThreadFactory(activity=None, scenario=None)
    with pytest.raises(ValidationError):
        RunService.create_run(thread=thread, content="Hello?")
    assert not thread.messages.exists()
    scenario = AssistantScenarioFactory()
    RunService.create_run(thread=thread, content="Hello?", scenario=scenario)
    thread.refresh_from_db()
    assert (thread.scenario, thread.title) == (scenario, scenario.shown_title)


def test_a_disabled_scenario_does_not_answer_students() -> None:
    thread = ThreadFactory()
    AssistantScenario.objects.filter(pk=thread.scenario_id).update(enable=False)
    thread.refresh_from_db()
    with pytest.raises(ScenarioDisabled):
        RunService.create_run(thread=thread, content="Hello?")
    assert not thread.messages.exists()


@pytest.mark.parametrize("end", ["disable", "delete", "delete all"])
def test_a_conversation_that_has_begun_goes_on_without_its_scenario(end: str) -> None:
    thread = ThreadFactory()
    scenario, brief = thread.scenario, thread.activity.pre_brief
    first = RunService.create_run(thread=thread, content="Hello?")
    first.cancel(now=timezone.now())
    if end == "disable":
        AssistantScenario.objects.filter(pk=scenario.pk).update(enable=False)
    elif end == "delete":
        scenario.delete()
    else:
        delete_all_scenarios()
    thread = Thread.objects.get(pk=thread.pk)
    run = RunService.create_run(thread=thread, content="How are you?")
    assert (run.status, run.scenario_version, run.pre_brief) == ("queued", first.scenario_version, brief)
    thread.refresh_from_db()
    assert thread.title == scenario.shown_title
    # Another conversation with it does not begin.
    other = ThreadFactory(
        student=thread.student, activity=thread.activity, scenario=thread.scenario, title="Anna Weber"
    )
    with pytest.raises((ScenarioDisabled, ScenarioGone)):
        RunService.create_run(thread=other, content="Hello?")


@pytest.mark.django_db(transaction=True)
def test_a_scenario_that_is_deleted_at_the_same_time_does_not_end_its_conversation() -> None:
    thread = ThreadFactory()
    first = RunService.create_run(thread=thread, content="Hello?")
    first.cancel(now=timezone.now())
    read_before = Thread.objects.select_related("activity__character", "scenario").get(pk=thread.pk)
    thread.scenario.delete()
    run = RunService.create_run(thread=read_before, content="How are you?")
    assert run.scenario_version == first.scenario_version


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gone", ["scenario", "activity"])
def test_what_is_deleted_at_the_same_time_is_a_conflict_only_where_no_patient_is_left(gone: str) -> None:
    thread = ThreadFactory()
    read_before = Thread.objects.select_related("activity__character", "scenario").get(pk=thread.pk)
    getattr(thread, gone).delete()
    if gone == "activity":
        run = RunService.create_run(thread=read_before, content="Hello?")
        assert (run.activity, run.scenario_version.scenario) == (None, thread.scenario)
        return
    with pytest.raises(ScenarioGone):
        RunService.create_run(thread=read_before, content="Hello?")
    assert not Message.objects.exists()


def test_polling_ends_an_overdue_run() -> None:
    run = RunFactory(deadline_at=timezone.now() - timedelta(seconds=1))
    assert RunService.poll_status(run=run).status == "expired"


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_requests_one_is_accepted() -> None:
    thread = ThreadFactory()
    start = threading.Barrier(6)

    def ask(number: int) -> str:
        start.wait(10)
        try:
            RunService.create_run(thread=Thread.objects.get(pk=thread.pk), content=f"Hello {number}")
        except RunInProgress:
            return "refused"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(ask, range(6)))
    assert outcomes == ["accepted"] + ["refused"] * 5
    assert thread.messages.count() == thread.runs.count() == 1
