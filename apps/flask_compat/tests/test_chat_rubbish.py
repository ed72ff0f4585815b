"""No request to the chat and the evaluations at the old addresses causes a 500."""

import itertools
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.tests.factories import MessageFactory, ThreadFactory
from apps.users.models import User
from tests.test_rubbish_input import BODIES, VALUES, anything, filled

pytestmark = pytest.mark.django_db

MESSAGE = {"role": "user", "content": "Do you smoke?"}
GRADING = {"messages": [MESSAGE], "scenario_id": "{scenario}", "thread_id": None}
# Path, and a valid body.
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("threads/{thread}/messages", MESSAGE),
    (
        "threads/run",
        {"thread_id": "{thread}", "scenario_id": "{scenario}", "activity_id": "{activity}", "assistant_id": "{openid}"},
    ),
    ("activities/{activity}/rubric_assessment", GRADING),
    ("scenarios/{activity}/rubric_responses", GRADING),
]


@pytest.fixture
def names(instructor: User) -> dict[str, Any]:
    activity = ActivityFactory()
    thread = MessageFactory(thread=ThreadFactory(student=instructor, activity=None)).thread
    patient = {"scenario": activity.character_id, "openid": activity.character.openid}
    return {"thread": str(thread.pk), "activity": activity.pk, **patient}


@pytest.fixture
def client(client_for) -> APIClient:
    """An instructor's client that returns a 500 instead of raising the exception."""
    client = client_for("instructor")
    client.raise_request_exception = False
    return client


@pytest.fixture(autouse=True)
def _no_wait_for_evaluations(settings) -> None:
    settings.COMPAT_GRADING_WAIT_S = 0.001


def send(client: APIClient, path: str, body: bytes, names: dict[str, Any]) -> Response:
    return client.generic("POST", "/api/" + path.format(**names), body, content_type="application/json")


def is_taken_or_refused(answer: Response) -> bool:
    """Whether the request was accepted or refused. 503 is an accepted evaluation, since there is no worker."""
    said = answer.json()
    if answer.status_code in {200, 201}:
        return True
    return answer.status_code in {400, 403, 404, 409, 503} and isinstance(said["message"], str) and len(said) == 1


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_rubbish_in_a_field_is_accepted_or_refused(path, body, client, names) -> None:
    good = {key: json.dumps(value) for key, value in filled(body, names).items()}
    for field, (name, rubbish) in itertools.product(good, VALUES.items()):
        fields = ", ".join(f'"{key}": {value}' for key, value in (good | {field: rubbish}).items())
        answer = send(client, path, f"{{{fields}}}".encode(), names)
        assert is_taken_or_refused(answer), (field, name, answer.status_code, answer.content[:500])


@pytest.mark.parametrize("path", [path for path, _ in WRITES])
def test_a_body_that_is_not_an_object_is_400(path, client, names) -> None:
    for name, rubbish in BODIES.items():
        answer = send(client, path, rubbish, names)
        # An empty body counts as a transcript without messages.
        allowed = {400, 503} if not rubbish and "rubric" in path else {400}
        assert answer.status_code in allowed, (name, answer.content[:500])
        assert list(answer.json()) == ["message"], name


def test_rubbish_in_an_address_is_refused(client, names) -> None:
    for name, rubbish in VALUES.items():
        key = quote(rubbish[:300], safe="") or "x"
        for address in (
            f"threads/{key}/messages",
            f"runs/{key}/status?thread_id={names['thread']}",
            f"runs/{names['thread']}/status?thread_id={key}",
        ):
            answer = client.get(f"/api/{address}")
            assert answer.status_code in {400, 404}, (name, address, answer.status_code)
            assert list(answer.json()) == ["message"]
        for named in ("activity_id", "scenario_id"):
            # The preview of an unknown id is empty.
            assert client.get(f"/api/context/preview?{named}={key}").status_code in {200, 400}, name
    for pk in ("0", "9" * 20, "9" * 5000, "x", "-1", "%00"):
        assert send(client, f"activities/{pk}/rubric_assessment", b"{}", names).status_code == 404
        assert send(client, f"scenarios/{pk}/rubric_responses", b"{}", names).status_code == 404


@settings(max_examples=20)
@given(write=st.sampled_from(WRITES), data=st.data())
def test_any_body_is_accepted_or_refused(write, data, client, names) -> None:
    path, body = write
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(body)), anything, min_size=1))
    answer = send(client, path, json.dumps(filled(body, names) | changed).encode(), names)
    assert is_taken_or_refused(answer), (changed, answer.content[:500])


@settings(max_examples=20)
@given(messages=st.lists(st.dictionaries(st.sampled_from(["role", "message", "content", "x"]), anything), max_size=4))
def test_any_messages_are_marked_or_refused(messages, client, names) -> None:
    for path in ("activities/{activity}/rubric_assessment", "scenarios/{activity}/rubric_responses"):
        answer = send(client, path, json.dumps({"messages": [MESSAGE, *messages]}).encode(), names)
        assert is_taken_or_refused(answer), (messages, answer.content[:500])
