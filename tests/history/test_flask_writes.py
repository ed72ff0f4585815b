"""What the old service writes is not seen when it does it, and noted at the next write here."""

from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.core.history.origin import serving
from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from tests.history.entries import all_entries, forget, of, told

pytestmark = pytest.mark.django_db


def flask(statement: str, *values: Any) -> None:
    """Plain SQL, as the old service sends it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


WRITES = {
    "save": lambda row: row.save(),
    "update": lambda row: Category.objects.filter(pk=row.pk).update(name="New"),
    "delete": lambda row: row.delete(),
    "queryset delete": lambda row: Category.objects.all().delete(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_was_found_changed_is_an_entry_before_that_of_the_write(write: Any, instructor: User) -> None:
    category = CategoryFactory.create(name="Opening", total_required_to_pass=2)
    flask("UPDATE categories SET total_required_to_pass = 1, name = 'Theirs' WHERE id = %s", category.pk)
    category.refresh_from_db()
    category.name = "New"
    request = RequestFactory().post("/admin/")
    request.user = instructor
    with serving(request):
        write(category)
    created, found, ours = all_entries()
    assert (created.action, found.action) == ("created", "found")
    assert found.before == {"name": "Opening", "total_required_to_pass": 2}
    assert found.after == ours.before == {"name": "Theirs", "total_required_to_pass": 1}
    assert (found.changed_by, found.request) == (None, "")
    assert (ours.changed_by, ours.request) == (instructor, "POST /admin/")
    assert ours.after in ({}, {"name": "New", "total_required_to_pass": 1})


@pytest.mark.parametrize("named", [None, ["updated_at"]])
def test_it_is_noted_once_and_by_a_write_that_changes_nothing_too(named: list[str] | None) -> None:
    scenario = AssistantScenarioFactory.create()
    flask("UPDATE assistant_scenarios SET enable = false WHERE id = %s", scenario.pk)
    for _ in range(2):
        AssistantScenario.objects.get(pk=scenario.pk).save(update_fields=named)
    assert [(entry.action, entry.before, entry.after) for entry in of(scenario)[1:]] == [
        ("found", {"enable": True}, {"enable": False})
    ]


def test_of_a_row_that_was_never_written_here_it_is_told_what_it_was() -> None:
    flask("INSERT INTO categories (name, total_required_to_pass) VALUES ('Theirs', 3)")
    category = Category.objects.get()
    category.total_required_to_pass = 4
    category.save()
    assert [(entry.action, entry.before, entry.after) for entry in told()] == [
        ("changed", {"total_required_to_pass": 3}, {"total_required_to_pass": 4})
    ]


def test_many_rows_that_it_changed_are_noted_in_one_go(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tags = TagFactory.create_batch(5, scenario=AssistantScenarioFactory.create())
    flask("UPDATE assistant_tags SET tag = tag || '!' WHERE id <> %s", tags[0].pk)
    forget_nothing = len(told())
    with django_assert_num_queries(5):
        Tag.objects.update(tag="ours")
    actions = [entry.action for entry in told()[forget_nothing:]]
    assert (actions.count("found"), actions.count("changed")) == (4, 5)


def test_a_row_that_it_deletes_leaves_its_history() -> None:
    activity = ActivityFactory.create(categories=[CategoryFactory.create()])
    before = told()
    flask("DELETE FROM activity_categories WHERE activity_id = %s", activity.pk)
    flask("DELETE FROM activities WHERE id = %s", activity.pk)
    assert told() == before
    assert not Activity.objects.exists()


def test_a_choice_that_it_took_back_or_made_again_is_noted() -> None:
    category = CategoryFactory.create()
    activity = ActivityFactory.create(categories=[category])
    [link] = ActivityCategory.objects.all()
    forget()
    activity.set_categories([])
    flask("INSERT INTO activity_categories (activity_id, category_id) VALUES (%s, %s)", activity.pk, category.pk)
    activity.set_categories([])
    activity.set_categories([category])
    flask("DELETE FROM activity_categories")
    activity.set_categories([category])
    assert [(entry.action, bool(entry.before), bool(entry.after)) for entry in of(link)] == [
        ("deleted", True, False),
        ("found", False, True),
        ("deleted", True, False),
        ("created", False, True),
        ("found", True, False),
        ("created", False, True),
    ]


def test_rows_that_go_with_another_are_looked_at_too() -> None:
    criterion = SubCategoryFactory.create(name="Ours")
    flask("UPDATE subcategories SET name = 'Theirs'")
    criterion.category.delete()
    assert [(entry.action, entry.before["name"]) for entry in of(criterion)[1:]] == [
        ("found", "Ours"),
        ("deleted", "Theirs"),
    ]


def test_a_deleted_account_leaves_what_it_changed(instructor: User) -> None:
    request = RequestFactory().put("/api/v2/")
    request.user = instructor
    with serving(request):
        CategoryFactory.create()
    flask('DELETE FROM "user" WHERE id = %s', instructor.pk)
    [entry] = all_entries()
    assert (entry.action, entry.changed_by_id, entry.request) == ("created", None, "PUT /api/v2/")
