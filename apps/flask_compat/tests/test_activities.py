"""Activities at the old addresses."""

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client_for):
    return client_for("instructor")


@pytest.fixture
def character() -> int:
    return AssistantScenarioFactory().pk


def test_an_activity_is_created_listed_changed_and_deleted(author, character):
    first, second = CategoryFactory().pk, CategoryFactory().pk
    body = {"id": None, "pre_brief": " You are the GP. ", "character_id": character, "categories": [second, first]}
    answer = author.post("/api/activities", body)
    pk = answer.json()["id"]
    assert (answer.status_code, answer.json()) == (200, {"message": "Activity saved", "id": pk})
    row = {"id": pk, "pre_brief": " You are the GP. ", "character_id": character, "categories": [first, second]}
    assert author.get("/api/activities").json() == [row]
    other = AssistantScenarioFactory().pk
    changed = row | {"id": str(pk), "pre_brief": "Go.", "character_id": str(other), "categories": [str(second)]}
    assert author.post("/api/activities", changed).json() == {"message": "Activity saved", "id": pk}
    assert author.get("/api/activities").json() == [
        {"id": pk, "pre_brief": "Go.", "character_id": other, "categories": [second]}
    ]
    answer = author.delete(f"/api/activities/{pk}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Activity deleted successfully"})
    answer = author.delete(f"/api/activities/{pk}")
    assert (answer.status_code, answer.json()) == (404, {"message": "Activity not found"})


@pytest.mark.parametrize("how", ["left out", "null"])
def test_categories_that_are_left_out_stay_as_they_are(how, author):
    activity = ActivityFactory(categories=[category := CategoryFactory()])
    body = {"id": activity.pk, "pre_brief": "x", "character_id": activity.character_id}
    assert author.post("/api/activities", body | ({} if how == "left out" else {"categories": None})).status_code == 200
    assert author.get("/api/activities").json()[0]["categories"] == [category.pk]
    assert author.post("/api/activities", body | {"categories": []}).status_code == 200
    assert author.get("/api/activities").json()[0]["categories"] == []


def test_unknown_categories_are_dropped_and_repeated_ones_count_once(author, character):
    known = CategoryFactory().pk
    body = {"pre_brief": "x", "character_id": character, "categories": [known, 999_999, str(known), 10**30, -1, known]}
    assert author.post("/api/activities", body).status_code == 200
    assert author.get("/api/activities").json()[0]["categories"] == [known]


@pytest.mark.parametrize("name", ["pre_brief", "character_id"])
@pytest.mark.parametrize("blank", ["", None, "missing"])
def test_an_activity_needs_a_brief_and_a_character(name, blank, author, character):
    body = {"pre_brief": "x", "character_id": character} | {name: blank}
    if blank == "missing":
        del body[name]
    answer = author.post("/api/activities", body)
    assert (answer.status_code, answer.json()) == (400, {"message": "pre_brief and character_id are required"})
    assert not Activity.objects.exists()


@pytest.mark.parametrize("pk", [999_999, "999999", 10**30, -1])
def test_an_unknown_character_or_activity_is_404_with_flasks_message(pk, author, character):
    for body, said in (
        ({"character_id": pk}, "Character not found"),
        ({"character_id": character, "id": pk}, "Activity not found"),
    ):
        answer = author.post("/api/activities", {"pre_brief": "x", **body})
        assert (answer.status_code, answer.json()) == (404, {"message": said})
    assert not Activity.objects.exists()


WRONG = [
    {"character_id": "abc"}, {"character_id": True}, {"character_id": [1]}, {"id": "abc"}, {"id": {}}, {"pre_brief": 5},
    {"pre_brief": ["x"]}, {"pre_brief": "a\0b"}, {"categories": 1}, {"categories": "1"}, {"categories": {}},
    {"categories": ["abc"]}, {"categories": [None]}, {"categories": [True]}, {"categories": [[1]]},
]  # fmt: skip


def test_an_activity_with_an_invalid_value_is_400_and_changes_nothing(author):
    activity = ActivityFactory(pre_brief="Before", categories=[CategoryFactory()])
    before = author.get("/api/activities").json()
    for change in WRONG:
        answer = author.post("/api/activities", {**before[0], "pre_brief": "After", **change})
        assert (answer.status_code, list(answer.json())) == (400, ["message"]), change
    assert author.get("/api/activities").json() == before
    assert Activity.objects.get() == activity


def test_students_see_every_activity_with_the_brief_of_a_disabled_scenario_blanked(author, client_for):
    ActivityFactory(categories=[CategoryFactory()])
    ActivityFactory(character__enable=False, pre_brief="A secret brief")
    full = author.get("/api/activities").json()
    for who in ("student", "unapproved"):
        assert client_for(who).get("/api/activities").json() == [full[0], full[1] | {"pre_brief": ""}]
    assert full[1]["pre_brief"] == "A secret brief"
