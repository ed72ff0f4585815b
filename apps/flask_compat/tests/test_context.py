"""The preview of the instructions that the model gets."""

import pytest

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Thread
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.openai_integration.tests.factories import MessageFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import GREETS, SECRET, SMOKING, make_activity
from apps.roleplay.prompt import ContextBuilder
from apps.scenarios.facts import facts_of
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
PREVIEW = "/api/context/preview"


def test_the_preview_is_what_the_model_is_sent_and_never_the_rubric(client_for, instructor: User, emulator) -> None:
    activity = make_activity()
    client, thread = client_for("instructor"), ThreadFactory(student=instructor, activity=None)
    MessageFactory(thread=thread)
    told = client.get(PREVIEW, {"activity_id": activity.pk, "scenario_id": activity.character_id}).json()
    run_conversation_async(run_id=_run(client, thread, activity_id=activity.pk))
    assert told == {
        "activity_id": activity.pk,
        "scenario_id": activity.character_id,
        "context": _sent(emulator),
        "length": len(_sent(emulator)),
    }
    assert all(fact.text in told["context"] for fact in facts_of(activity.character.additional_instructions))
    assert not any(hidden in told["context"] for hidden in (activity.pre_brief, SECRET, SMOKING, GREETS))


def _run(client, thread: Thread, **named) -> str:
    return client.post("/api/threads/run", {"thread_id": str(thread.pk), **named}).data["run_id"]


def _sent(emulator: Emulator) -> str:
    [request] = emulator.requests()
    return request["json"]["instructions"]


def test_what_is_not_named_is_null_and_left_out_and_the_scenario_goes_before_the_activity(client_for) -> None:
    client, activity, other = client_for("instructor"), ActivityFactory(), AssistantScenarioFactory()
    nothing = client.get(PREVIEW).json()
    assert (nothing["activity_id"], nothing["scenario_id"]) == (None, None)
    assert nothing["context"] == ContextBuilder({}).build_full_context()
    by_activity = client.get(PREVIEW, {"activity_id": activity.pk, "scenario_id": ""}).json()
    assert (by_activity["activity_id"], by_activity["scenario_id"]) == (activity.pk, None)
    assert activity.character.scenario_text in by_activity["context"]
    both = client.get(PREVIEW, {"activity_id": activity.pk, "scenario_id": other.pk}).json()
    assert both["context"] == client.get(PREVIEW, {"scenario_id": other.pk}).json()["context"]


@pytest.mark.parametrize("query", [{"activity_id": 999999}, {"scenario_id": "9" * 20}])
def test_unknown_ids_are_left_out_of_the_preview(client_for, query: dict) -> None:
    answer, context = client_for("instructor").get(PREVIEW, query), ContextBuilder({}).build_full_context()
    named = {"activity_id": None, "scenario_id": None} | {name: int(value) for name, value in query.items()}
    assert (answer.status_code, answer.json()) == (200, {**named, "context": context, "length": len(context)})


@pytest.mark.parametrize("query", [{"activity_id": "x"}, {"scenario_id": "1.5"}])
def test_an_id_that_is_not_a_number_is_an_error_with_a_message(client_for, query: dict) -> None:
    answer = client_for("instructor").get(PREVIEW, query)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize(("who", "status"), [("student", 403), ("unapproved", 403), ("admin", 200)])
def test_only_instructors_see_it(client_for, who: str, status: int) -> None:
    assert client_for(who).get(PREVIEW, {"activity_id": ActivityFactory().pk}).status_code == status
