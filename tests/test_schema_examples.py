"""The examples of docs/openapi.yaml, sent to the API, get the answers that they show."""

from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.models import AssistantScenario, Tag
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor
from tests.conformance import schema

pytestmark = pytest.mark.django_db

# The address of one object of each resource that is written whole.
OBJECTS = [path for path, one in schema()["paths"].items() if "put" in one and path.endswith("{id}/")]
WRITES = [
    *((method, path) for path in OBJECTS for method in ("put", "patch")),
    *(("post", path.removesuffix("{id}/")) for path in OBJECTS),
    *(("post", f"/api/v2/scenarios/{{id}}/{name}/") for name in ("enable", "disable")),
]
# What the server gives: at random, and to what is new.
OPENID = {"openid"}
NEW = {*OPENID, "id", "category_id"}
ACCOUNT = {"id", "date_joined", "last_login"}


def examples(described: dict[str, Any]) -> list[Any]:
    """The values of the examples of a body, in order; an instructor's comes first."""
    content = described.get("content", {}).get("application/json", {})
    return [example["value"] for example in content.get("examples", {}).values()]


def documented_examples(path: str) -> dict[str, Any]:
    """The object at an address, as an instructor sees it."""
    value: dict[str, Any] = examples(schema()["paths"][path]["get"]["responses"]["200"])[0]
    return value


def without(names: set[str], value: Any) -> Any:
    """The value, with no key of these names at any depth."""
    if isinstance(value, list):
        return [without(names, one) for one in value]
    if isinstance(value, dict):
        return {name: without(names, one) for name, one in value.items() if name not in names}
    return value


def address(path: str) -> str:
    owner = next((one for one in OBJECTS if path.startswith(one)), None)
    return path.replace("{id}", str(documented_examples(owner)["id"])) if owner else path


def answer_to(client: APIClient, method: str, path: str, *, ignored: set[str]) -> tuple[Any, Any]:
    """What an operation answers to its example, and what it should, both without what is ignored."""
    operation = schema()["paths"][path][method]
    status = next(one for one in operation["responses"] if one.startswith("2"))
    sent = next(iter(examples(operation.get("requestBody", {}))), None)
    response = getattr(client, method)(address(path), sent, format="json")
    assert response.status_code == int(status), response.content
    return without(ignored, response.json()), without(ignored, examples(operation["responses"][status])[0])


def category_of(summary: dict[str, Any]) -> Category:
    """A category with so many marks as this summary of an exercise's rubric tells."""
    category = Category.objects.create(**without({"max_score"}, summary))
    # Of an id beyond those of the examples, whose sequences are not set yet.
    SubCategory.objects.create(
        id=1_000_000 + category.pk, category=category, name="All of it", highest_score=summary["max_score"]
    )
    return category


@pytest.fixture
def rows(db: None) -> None:
    """The objects that the examples show, under their ids."""
    one = {path.split("/")[3]: documented_examples(path) for path in OBJECTS}
    patient = dict(one["activities"]["character"])
    AssistantScenario.objects.create(scenario_text=patient["title"], **without({"picture_url"}, patient))
    AssistantScenario.objects.create(**without({"tags", "rubrics", "picture_url"}, one["scenarios"]))
    Tag.objects.create(**one["tags"])
    RubricQuestion.objects.create(**one["rubric-questions"])
    Category.objects.create(**without({"subcategories"}, one["categories"]))
    SubCategory.objects.create(**one["subcategories"])
    categories = [category_of(summary) for summary in one["activities"]["rubric"]]
    Activity.objects.create(**without({"categories", "character", "rubric"}, one["activities"])).set_categories(
        categories
    )
    models = [AssistantScenario, Tag, RubricQuestion, Category, SubCategory, Activity]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.mark.parametrize("path", OBJECTS)
def test_objects_are_shown_to_each_reader_as_the_examples_say(path: str, rows: None, client_for: ClientFor) -> None:
    values = examples(schema()["paths"][path]["get"]["responses"]["200"])
    for who, value in zip(("instructor", "student"), values, strict=False):
        one = client_for(who).get(address(path)).json()
        listed = client_for(who).get(path.removesuffix("{id}/")).json()["results"]
        assert without(OPENID, one) == without(OPENID, value)
        assert one in listed


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_what_is_written_is_answered_as_the_example_says(
    method: str, path: str, rows: None, client_for: ClientFor
) -> None:
    ignored = OPENID if "{id}" in path else NEW
    answer, expected = answer_to(client_for("instructor"), method, path, ignored=ignored)
    assert answer == expected


def test_a_change_makes_the_version_that_the_example_shows(
    client_for: ClientFor,
) -> None:
    ignored = {*OPENID, "id", "created_at"}
    client = client_for("instructor")
    collection = schema()["paths"]["/api/v2/scenarios/"]["post"]
    made = client.post("/api/v2/scenarios/", examples(collection["requestBody"])[0], format="json").json()
    changed = examples(schema()["paths"]["/api/v2/scenarios/{id}/"]["patch"]["requestBody"])[0]
    client.patch(f"/api/v2/scenarios/{made['id']}/", changed, format="json")
    version = client.get(f"/api/v2/scenarios/{made['id']}/versions/2/").json()
    listed = client.get(f"/api/v2/scenarios/{made['id']}/versions/").json()["results"][0]
    assert without(ignored, version) == without(
        ignored, documented_examples("/api/v2/scenarios/{id}/versions/{number}/")
    )
    assert without(ignored, listed) == without(
        ignored, documented_examples("/api/v2/scenarios/{id}/versions/")["results"][0]
    )


def test_a_claim_is_approved_as_the_example_says(client_for: ClientFor) -> None:
    path = "/api/v2/users/{id}/approve-role/"
    operation = schema()["paths"][path]["post"]
    expected = examples(operation["responses"]["200"])[0]
    account = UserFactory.create(username=expected["username"], email=expected["email"], role=expected["role"])
    sent = examples(operation["requestBody"])[0]
    response = client_for("admin").post(path.replace("{id}", str(account.pk)), sent, format="json")
    assert without(ACCOUNT, response.json()) == without(ACCOUNT, expected)


def test_the_student_of_the_examples_signs_in_and_changes_the_password() -> None:
    tokens = {"access", "refresh", "id"}
    client = APIClient()
    login = examples(schema()["paths"]["/api/v2/auth/login/"]["post"]["requestBody"])[0]
    User.objects.create_user(username="Sam Student", **login)
    answer, expected = answer_to(client, "post", "/api/v2/auth/login/", ignored=tokens)
    assert answer == expected
    access = client.post("/api/v2/auth/login/", login, format="json").json()["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    answer, expected = answer_to(client, "post", "/api/v2/auth/password/change/", ignored=tokens)
    assert answer == expected
