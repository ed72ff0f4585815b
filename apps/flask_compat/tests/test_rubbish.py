"""No request about accounts and teaching content at the old addresses causes a 500."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import TagFactory
from apps.users.tests.factories import PASSWORD
from tests.test_rubbish_input import BODIES, VALUES, anything, filled

pytestmark = pytest.mark.django_db

TEXTS = {"scenario_text": "Jane", "additional_instructions": "- where: here", "communication_preferences": "Calm."}
# Method, path, and a valid body.
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "login", {"email": "{email}", "password": PASSWORD}),
    ("POST", "create_users", {"username": "Jane", "email": "jane@example.org", "password": PASSWORD, "role": "admin"}),
    ("POST", "scenarios", {**TEXTS, "role": "", "enable": True, "tags": ["one"], "rubrics": ["Well?"]}),
    ("PUT", "scenarios/{scenario}", {**TEXTS, "openid": "asst_x"}),
    ("POST", "scenarios/{scenario}/rubric_questions", {"question": "Well?"}),
    ("PUT", "rubric_questions/{question}", {"question": "Well?"}),
    ("POST", "categories", {"id": "{category}", "name": "Opening", "total_required_to_pass": 1}),
    (
        "POST",
        "rubrics",
        {"id": "{criterion}", "name": "Asks", "marking_instructions": "2: asks", "category_id": "{category}"},
    ),
    (
        "POST",
        "activities",
        {"id": "{activity}", "pre_brief": "Go.", "character_id": "{scenario}", "categories": ["{category}"]},
    ),
]
IDS = ("0", "-1", "9" * 20, "9" * 5000, "x", "1.5", "%00", "%ff", "1e5", "None", "%F0%9F%98%80", "٣")


@pytest.fixture
def names() -> dict[str, Any]:
    tag, criterion = TagFactory(), SubCategoryFactory()
    return {
        "scenario": tag.scenario_id,
        "category": criterion.category_id,
        "criterion": criterion.pk,
        "question": RubricQuestionFactory(scenario=tag.scenario).pk,
        "activity": ActivityFactory(character=tag.scenario, categories=[criterion.category]).pk,
    }


@pytest.fixture
def client(client_for, admin_user, names) -> APIClient:
    """An admin's client that returns a 500 instead of raising the exception."""
    client = client_for(admin_user)
    client.raise_request_exception = False
    names["email"] = admin_user.email
    return client


def send(client: APIClient, method: str, path: str, body: bytes, names: dict[str, Any]) -> Response:
    return client.generic(method, "/api/" + path.format(**names), body, content_type="application/json")


def is_taken_or_refused(answer: Response) -> bool:
    said = answer.json()
    if answer.status_code in {200, 201}:
        return True
    sentence = said.get("message")
    return answer.status_code in {400, 401, 404, 409} and list(said) == ["message"] and isinstance(sentence, str)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_rubbish_in_a_field_is_accepted_or_refused(method, path, body, client, names):
    good = {key: json.dumps(value) for key, value in filled(body, names).items()}
    for field, (name, rubbish) in itertools.product(good, VALUES.items()):
        fields = ", ".join(f'"{key}": {value}' for key, value in (good | {field: rubbish}).items())
        answer = send(client, method, path, f"{{{fields}}}".encode(), names)
        assert is_taken_or_refused(answer), (field, name, answer.status_code, answer.content[:500])


def test_the_unchanged_bodies_are_accepted_and_unknown_keys_ignored(client, names):
    for method, path, body in WRITES:
        whole = filled(body, names) | {"unknown": [{}], "created_at": 5}
        answer = send(client, method, path, json.dumps(whole).encode(), names)
        assert answer.status_code in {200, 201}, (path, answer.content)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_body_that_is_not_an_object_is_400(method, path, body, client, names):
    for name, rubbish in BODIES.items():
        answer = send(client, method, path, rubbish, names)
        assert answer.status_code == 400, (name, answer.content[:500])
        assert list(answer.json()) == ["message"], name


def test_an_invalid_id_is_a_404(client):
    paths = (
        "scenarios/{}",
        "scenarios/{}/enable",
        "rubric_questions/{}",
        "categories/{}",
        "rubrics/{}",
        "activities/{}",
    )
    for path, pk, method in itertools.product(paths, IDS, ("PUT", "DELETE")):
        answer = client.generic(method, f"/api/{path.format(pk)}", "{}", content_type="application/json")
        # With a number in the address, the method is checked first.
        assert answer.status_code == 404 or (answer.status_code == 405 and pk.isdigit()), (path, pk, method)
        assert list(answer.json()) == ["message"]


def test_rubbish_in_a_query_string_is_ignored_or_refused(client, names):
    for path in ("scenarios", "categories", "activities", "all_users", "scenarios/{scenario}/rubric_questions"):
        for query in ("x=%00", "page=-1", "format=api", "format=%ff", "x=1&" * 50):
            answer = client.get(f"/api/{path.format(**names)}?{query}")
            assert answer.status_code == (400 if "%00" in query else 200), (path, query)


@settings(max_examples=60)
@given(write=st.sampled_from(WRITES), data=st.data())
def test_any_body_is_accepted_or_refused(write, data, client, names):
    method, path, body = write
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(body)), anything, min_size=1))
    answer = send(client, method, path, json.dumps(filled(body, names) | changed).encode(), names)
    assert is_taken_or_refused(answer), (changed, answer.content[:500])
