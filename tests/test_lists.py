"""How every list of the new API treats its parameters."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.models import Thread
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.services import current_version
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

# list > the orders it takes, and a filter with a value that is none
LISTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "users": (["id", "username", "email", "role", "date_joined", "last_login"], {"is_active": "maybe"}),
    "scenarios": (["id", "scenario_text", "enable", "role", "updated_at"], {"enable": "1"}),
    "scenarios/{scenario}/versions": (["number", "created_at"], {}),
    "tags": (["id", "tag", "scenario_id"], {"scenario_id": "x"}),
    "tags/counts": (["tag", "scenarios"], {}),
    "categories": (["id", "name", "total_required_to_pass"], {"total_required_to_pass": "x"}),
    "subcategories": (["id", "name", "category_id"], {"category_id": "x"}),
    "rubric-questions": (["id", "question", "scenario_id"], {"scenario_id": "-1"}),
    "activities": (["id", "position", "pre_brief", "character_id", "updated_at"], {"category_id": "x"}),
    "threads": (["created_at", "updated_at", "title"], {"since": "yesterday"}),
    "threads/{thread}/messages": (["created_at"], {"role": "nurse"}),
    "threads/{thread}/runs": (["created_at"], {"status": "asleep"}),
    "threads/{thread}/evaluations": (["created_at", "finished_at", "total_score"], {"passed": "perhaps"}),
    "evaluations": (["created_at", "finished_at", "total_score"], {"student_id": "x"}),
}


class ThreeOfEach:
    """Three rows of everything, and an admin who sees them."""

    def __init__(self, client: APIClient) -> None:
        self.client = client
        for _ in range(3):
            category = CategoryFactory.create()
            SubCategoryFactory.create(category=category)
            scenario = AssistantScenarioFactory.create()
            TagFactory.create(scenario=scenario)
            RubricQuestionFactory.create(scenario=scenario)
            ActivityFactory.create(character=scenario, categories=[category])
            ThreadFactory.create(scenario=scenario)
            UserFactory.create()
            scenario.scenario_text = f"Somebody else than {scenario.scenario_text}"
            scenario.save()
            current_version(scenario)
        self.scenario, self.thread = scenario, Thread.objects.first()
        for number in range(3):
            MessageFactory.create(thread=self.thread, content=f"Word number {number}")
            RunFactory.create(thread=self.thread, status="completed")

    def url(self, name: str) -> str:
        assert self.thread
        return f"/api/v2/{name.format(scenario=self.scenario.pk, thread=self.thread.pk)}/"

    def get(self, name: str, **asked: Any) -> Any:
        return self.client.get(self.url(name), asked)

    def rows(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        answer = self.get(name, **asked)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]


@pytest.fixture
def world(client_for: ClientFor) -> ThreeOfEach:
    return ThreeOfEach(client_for("admin"))


def test_each_list_refuses_what_it_does_not_know_and_names_it(world: ThreeOfEach) -> None:
    for name, (_, wrong) in LISTS.items():
        for asked in ({"colour": "red"}, {"ordering": "colour"}, {"ordering": "--id"}, {"page_size": "0"}, wrong):
            for field, value in asked.items():
                answer = world.get(name, **{field: value})
                assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), (name, asked)
                assert list(answer.json()["fields"]) == [field]
    assert "scenario_id" in world.get("tags", colour="red").json()["detail"]


def test_each_list_is_ordered_both_ways_by_what_it_offers(world: ThreeOfEach) -> None:
    for name, (orders, _) in LISTS.items():
        for order in orders:
            up, down = (list(world.rows(name, ordering=f"{sign}{order}")) for sign in ("", "-"))
            if up and order in up[0] and all(row[order] is not None for row in up):
                assert [row[order] for row in down] == sorted((row[order] for row in up), reverse=True), (name, order)
            assert len(up) == len(down)


@pytest.mark.parametrize("size", ["501", "-1", "x", "1.5", "", "1000000000000", "٣"])
def test_a_page_has_one_to_five_hundred_rows(size: str, world: ThreeOfEach) -> None:
    answer = world.get("users", page_size=size)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["page_size"])


def test_pages_lead_on_and_no_row_is_on_two(world: ThreeOfEach) -> None:
    for name in ("users", "scenarios", "activities", "threads", "tags/counts"):
        for ordering in (None, LISTS[name][0][-1]):
            seen, count = [], len(world.rows(name, page_size=500))
            address: str | None = world.url(name) + "?page_size=2" + (f"&ordering={ordering}" if ordering else "")
            while address:
                page = world.client.get(address).json()
                assert page["count"] == count
                seen += [str(row.get("id", row.get("tag"))) for row in page["results"]]
                address = page["next"]
            assert len(seen) == len(set(seen)) == count, (name, ordering)


def test_a_list_that_is_asked_for_plainly_says_what_an_ordered_one_says(world: ThreeOfEach) -> None:
    for name in ("users", "scenarios", "tags", "categories", "subcategories", "rubric-questions", "activities"):
        rows = world.rows(name)
        assert rows == world.rows(name, ordering="id"), name
        one = world.client.get(f"{world.url(name)}{rows[-1]['id']}/").json()
        assert rows[-1] == one, name
        assert list(rows[-1]) == list(one) or name == "users", name


def test_search_finds_the_rows_that_say_so(world: ThreeOfEach) -> None:
    assert [row["message"] for row in world.rows("threads/{thread}/messages", search="number 1")] == ["Word number 1"]
    text = world.scenario.scenario_text
    # As one phrase: of its words alone, '4,' is in '34,' too.
    assert [row["scenario_text"] for row in world.rows("scenarios", search=f'"{text}"')] == [text]
    tag = world.scenario.tags.get().tag
    assert world.scenario.pk in [row["id"] for row in world.rows("scenarios", search=tag)]
    assert world.rows("activities", search="no such words") == []


def test_filters_narrow(world: ThreeOfEach) -> None:
    world.scenario.enable = False
    world.scenario.save()
    assert [row["id"] for row in world.rows("scenarios", enable="false")] == [world.scenario.pk]
    assert {row["enable"] for row in world.rows("scenarios", enable="true")} == {True}
    tag = world.scenario.tags.get().tag
    assert {row["id"] for row in world.rows("scenarios", tag=tag)} >= {world.scenario.pk}
    activity = world.rows("activities")[0]
    found = world.rows("activities", category_id=activity["categories"][0])
    assert [row["id"] for row in found] == [activity["id"]]
    assert len(world.rows("threads/{thread}/runs", status="completed")) == 3
    assert world.rows("threads/{thread}/runs", status="failed") == []
    assert world.rows("threads", since="2999-01-01T00:00:00Z") == []
    assert len(world.rows("threads", until="2999-01-01T00:00:00Z")) == 3
    UserFactory.create(is_active=False, email="locked@example.org")
    assert [row["email"] for row in world.rows("users", is_active="false")] == ["locked@example.org"]
    assert {row["approved_role"] for row in world.rows("users", approved_role__isnull="false")} == {"admin"}


def test_an_object_at_its_address_is_there_whatever_else_is_asked(world: ThreeOfEach) -> None:
    assert world.client.get(f"{world.url('scenarios')}{world.scenario.pk}/?colour=red&enable=false").status_code == 200


def test_what_a_client_accepts_does_not_lose_it_the_answer(world: ThreeOfEach) -> None:
    for accept in ("text/html", "", "application/xml;q=0.9", "\\"):
        answer = world.client.get(world.url("tags"), headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
