"""What an entry holds, whoever else writes at the moment, and what it costs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count, F, Model
from pytest_django import DjangoAssertNumQueries

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, SubCategory
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from tests.history.entries import TABLES, all_entries, forget, of, told

pytestmark = pytest.mark.django_db


def test_a_tag_that_moves_is_told_at_its_new_scenario() -> None:
    tag, other = TagFactory.create(), AssistantScenarioFactory.create()
    old = tag.scenario_id
    forget()
    other.tags.add(tag)
    assert told() == [("changed", "tag", str(tag.pk), {"scenario_id": old}, {"scenario_id": other.pk})]
    assert all_entries()[0].parent_id == other.pk


def test_values_are_told_as_the_database_has_them() -> None:
    category = CategoryFactory.create(name="Opening", total_required_to_pass="3")
    assert of(category)[0].after == {"name": "Opening", "total_required_to_pass": 3}
    category.total_required_to_pass = "4"
    category.save()
    Category.objects.update(total_required_to_pass=F("total_required_to_pass") * 2)
    assert [entry.after.get("total_required_to_pass") for entry in of(category)] == [3, 4, 8]


def test_what_the_service_derives_is_no_content() -> None:
    scenario = AssistantScenarioFactory.create()
    assert len(of(scenario)) == 1, "its assistant was made in the same breath"
    AssistantScenario.objects.update(openid="asst_other")
    assert len(of(scenario)) == 1
    assert "openid" not in all_entries()[0].after


def test_an_annotated_list_is_deleted_as_the_admin_site_does_it() -> None:
    ActivityFactory.create_batch(2)
    forget()
    AssistantScenario.objects.annotate(n=Count("activities")).order_by("n").delete()
    assert sorted(entry.kind for entry in told()) == ["activity", "activity", "assistantscenario", "assistantscenario"]


@pytest.mark.django_db(transaction=True)
def test_of_writers_at_once_each_is_told_with_what_it_found() -> None:
    category = CategoryFactory.create(total_required_to_pass=0)

    def write(number: int) -> None:
        try:
            if number % 2:
                Category.objects.filter(pk=category.pk).update(total_required_to_pass=number)
            else:
                row = Category.objects.get(pk=category.pk)
                row.total_required_to_pass = number
                row.save(update_fields=["total_required_to_pass"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(1, 19)))
    entries = of(category)
    assert [entry.action for entry in entries] == ["created"] + ["changed"] * 18
    marks = [entry.after["total_required_to_pass"] for entry in entries]
    assert [entry.before["total_required_to_pass"] for entry in entries[1:]] == marks[:-1]
    assert Category.objects.get().total_required_to_pass == marks[-1]


@pytest.mark.parametrize("rows", [1, 20])
def test_a_write_costs_two_queries_more_however_many_rows_there_are(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tags = TagFactory.create_batch(rows, scenario=AssistantScenarioFactory.create())
    with django_assert_num_queries(2):
        Tag.objects.bulk_create([Tag(tag="new", scenario=tags[0].scenario) for _ in range(rows)])
    with django_assert_num_queries(4):
        Tag.objects.update(tag="renamed")
    with django_assert_num_queries(3):
        Tag.objects.all().delete()
    criterion = SubCategoryFactory.create()
    criterion.name = "new"
    with django_assert_num_queries(3):
        criterion.save()
    with django_assert_num_queries(2):
        SubCategory.objects.create(name="new", marking_instructions="x", category=criterion.category)


def test_no_table_points_at_content() -> None:
    pointed_at = {
        field.related_model for table in TABLES for field in table._meta.concrete_fields if field.related_model
    }
    assert [model._meta.db_table for model in pointed_at if issubclass(model, Model)] == ["user"]


@pytest.mark.django_db(transaction=True)
def test_of_those_who_delete_a_row_at_once_one_is_told() -> None:
    criterion = SubCategoryFactory.create()
    category = criterion.category
    forget()

    def delete(number: int) -> None:
        try:
            if number % 2:
                Category.objects.filter(pk=category.pk).delete()
            else:
                Category(pk=category.pk).delete()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(delete, range(4)))
    assert [(entry.action, entry.kind) for entry in told()] == [("deleted", "subcategory"), ("deleted", "category")]
    assert not SubCategory.objects.exists()
