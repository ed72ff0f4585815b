"""An object looks the same in a list, at its own address, and in the answer to a write."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.annotations import ClientFor
from tests.projected_views import projected_views

pytestmark = pytest.mark.django_db

TEACHING = ("scenarios", "tags", "categories", "subcategories", "rubric-questions", "activities")
READERS = [(path, who) for path in TEACHING for who in ("student", "instructor")]
READERS.remove(("rubric-questions", "student"))
READERS.append(("users", "admin"))
# As PostgreSQL writes them: without a fraction, with one that ends in zeros, whole, and in a year of three digits.
TIMES = [
    None,
    datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    datetime(2026, 5, 4, 9, 30, 0, 120000, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(987, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
]


@pytest.fixture
def teaching(db: None) -> dict[str, int]:
    """Objects with all that a field can hold, and with as little as it can."""
    long = "Zoë – 心臓\n" + 90 * "x"
    scenario = AssistantScenarioFactory.create(scenario_text=f"  {long}", role="")
    AssistantScenarioFactory.create(communication_preferences=None, additional_instructions="")
    AssistantScenarioFactory.create(enable=False)
    categories = [CategoryFactory.create(name=long[:255], total_required_to_pass=2**31 - 1), CategoryFactory.create()]
    for _ in range(3):
        criterion = SubCategoryFactory.create(category=categories[0], marking_instructions=long)
        tag, question = TagFactory.create(scenario=scenario, tag=long), RubricQuestionFactory.create(scenario=scenario)
    activity = ActivityFactory.create(character=scenario, pre_brief=long, categories=reversed(categories))
    ActivityFactory.create(character=AssistantScenarioFactory.create(enable=False))
    ActivityFactory.create()
    rows = {"scenario": scenario, "category": categories[0], "criterion": criterion, "tag": tag, "question": question}
    return {name: row.pk for name, row in rows.items()} | {"activity": activity.pk, "another": categories[1].pk}


def listed(client: APIClient, path: str) -> list[dict[str, Any]]:
    """The same rows however they are asked for."""
    plain, ordered = (client.get(f"/api/v2/{path}/", query).json()["results"] for query in ({}, {"ordering": "id"}))
    assert plain == ordered
    return plain


@pytest.mark.parametrize(("path", "who"), READERS)
def test_a_list_shows_what_each_address_shows(
    path: str, who: str, teaching: dict[str, int], client_for: ClientFor
) -> None:
    people = [UserFactory.create(date_joined=time, last_login=time) for time in TIMES]
    people += [
        UserFactory.create(role=None),
        UserFactory.create(instructor=True),
        UserFactory.create(role="admin", is_superuser=True),
    ]
    client = client_for(who)
    rows = listed(client, path)
    assert len(rows) >= 2
    for row in rows:
        one = client.get(f"/api/v2/{path}/{row['id']}/").json()
        assert one == row
        assert list(one) == list(row)


def test_a_projection_has_the_fields_that_its_serializer_describes(teaching: dict[str, int], admin_user: User) -> None:
    seen = 0
    for view in projected_views():
        instance = view.queryset.first()
        for kind in ("", "public_"):
            if hasattr(view, f"{kind}projection"):
                shown = getattr(view, f"{kind}projection").of_instance(instance)
                assert set(shown) == set(getattr(view, f"{kind}serializer_class")().fields), view
                seen += 1
    assert seen == 13


# What is made > what of it is changed then.
WRITES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "scenarios": (
        {
            "scenario_text": " Ann Lee, 41 ", "additional_instructions": "Diagnosis: gout", "enable": False,
            "role": "Adult Woman", "communication_preferences": "Short.",
            "tags": ["b", "a"], "rubrics": ["Why?", "Who?"],
        },
        {"communication_preferences": None, "tags": ["c"], "rubrics": []},
    ),
    "tags": ({"tag": "chest ", "scenario_id": "{scenario}"}, {"tag": "ward"}),
    "categories": (
        {
            "name": "Opening", "total_required_to_pass": 1,
            "subcategories": [{"name": name, "marking_instructions": "2: asks."} for name in "ba"],
        },
        {"name": "Closing", "subcategories": [{"name": "c", "marking_instructions": "1: asks."}]},
    ),
    "subcategories": (
        {"name": "Asks", "marking_instructions": "2: asks.", "category_id": "{category}"}, {"category_id": "{another}"}
    ),
    "rubric-questions": ({"question": "Why?", "scenario_id": "{scenario}"}, {"question": " Who? "}),
    "activities": (
        {"pre_brief": "A ward.\n", "character_id": "{scenario}", "categories": ["{another}", "{category}"]},
        {"categories": ["{another}"]},
    ),
}  # fmt: skip


def filled(body: Any, ids: dict[str, int]) -> Any:
    """The body with the ids of rows in the place of their names."""
    if isinstance(body, dict):
        return {name: filled(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    return ids[body[1:-1]] if isinstance(body, str) and body[:1] == "{" else body


@pytest.mark.parametrize("path", TEACHING)
def test_who_writes_an_object_is_shown_what_is_read_later(
    path: str, teaching: dict[str, int], client_for: ClientFor
) -> None:
    client = client_for("instructor")
    new, changed = (filled(body, teaching) for body in WRITES[path])
    written = client.post(f"/api/v2/{path}/", new)
    assert written.status_code == 201, written.content
    address = f"/api/v2/{path}/{written.json()['id']}/"
    assert written.json() == client.get(address).json()
    for write, body in ((client.patch, changed), (client.put, new), (client.patch, {})):
        answer = write(address, body)
        assert answer.status_code == 200, answer.content
        assert answer.json() == client.get(address).json()
        assert answer.json() in listed(client, path)


def test_who_switches_a_scenario_is_shown_what_is_read_later(teaching: dict[str, int], client_for: ClientFor) -> None:
    client, address = client_for("instructor"), f"/api/v2/scenarios/{teaching['scenario']}/"
    for word in ("disable", "enable"):
        assert client.post(f"{address}{word}/").json() == client.get(address).json()


@pytest.mark.parametrize("time", TIMES)
def test_who_changes_an_account_is_shown_what_is_read_later(time: datetime | None, client_for: ClientFor) -> None:
    user = UserFactory.create(role="instructor", date_joined=time, last_login=time)
    client, address = client_for("admin"), f"/api/v2/users/{user.pk}/"
    assert client.patch(address, {"username": "Zoë", "email": "z@example.org"}).json() == client.get(address).json()
    for role in ("instructor", None):
        assert client.post(f"{address}approve-role/", {"role": role}).json() == client.get(address).json()


@pytest.mark.parametrize("who", ["student", "instructor", "admin", "unapproved"])
def test_people_see_of_themselves_what_an_admin_sees(who: str, client_for: ClientFor, admin_user: User) -> None:
    client = client_for(who)
    mine = client.get("/api/v2/users/me/").json()
    account = client_for("admin").get(f"/api/v2/users/{mine['id']}/").json()
    assert len(mine) == 6
    assert mine.items() <= account.items()
    signed_in = client.post("/api/v2/auth/login/", {"email": mine["email"], "password": PASSWORD}).json()
    assert signed_in["user"] == mine
