"""Two people on one admin page, or one and the old service: nobody undoes what the other wrote, nobody retypes."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from tests.admin_forms import errors_of, filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client: Client, instructor: User) -> Client:
    User.objects.filter(pk=instructor.pk).update(username="Ann")
    client.force_login(instructor)
    return client


@pytest.fixture
def bob(admin_user: User) -> Client:
    User.objects.filter(pk=admin_user.pk).update(username="Bob")
    client = Client()
    client.force_login(admin_user)
    return client


def address(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def stored(row: Any, name: str) -> Any:
    return type(row).objects.values_list(name, flat=True).get(pk=row.pk)


def test_the_second_is_told_who_changed_what_and_keeps_what_they_typed(ann: Client, bob: Client) -> None:
    scenario = AssistantScenarioFactory.create(title="A", case_notes="Notes")
    page = address(scenario)
    anns, bobs = filled_in(ann.get(page)), filled_in(bob.get(page))
    assert bob.post(page, {**bobs, "title": "Bob's title", "case_notes": "Bob's notes"}).status_code == 302
    refused = ann.post(page, {**anns, "title": "Ann's title", "setting": "Ann's setting"})
    words = errors_of(refused)
    assert "Bob <" in words
    assert "case notes, title" in words.lower()
    assert "“Bob's title”" in words
    assert (stored(scenario, "title"), stored(scenario, "setting")) == ("Bob's title", "")
    shown = filled_in(refused)
    assert (shown["title"], shown["setting"], shown["case_notes"]) == ("Ann's title", "Ann's setting", "Bob's notes")
    assert ann.post(page, shown).status_code == 302
    assert AssistantScenario.objects.values_list("title", "setting", "case_notes").get() == (
        "Ann's title", "Ann's setting", "Bob's notes",
    )  # fmt: skip


def test_a_switch_that_somebody_else_turned_stays_turned(ann: Client, bob: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    anns = filled_in(ann.get(address(scenario)))
    bob.post("/admin/scenarios/assistantscenario/", {"action": "disable_chosen", "_selected_action": [scenario.pk]})
    refused = ann.post(address(scenario), {**anns, "title": "New"})
    assert "Bob <" in errors_of(refused)
    assert ann.post(address(scenario), filled_in(refused)).status_code == 302
    assert AssistantScenario.objects.values_list("title", "enable").get() == ("New", False)


@pytest.mark.parametrize(
    ("make", "name", "flask"),
    [
        (AssistantScenarioFactory, "scenario_text", "UPDATE assistant_scenarios SET scenario_text = 'Flask'"),
        (TagFactory, "tag", "UPDATE assistant_tags SET tag = 'Flask'"),
        (CategoryFactory, "name", "UPDATE categories SET name = 'Flask'"),
        (SubCategoryFactory, "marking_instructions", "UPDATE subcategories SET marking_instructions = 'Flask'"),
        (RubricQuestionFactory, "question", "UPDATE rubric_questions SET question = 'Flask'"),
        (ActivityFactory, "pre_brief", "UPDATE activities SET pre_brief = 'Flask'"),
    ],
)
def test_what_the_old_service_writes_meanwhile_is_told_on_every_page(
    ann: Client, make: Any, name: str, flask: str
) -> None:
    row = make()
    page = filled_in(ann.get(address(row)))
    with connection.cursor() as cursor:
        cursor.execute(flask)
    refused = ann.post(address(row), {**page, name: "Ann"})
    assert "the old service" in errors_of(refused)
    assert "“Flask”" in errors_of(refused)
    assert stored(row, name) == "Flask"
    assert ann.post(address(row), filled_in(refused)).status_code == 302
    assert stored(row, name) == "Ann"


def test_categories_and_the_patient_of_an_exercise_count(ann: Client, bob: Client) -> None:
    activity, category, other = (
        ActivityFactory.create(),
        CategoryFactory.create(name="Opening"),
        AssistantScenarioFactory.create(),
    )
    page = address(activity)
    anns, bobs = filled_in(ann.get(page)), filled_in(bob.get(page))
    assert bob.post(page, {**bobs, "marked_by": [category.pk], "character": other.pk}).status_code == 302
    refused = ann.post(page, {**anns, "title": "New"})
    assert "Bob <" in errors_of(refused)
    assert ann.post(page, filled_in(refused)).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.character, [*activity.categories.all()]) == ("New", other, [category])


def test_rows_on_the_page_of_their_parent_count_each(ann: Client, bob: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    tag, other = TagFactory.create(scenario=scenario, tag="one"), TagFactory.create(scenario=scenario, tag="two")
    page = address(scenario)
    anns, bobs = filled_in(ann.get(page)), filled_in(bob.get(page))
    assert bob.post(page, {**bobs, "tags-0-tag": "Bob's", "tags-2-tag": "Bob's new"}).status_code == 302
    refused = ann.post(page, {**anns, "tags-0-tag": "Ann's", "tags-1-tag": "Ann's too", "title": "New"})
    assert refused.status_code == 200
    assert "“Bob's”" in errors_of(refused)
    assert (stored(tag, "tag"), stored(other, "tag"), stored(scenario, "title")) == ("Bob's", "two", "")
    assert ann.post(page, filled_in(refused)).status_code == 302
    assert sorted(scenario.tags.values_list("tag", flat=True)) == ["Ann's", "Ann's too", "Bob's new"]


def test_without_other_edits_nothing_is_said_and_rubbish_is_no_error(ann: Client) -> None:
    scenario = AssistantScenarioFactory.create(scenario_text="One\r\nTwo", title="A")
    page = filled_in(ann.get(address(scenario)))
    assert page["loaded"]
    assert ann.post(address(scenario), {**page, "title": "B"}).status_code == 302
    for rubbish in ("", "x", "[]", "[" * 5000, '{"title": 1}', '{"title": "x"}', "\x00"):
        assert ann.post(address(scenario), {**page, "title": "C", "loaded": rubbish}).status_code in (200, 302)
