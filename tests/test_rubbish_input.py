"""No input to accounts and teaching content makes the service fail."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import TagFactory
from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tokens import tokens_for
from tests.annotations import APIResponse, ClientFor

pytestmark = pytest.mark.django_db

# method, path, and a body that is taken
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "auth/login/", {"email": "{email}", "password": PASSWORD}),
    ("post", "auth/register/", {"username": "Jane", "email": "jane@example.org", "password": "a pass phrase 2"}),
    ("post", "auth/refresh/", {"refresh": "{refresh}"}),
    ("post", "auth/logout/", {"refresh": "{refresh}"}),
    ("post", "auth/password/change/", {"old_password": PASSWORD, "new_password": "a pass phrase 2"}),
    ("post", "users/{user}/approve-role/", {"role": "student"}),
]
for _path, _row, _body in (
    (
        "scenarios/",
        "{scenario}",
        {
            "scenario_text": "Jane",
            "additional_instructions": "- where: here",
            "enable": True,
            "role": "",
            "communication_preferences": "Calm.",
            "tags": ["one"],
            "rubrics": ["Well?"],
        },
    ),
    ("tags/", "{tag}", {"tag": "one", "scenario_id": "{scenario}"}),
    ("categories/", "{category}", {"name": "Opening", "total_required_to_pass": 1}),
    ("subcategories/", "{criterion}", {"name": "Asks", "marking_instructions": "2: asks", "category_id": "{category}"}),
    ("rubric-questions/", "{question}", {"question": "Well?", "scenario_id": "{scenario}"}),
    ("activities/", "{activity}", {"pre_brief": "Go.", "character_id": "{scenario}", "categories": ["{category}"]}),
):
    # A PUT is read as a POST is, and written as a PATCH is.
    WRITES += [("post", _path, _body), ("patch", f"{_path}{_row}/", _body)]

ROWS = ["scenarios", "tags", "categories", "subcategories", "rubric-questions", "activities"]

# As they stand in a body, since Python's own writer of JSON would not make some of them.
VALUES = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "negative": "-1",
    "fraction": "1.5",
    "too large": str(10**30),
    "infinite": "1e400",
    "more digits than Python reads": "9" * 5000,
    "empty": '""',
    "NUL": '"x\\u0000y"',
    "half a character": '"\\ud800"',
    "long": json.dumps("x" * 200_000),
    "list": "[]",
    "list of lists": "[[1], [[]], {}]",
    "list of rubbish": '[null, true, 1e400, "\\u0000", "\\ud800", {}]',
    "object": '{"id": 1, "__class__": "x"}',
    "deep": "[" * 200 + "]" * 200,
}
BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a text": b'"text"',
    "a list": b"[]",
    "a list of objects": b'[{"email": "x"}]',
    "half an object": b'{"email": ',
    "not a number": b'{"email": NaN, "name": NaN, "tag": NaN}',
    "no UTF-8": b"\xff\xfe{}",
    "very deep": b"[" * 100_000 + b"]" * 100_000,
    "very deep in a field": b'{"x": ' * 50_000 + b"1" + b"}" * 50_000,
}


@pytest.fixture
def names() -> dict[str, Any]:
    user = UserFactory.create(role="student")
    tag, criterion = TagFactory.create(), SubCategoryFactory.create()
    return {
        "user": user.pk,
        "scenario": tag.scenario_id,
        "tag": tag.pk,
        "category": criterion.category_id,
        "criterion": criterion.pk,
        "question": RubricQuestionFactory.create(scenario=tag.scenario).pk,
        "activity": ActivityFactory.create(character=tag.scenario, categories=[CategoryFactory.create()]).pk,
    }


@pytest.fixture
def client(client_for: ClientFor, admin_user: User, names: dict[str, Any]) -> APIClient:
    """An admin, who may write everything, and who gets a 500 as an answer."""
    client = client_for(admin_user)
    client.raise_request_exception = False
    names |= {"email": admin_user.email, "refresh": tokens_for(admin_user)["refresh"]}
    return client


def filled(value: Any, names: dict[str, Any]) -> Any:
    """The body with the ids of this test in it."""
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    return names.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


def send(client: APIClient, method: str, path: str, body: bytes, names: dict[str, Any]) -> APIResponse:
    path = "/api/v2/" + path.format(**names)
    # The stubs know of text alone, and some of these bodies are no text.
    return client.generic(method.upper(), path, body, content_type="application/json")  # type: ignore[arg-type]


def is_taken_or_refused(answer: APIResponse) -> bool:
    if answer.status_code in {200, 201, 204}:
        return True
    body = answer.json()
    return 400 <= answer.status_code < 500 and bool(body["code"]) and isinstance(body["detail"], str)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_the_bodies_that_rubbish_is_put_into_are_taken(
    method: str, path: str, body: dict[str, Any], client: APIClient, names: dict[str, Any]
) -> None:
    answer = send(client, method, path, json.dumps(filled(body, names)).encode(), names)
    assert answer.status_code in {200, 201, 204}, answer.content


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_rubbish_in_a_field_is_accepted_or_refused(
    method: str, path: str, body: dict[str, Any], client: APIClient, names: dict[str, Any]
) -> None:
    good = {key: json.dumps(value) for key, value in filled(body, names).items()}
    for field, (name, rubbish) in itertools.product(good, VALUES.items()):
        fields = ", ".join(f'"{key}": {value}' for key, value in (good | {field: rubbish}).items())
        answer = send(client, method, path, f"{{{fields}}}".encode(), names)
        assert is_taken_or_refused(answer), (field, name, answer.status_code, answer.content[:500])


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_body_that_is_no_object_is_refused(
    method: str, path: str, body: dict[str, Any], client: APIClient, names: dict[str, Any]
) -> None:
    for name, rubbish in BODIES.items():
        answer = send(client, method, path, rubbish, names)
        # An empty PATCH changes nothing, which is what it says.
        if not (method == "patch" and name == "nothing" and answer.status_code == 200):
            assert answer.status_code == 400, (name, answer.content[:500])
            assert is_taken_or_refused(answer), (name, answer.content[:500])


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_other_kinds_of_bodies_are_refused(
    method: str, path: str, body: dict[str, Any], client: APIClient, names: dict[str, Any]
) -> None:
    kind = "application/x-www-form-urlencoded"
    answer = client.generic(method.upper(), "/api/v2/" + path.format(**names), "a=1", kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", [*ROWS, "users"])
def test_rubbish_in_the_address_of_a_list_is_taken_or_refused(path: str, client: APIClient) -> None:
    names = ("page", "page_size", "search", "role", "enable", "tag", "scenario_id", "category_id", "character_id")
    values = ("", "%00", "%ff", "x", "-1", "1e400", "NaN", "9" * 400, "1&" + "x=1&" * 50)
    for name, value in itertools.product(names, values):
        answer = client.get(f"/api/v2/{path}/?{name}={value}")
        assert is_taken_or_refused(answer), (name, value, answer.content[:500])


@pytest.mark.parametrize("path", ROWS)
def test_an_invalid_id_is_a_404(path: str, client: APIClient) -> None:
    ids = ("0", "-1", "9" * 30, "9" * 5000, "x", "1.5", "%00", "%ff", "1e5", "None", "%F0%9F%98%80")
    for pk, method in itertools.product(ids, ("GET", "PUT", "PATCH", "DELETE")):
        answer = client.generic(method, f"/api/v2/{path}/{pk}/", "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, pk)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60)
@given(write=st.sampled_from(WRITES), data=st.data())
def test_any_body_is_accepted_or_refused(
    write: tuple[str, str, dict[str, Any]], data: st.DataObject, client: APIClient, names: dict[str, Any]
) -> None:
    method, path, body = write
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(body)), anything, min_size=1))
    answer = send(client, method, path, json.dumps(filled(body, names) | changed).encode(), names)
    assert is_taken_or_refused(answer), (changed, answer.content[:500])
