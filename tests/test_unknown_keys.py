"""v2 refuses a body with an unknown key, and accepts an object as it was received."""

from typing import Any

import pytest

from tests.conformance import schema
from tests.permissions.world import World, make_world

pytestmark = pytest.mark.django_db
WRITES = [
    (method, path) for path, item in schema()["paths"].items() for method in ("post", "put", "patch") if method in item
]
# A picture has no keys.
WITH_BODY = [
    (method, path)
    for method, path in WRITES
    if "application/json" in schema()["paths"][path][method].get("requestBody", {}).get("content", {})
]
SENT_BACK = [(method, path) for method, path in WITH_BODY if method != "post" and "get" in schema()["paths"][path]]
# The first part of an address > which row of the world fills its blank, and who writes there.
ROWS = {
    "activities": ("activity", "instructor"),
    "categories": ("category", "instructor"),
    "evaluations": ("evaluation", "instructor"),
    "messages": ("reply", "owner"),
    "rubric-questions": ("question", "instructor"),
    "scenarios": ("scenario", "instructor"),
    "subcategories": ("criterion", "instructor"),
    "tags": ("tag", "instructor"),
    "threads": ("thread", "owner"),
    "users": ("student", "admin"),
    "auth": ("", "owner"),
}
UNKNOWN = ["Unknown field."]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def ask(world: World, method: str, path: str, body: Any = None) -> Any:
    resource = path.split("/")[3]
    row, who = ROWS[resource]
    address = path.format(id=world.ids.get(row), mark_id=world.ids["mark"])
    return getattr(world.client(who), method)(address, body)


def test_what_takes_no_json_is_known() -> None:
    assert sorted(path for _, path in {*WRITES} - {*WITH_BODY}) == [
        "/api/v2/evaluations/{id}/again/", "/api/v2/reply-reports/{id}/seen/", "/api/v2/runs/{id}/cancel/",
        "/api/v2/scenarios/{id}/archive/", "/api/v2/scenarios/{id}/disable/", "/api/v2/scenarios/{id}/duplicate/",
        "/api/v2/scenarios/{id}/enable/", "/api/v2/scenarios/{id}/picture/", "/api/v2/scenarios/{id}/restore/",
        "/api/v2/scenarios/{id}/versions/{number}/restore/",
    ]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_an_unknown_key_is_refused_and_named(world: World, method: str, path: str) -> None:
    answer = ask(world, method, path, {"surprise": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["fields"]["surprise"] == UNKNOWN
    body = schema()["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    assert schema()["components"]["schemas"][body["$ref"].split("/")[-1]]["additionalProperties"] is False


@pytest.mark.parametrize(("method", "path"), SENT_BACK)
def test_an_object_is_accepted_as_it_was_got_and_not_with_a_key_more(world: World, method: str, path: str) -> None:
    got = ask(world, "get", path).json()
    answer = ask(world, method, path, got)
    assert (answer.status_code, answer.json()) == (200, got)
    answer = ask(world, method, path, {**got, "surprise": 1})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"surprise": UNKNOWN})
    assert ask(world, "get", path).json() == got


def test_the_answers_to_what_is_made_tell_of_all_that_is_wrong(world: World) -> None:
    body = {"name": "Closing", "total_required_to_pass": "many", "colour": "red"}
    answer = world.client("instructor").post("/api/v2/categories/", body)
    assert {*answer.json()["fields"]} == {"total_required_to_pass", "colour"}


def test_an_unknown_key_of_a_nested_object_is_named_by_its_path(world: World) -> None:
    path = f"/api/v2/categories/{world.ids['category']}/"
    got = world.client("instructor").get(path).json()
    got["subcategories"][1]["nam"] = "Greets"
    answer = world.client("instructor").patch(path, {"subcategories": got["subcategories"]})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"subcategories.1.nam": UNKNOWN})
    new = {"nam": "Greets", "marking_instructions": "2: by name."}
    answer = world.client("instructor").post(
        "/api/v2/categories/", {"name": "Opening", "total_required_to_pass": 1, "subcategories": [new]}
    )
    assert {*answer.json()["fields"]} == {"subcategories.0.nam", "subcategories.0.name"}


def test_a_thread_is_not_opened_on_an_activity_that_is_misnamed(world: World) -> None:
    answer = world.client("owner").post("/api/v2/threads/", {"activity": world.ids["activity"]})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"activity": UNKNOWN})


def test_read_only_fields_are_passed_over(world: World) -> None:
    path = f"/api/v2/users/{world.ids['student']}/"
    got = world.client("admin").get(path).json()
    answer = world.client("admin").patch(path, {**got, "id": 1, "approved_role": "student", "username": "Sam"})
    assert (answer.status_code, answer.json()) == (200, {**got, "username": "Sam"})


def test_a_body_of_nothing_but_unknown_keys_has_a_short_answer(world: World) -> None:
    answer = world.client("owner").post("/api/v2/threads/", {f"key{n}": n for n in range(5000)})
    assert answer.status_code == 400
    assert len(answer.content) < 2000
