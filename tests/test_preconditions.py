"""Conditional writes in v2: `If-Match` refuses a write to what has changed since it was read."""

from typing import Any

import pytest
from django.db import connection

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db
API = "/api/v2/"


def written_by_flask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("make", "kind", "change", "flask"),
    [
        (
            AssistantScenarioFactory,
            "scenarios",
            {"role": "Child"},
            "UPDATE assistant_scenarios SET scenario_text = 'Z'",
        ),
        (TagFactory, "tags", {"tag": "new"}, "UPDATE assistant_tags SET tag = 'Z'"),
        (CategoryFactory, "categories", {"name": "new"}, "UPDATE categories SET name = 'Z'"),
        (SubCategoryFactory, "subcategories", {"name": "new"}, "UPDATE subcategories SET name = 'Z'"),
        (RubricQuestionFactory, "rubric-questions", {"question": "new"}, "UPDATE rubric_questions SET question = 'Z'"),
        (ActivityFactory, "activities", {"title": "new"}, "UPDATE activities SET pre_brief = 'Z'"),
    ],
)
def test_a_write_is_refused_if_somebody_has_changed_it_since(
    make: Any, kind: str, change: Any, flask: str, client_for: ClientFor
) -> None:
    api = client_for("admin")
    address = f"{API}{kind}/{make().pk}/"
    read = api.get(address)
    written_by_flask(flask)
    refused = api.patch(address, change, headers={"if-match": read["ETag"]})
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    for method in (api.put, api.delete):
        assert method(address, read.json(), headers={"if-match": read["ETag"]}).status_code == 412
    now = api.get(address)
    assert "Z" in now.json().values()
    done = api.patch(address, change, headers={"if-match": f"W/{now['ETag']}"})
    assert done.status_code == 200
    assert done["ETag"] == api.get(address)["ETag"] != now["ETag"]
    assert api.patch(address, change, headers={"if-match": f'"another", {done["ETag"]}'}).status_code == 200
    assert api.delete(address, headers={"if-match": "*"}).status_code == 204
    assert api.delete(address, headers={"if-match": "*"}).status_code == 404


@pytest.mark.parametrize("rubbish", ["", "x", '"', '"\x7f"', "W/", ",,,", '"' + "a" * 5000 + '"'])
def test_a_tag_that_is_none_matches_nothing(rubbish: str, client_for: ClientFor) -> None:
    scenario = AssistantScenarioFactory.create()
    address = f"{API}scenarios/{scenario.pk}/"
    assert client_for("instructor").patch(address, {"role": ""}, headers={"if-match": rubbish}).status_code == 412
    assert client_for("student").patch(address, {"role": ""}, headers={"if-match": rubbish}).status_code == 403
    assert AssistantScenario.objects.get().role == "Adult Woman"


def test_child_rows_count_and_so_does_the_archive(client_for: ClientFor) -> None:
    api = client_for("instructor")
    scenario = AssistantScenarioFactory.create()
    address = f"{API}scenarios/{scenario.pk}/"
    made = api.post(f"{API}scenarios/", {"scenario_text": "Ann Lee, 41."})
    assert made["ETag"] == api.get(f"{API}scenarios/{made.json()['id']}/")["ETag"]
    steps: list[Any] = [lambda: TagFactory.create(scenario=scenario), lambda: api.post(f"{address}archive/")]
    for step in steps:
        tag = api.get(address)["ETag"]
        step()
        assert api.patch(address, {"role": ""}, headers={"if-match": tag}).status_code == 412
