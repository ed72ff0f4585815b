"""Whose change it is, by whichever way it comes in."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.core.history.recorded import Recorded
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from tests.admin_forms import submit
from tests.annotations import ClientFor
from tests.history.entries import all_entries, forget, told
from tests.permissions.rows import OLD, V2, Row, rows_of, undone
from tests.permissions.world import World, make_world
from tests.stack import INSTRUCTOR, SignedInClient, Stack

SURFACES = [pytest.param(V2, id="v2"), pytest.param(OLD, id="old", marks=pytest.mark.old_api)]
CONTENT = (
    "scenarios",
    "tags",
    "categories",
    "subcategories",
    "rubric-questions",
    "rubric_questions",
    "rubrics",
    "activities",
    "delete_all",
)
# These mark a conversation.
# What writes nothing of the content.
READING = ("/rubric_assessment", "/rubric_responses", "/check/")

ADMIN = ("admin@example.org", "demo admin pass")
TIMES = 8


def rows_that_write(sections: Mapping[str, list[Row]]) -> list[Row]:
    return [
        row
        for row in rows_of(sections)
        if row.method != "GET" and row.path.startswith(CONTENT) and not row.path.endswith(READING)
    ]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.mark.django_db
@pytest.mark.parametrize("sections", SURFACES)
def test_every_write_of_both_apis_is_its_callers(sections: Mapping[str, list[Row]], world: World) -> None:
    asked = 0
    for row in rows_that_write(sections):
        for who, status in row.askers():
            if who == "nobody":
                continue
            with undone():
                forget()
                assert row.ask(world, who).status_code == int(status), row.name
                entries = all_entries()
                line = f"{row.method} {row.prefix}{world.address(row.path)}"
                assert {(entry.changed_by_id, entry.request) for entry in entries} <= {(world.ids[who], line)}
                # The newest version has what is there already, so nothing changes.
                changes = status < "300" and "/versions/" not in row.path
                assert bool(entries) == changes, (row.name, who)
            asked += 1
    assert asked > 60


# The admin site


@pytest.mark.django_db
def test_the_admin_site_tells_who_is_signed_in(client: Browser, admin_user: User) -> None:
    client.force_login(admin_user)
    scenario, tag = AssistantScenarioFactory.create(), TagFactory.create()
    scenarios = "/admin/scenarios/assistantscenario/"
    # A pass mark that its criteria can reach is saved at once.
    category = SubCategoryFactory.create(highest_score=10).category
    page = f"/admin/assessments/category/{category.pk}/"
    forget()
    submit(client, f"{scenarios}{scenario.pk}/change/", role="Child", **{"tags-TOTAL_FORMS": 1, "tags-0-tag": "new"})
    submit(client, f"{page}change/", total_required_to_pass=7)
    client.post(scenarios, {"action": "disable_chosen", "_selected_action": [scenario.pk]})
    client.post("/admin/scenarios/tag/", {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"})
    client.post(f"{scenarios}{scenario.pk}/delete/", {"post": "yes"})
    told_of = [(entry.action, entry.kind, entry.request, entry.changed_columns) for entry in all_entries()]
    change, delete = f"POST {scenarios}{scenario.pk}/change/", f"POST {scenarios}{scenario.pk}/delete/"
    assert [one[:3] for one in told_of] == [
        ("changed", "assistantscenario", change),
        ("created", "tag", change),
        ("changed", "assistantscenario", f"POST {scenarios}"),
        ("deleted", "tag", "POST /admin/scenarios/tag/"),
        ("deleted", "tag", delete),
        ("deleted", "assistantscenario", delete),
        ("changed", "category", f"POST {page}change/"),
    ]
    assert (told_of[0][3], told_of[2][3], told_of[-1][3]) == (["role"], ["enable"], ["total_required_to_pass"])
    assert {entry.changed_by for entry in all_entries()} == {admin_user}


@pytest.mark.django_db
def test_the_admin_sites_choice_of_categories_is_told(client: Browser, instructor: User) -> None:
    client.force_login(instructor)
    old, new = CategoryFactory.create_batch(2)
    activity = ActivityFactory.create(categories=[old])
    forget()
    submit(client, f"/admin/activities/activity/{activity.pk}/change/", marked_by=[new.pk])
    assert [(entry.action, entry.key) for entry in told()] == [
        ("deleted", f"{activity.pk},{old.pk}"),
        ("created", f"{activity.pk},{new.pk}"),
    ]
    assert {entry.changed_by for entry in all_entries()} == {instructor}


# No request, and requests beside each other


@pytest.mark.django_db
def test_what_a_command_does_is_nobodys() -> None:
    call_command("load_samples", verbosity=0)
    entries = all_entries()
    rows: list[type[Recorded]] = [AssistantScenario, Category, Activity]
    assert {(entry.action, entry.changed_by, entry.request) for entry in entries} == {("created", None, "")}
    assert all(
        sum(entry.kind == model._meta.model_name for entry in entries) == model._default_manager.count() > 0
        for model in rows
    )
    forget()
    call_command("load_samples", verbosity=0)
    assert told() == []


@pytest.mark.django_db
def test_after_a_request_nobody_is_left_behind(client_for: ClientFor, instructor: User) -> None:
    criterion = SubCategoryFactory.create()
    assert client_for(instructor).delete(f"/api/v2/subcategories/{criterion.pk}/").status_code == 204
    forget()
    CategoryFactory.create()
    [entry] = all_entries()
    assert (entry.changed_by, entry.request) == (None, "")


@pytest.mark.django_db
def test_a_long_address_is_cut_and_its_query_left_out(client_for: ClientFor, instructor: User) -> None:
    tag = TagFactory.create()
    forget()
    answer = client_for(instructor).patch(f"/api/v2/tags/{'0' * 300}{tag.pk}/?word=hidden", {"tag": "new"})
    assert answer.status_code in {200, 404}
    assert [len(entry.request) for entry in all_entries()] in ([200], [])
    assert client_for(instructor).patch(f"/api/v2/tags/{tag.pk}/?word=hidden", {"tag": "newer"}).status_code == 200
    assert all_entries()[-1].request == f"PATCH /api/v2/tags/{tag.pk}/"


@pytest.mark.stack
@pytest.mark.timeout(240)
def test_people_who_write_at_once_are_told_apart(stack: Stack) -> None:
    """Over the threads and connections of real processes; tokens are known only to their views."""
    with (
        stack.web() as web,
        stack.asynchronous() as (_, asynchronous),
        SignedInClient(web, *INSTRUCTOR) as teacher,
        SignedInClient(web, *ADMIN) as admin,
        ThreadPoolExecutor(2) as pool,
    ):
        made = {url: list(pool.map(rename_often, (teacher, admin), (url, url))) for url in (web, asynchronous)}
        people = [who.get("/users/me/")["id"] for who in (teacher, admin)]
    for pk, person in [pair for pks in made.values() for pair in zip(pks, people, strict=True)]:
        entries = stack.rows(
            "SELECT action, changed_by_id, request FROM rubric_changes WHERE kind = 'category' AND object_key = %s "
            "ORDER BY id",
            str(pk),
        )
        assert entries == [
            ("created", person, "POST /api/v2/categories/"),
            *[("changed", person, f"PATCH /api/v2/categories/{pk}/")] * TIMES,
            ("deleted", person, f"DELETE /api/v2/categories/{pk}/"),
        ]


def rename_often(who: SignedInClient, url: str) -> int:
    """Make a category, change it and delete it; its id."""
    address = f"{url}/api/v2/categories/"
    pk = who.http.post(address, json={"name": "new", "total_required_to_pass": 0}).json()["id"]
    for number in range(TIMES):
        answer = who.http.patch(f"{address}{pk}/", json={"total_required_to_pass": number + 1})
        assert answer.status_code == 200, answer.text
    assert who.http.delete(f"{address}{pk}/").status_code == 204
    return pk
