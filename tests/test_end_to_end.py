"""A conversation and its evaluation on real processes, on each wire and in each mode, through crashes."""

import json
import signal
from typing import Any

import pytest

from tests.stack import PASSWORD, SignedInClient, Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

QUESTIONS = (
    "Good morning, my name is Sam Lee and I'm a medical student. What has brought you in today?",
    "When did it start, and how has it changed since?",
    "Do you take any medicines, and are you allergic to anything?",
    "Is there anything in particular that you are worried about?",
)


def open_thread(client: SignedInClient) -> dict[str, Any]:
    activity = client.get("/activities/")["results"][0]
    return client.post("/threads/", {"activity_id": activity["id"]})


@pytest.mark.parametrize(
    "settings",
    [
        {"OPENAI_API": "responses", "OPENAI_RUN_MODE": "stream"},
        {"OPENAI_API": "responses", "OPENAI_RUN_MODE": "poll"},
        {"OPENAI_API": "chat_completions", "OPENAI_RUN_MODE": "stream"},
        {"OPENAI_API": "chat_completions", "OPENAI_RUN_MODE": "call"},
    ],
    ids=lambda settings: "-".join(settings.values()),
)
def test_a_student_talks_with_a_patient_and_is_marked(
    stack: Stack, student_client: SignedInClient, settings: dict[str, str]
) -> None:
    thread = open_thread(student_client)
    with stack.worker(**settings):
        for question in QUESTIONS:
            run = student_client.say(thread["id"], question)
            assert run["status"] == "completed", run
            assert run["message"]["role"] == "assistant"
        asked = student_client.post(f"/threads/{thread['id']}/evaluations/")
        evaluation = student_client.ended(f"/evaluations/{asked['id']}/")
    messages = student_client.get(f"/threads/{thread['id']}/messages/")["results"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * len(QUESTIONS)
    assert [message["message"] for message in messages[::2]] == list(QUESTIONS)
    assert evaluation["status"] == "completed", evaluation
    criteria = [criterion for category in evaluation["categories"] for criterion in category["criteria"]]
    assert evaluation["total_score"] == sum(criterion["score"] for criterion in criteria) > 0
    for criterion in criteria:
        for index, quote in zip(criterion["evidence"]["message_indices"], criterion["evidence"]["quotes"], strict=True):
            assert quote in messages[index]["message"]
            assert messages[index]["role"] == "user"


def test_the_patient_is_never_sent_the_rubric(
    stack: Stack, student_client: SignedInClient, instructor_client: SignedInClient
) -> None:
    activity = instructor_client.get("/activities/")["results"][0]
    rubric = [instructor_client.get(f"/categories/{pk}/") for pk in activity["categories"]]
    hidden = [text for category in rubric for text in (category["name"], *_criteria(category))]
    scenario = instructor_client.get(f"/scenarios/{activity['character_id']}/")
    assert len(hidden) > 5
    thread = student_client.post("/threads/", {"activity_id": activity["id"]})
    with stack.worker():
        assert student_client.say(thread["id"], QUESTIONS[0])["status"] == "completed"
        assert student_client.say(thread["id"], QUESTIONS[1])["status"] == "completed"
    sent = [request["json"] for request in stack.emulator.requests() if request["method"] == "POST"]
    assert len(sent) == 2
    for body in sent:
        wire = json.dumps(body, ensure_ascii=False)
        assert json.dumps(scenario["scenario_text"], ensure_ascii=False)[1:-1] in wire
        for text in [*hidden, *scenario["rubrics"]]:
            assert json.dumps(text, ensure_ascii=False)[1:-1] not in wire


def _criteria(category: dict) -> list[str]:
    return [text for row in category["subcategories"] for text in (row["name"], row["marking_instructions"])]


def test_a_worker_that_is_asked_to_stop_completes_its_run_first(stack: Stack, student_client: SignedInClient) -> None:
    thread = open_thread(student_client)
    stack.emulator.fault("slow", seconds=2)
    with stack.worker() as worker:
        run = student_client.post(f"/threads/{thread['id']}/runs/", {"content": QUESTIONS[0]})
        wait_until(lambda: bool(stack.emulator.requests()), "the model is asked", worker)
        worker.popen.send_signal(signal.SIGTERM)
        assert worker.popen.wait(30) == 0
    assert student_client.get(f"/runs/{run['id']}/")["status"] == "completed"


def test_logs_of_a_conversation_hold_no_word_of_it_and_no_secret(stack: Stack, student_client: SignedInClient) -> None:
    secret_words = "My grandmother's violin was stolen in Ljubljana."
    thread = open_thread(student_client)
    with stack.worker() as worker:
        stack.emulator.fault("server_error")
        assert student_client.say(thread["id"], secret_words)["status"] == "completed"
    logs = "\n".join(path.read_text(errors="replace") for path in stack.folder.glob("*.log"))
    assert worker.log.read_text().count("run_ended") == 1
    token = student_client.http.headers["Authorization"].removeprefix("Bearer ")
    for secret in ("violin", "Ljubljana", PASSWORD, token, stack.settings["SECRET_KEY"]):
        assert secret not in logs
