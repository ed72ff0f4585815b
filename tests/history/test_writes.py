"""Each way of writing, with each model: one entry for what is different, in the same transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, NotSupportedError, connection, transaction
from django.db.models import Count, F, Model, Value
from django.db.models.functions import Concat

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.core.history.recorded import Recorded, RecordedQuerySet
from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.services import delete_all_scenarios
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from tests.history.entries import TABLES, all_entries, forget, of, told
from tests.permissions.rows import undone

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Kind:
    """How a row is made, and a text column of it."""

    make: Callable[..., Any]
    column: str

    @property
    def model(self) -> Any:
        return self.make._meta.model  # type: ignore[attr-defined]


KINDS = [
    Kind(AssistantScenarioFactory, "communication_preferences"),
    Kind(TagFactory, "tag"),
    Kind(CategoryFactory, "name"),
    Kind(SubCategoryFactory, "marking_instructions"),
    Kind(RubricQuestionFactory, "question"),
    Kind(ActivityFactory, "pre_brief"),
]
of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model.__name__)
NEW = "Something  new\nin two lines, with “ü” and \\"


def save(row: Any, column: str) -> None:
    setattr(row, column, NEW)
    row.save()


def save_one_column(row: Any, column: str) -> None:
    setattr(row, column, NEW)
    row.save(update_fields=[column])


def save_what_was_loaded(row: Any, column: str) -> None:
    save(type(row).objects.only(column).get(pk=row.pk), column)


def save_an_expression(row: Any, column: str) -> None:
    setattr(row, column, Value(NEW))
    row.save()


def update(row: Any, column: str) -> None:
    assert type(row).objects.filter(pk=row.pk).update(**{column: NEW}) == 1


def update_what_the_filter_no_longer_finds(row: Any, column: str) -> None:
    type(row).objects.filter(pk=row.pk, **{column: getattr(row, column)}).update(
        **{column: Concat(Value(NEW), Value(""))}
    )


def bulk_update(row: Any, column: str) -> None:
    setattr(row, column, NEW)
    type(row).objects.bulk_update([row], [column])


def update_or_create(row: Any, column: str) -> None:
    type(row).objects.update_or_create(pk=row.pk, defaults={column: NEW})


CHANGES = [
    save,
    save_one_column,
    save_what_was_loaded,
    save_an_expression,
    update,
    update_what_the_filter_no_longer_finds,
    bulk_update,
    update_or_create,
]
DELETES: list[Callable[[Any], Any]] = [
    lambda row: row.delete(),
    lambda row: type(row).objects.filter(pk=row.pk).delete(),
    lambda row: type(row)._base_manager.filter(pk=row.pk).delete(),
]


def in_the_database(row: Any) -> dict[str, Any]:
    return type(row).objects.get(pk=row.pk).recorded_values()


def test_teaching_content_is_recorded_by_every_manager_of_it() -> None:
    recorded = {model for model in apps.get_models() if issubclass(model, Recorded)}
    assert recorded == {AssistantScenario, Tag, Category, SubCategory, RubricQuestion, Activity, ActivityCategory}
    for model in recorded:
        for manager in (model._default_manager, model._base_manager):
            assert isinstance(manager.all(), RecordedQuerySet), model


@of_every_kind
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told_from_what_to_what(kind: Kind, change: Callable[[Any, str], None]) -> None:
    row, other = kind.make(), kind.make()
    old = getattr(row, kind.column)
    forget()
    change(type(row).objects.get(pk=row.pk), kind.column)
    assert (
        of(row)
        == told()
        == [("changed", kind.model._meta.model_name, str(row.pk), {kind.column: old}, {kind.column: NEW})]
    )
    [entry] = all_entries()
    assert entry.after == in_the_database(row)
    assert entry.before == entry.after | {kind.column: old}
    assert of(other) == []


@of_every_kind
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_rolled_back_has_never_been(kind: Kind, change: Callable[[Any, str], None]) -> None:
    row = kind.make()
    forget()
    with undone():
        change(type(row).objects.get(pk=row.pk), kind.column)
        assert len(told()) == 1
    assert told() == []
    assert getattr(type(row).objects.get(pk=row.pk), kind.column) == getattr(row, kind.column)


@of_every_kind
def test_a_row_is_told_when_it_is_made_alone_and_among_others(kind: Kind) -> None:
    row = kind.make()
    assert [(entry.action, entry.before) for entry in of(row)] == [("created", {})]
    forget()
    rows = kind.model.objects.bulk_create([kind.make.build(**parents_of(row)) for _ in range(3)])
    entries = all_entries()
    assert [(entry.action, entry.object_key) for entry in entries] == [("created", str(one.pk)) for one in rows]
    assert [entry.after for entry in entries] == [in_the_database(one) for one in rows]


def parents_of(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row._meta.fields if field.remote_field}


@of_every_kind
@pytest.mark.parametrize("delete", DELETES, ids=["object", "queryset", "base manager"])
def test_what_a_deleted_row_said_is_kept(kind: Kind, delete: Callable[[Any], Any]) -> None:
    row, other = kind.make(), kind.make()
    values = in_the_database(row)
    forget()
    delete(type(row).objects.get(pk=row.pk))
    [entry] = all_entries()
    assert (entry.action, entry.object_key, entry.before, entry.after) == ("deleted", str(row.pk), values, {})
    assert not kind.model.objects.filter(pk=row.pk).exists()
    assert kind.model.objects.filter(pk=other.pk).exists()
    forget()
    with undone():
        delete(other)
        assert len(told()) == 1
    assert told() == []


@of_every_kind
def test_a_write_that_changes_nothing_of_the_content_is_no_entry(kind: Kind) -> None:
    row = kind.make()
    forget()
    row.save()
    row.save(update_fields=["updated_at"])
    kind.model.objects.update(**{kind.column: F(kind.column)})
    kind.model.objects.none().delete()
    assert kind.model.objects.filter(pk=0).update(**{kind.column: NEW}) == 0
    assert told() == []


@of_every_kind
def test_a_write_that_the_database_refuses_leaves_no_entry(kind: Kind) -> None:
    row = kind.make()
    column = "enable" if kind.model is AssistantScenario else kind.column
    forget()
    for write in (
        lambda: kind.model.objects.filter(pk=row.pk).update(**{column: None}),
        lambda: save(kind.model(pk=row.pk, **{column: None}), "id"),
        lambda: kind.model.objects.bulk_create([kind.make.build(**parents_of(row)), kind.make.build(pk=row.pk)]),
    ):
        with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
            write()
    assert told() == []


def test_what_goes_with_a_patient_is_told_too() -> None:
    activity = ActivityFactory(categories=CategoryFactory.create_batch(2))
    scenario = activity.character
    tag, question = TagFactory(scenario=scenario), RubricQuestionFactory(scenario=scenario)
    TagFactory()
    ActivityFactory(categories=[CategoryFactory()])
    links = list(ActivityCategory.objects.filter(activity=activity))
    forget()
    gone = [scenario, tag, question, activity, *links]
    names = sorted((row._meta.model_name, row.recorded_key) for row in gone)
    scenario.delete()
    assert sorted((entry.kind, entry.key) for entry in told()) == names
    assert {entry.action for entry in told()} == {"deleted"}


def test_deleting_everything_tells_of_everything() -> None:
    for _ in range(3):
        activity = ActivityFactory(categories=[CategoryFactory()])
        TagFactory(scenario=activity.character)
    forget()
    delete_all_scenarios()
    counts: dict[str, int] = {}
    for entry in told():
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
    assert counts == {"assistantscenario": 3, "tag": 3, "activity": 3, "activitycategory": 3}


def test_what_goes_with_a_category_is_told_too() -> None:
    criterion = SubCategoryFactory()
    activity = ActivityFactory(categories=[criterion.category])
    pk = criterion.category_id
    forget()
    Category.objects.all().delete()
    assert {(entry.kind, entry.key) for entry in told()} == {
        ("category", str(pk)),
        ("subcategory", str(criterion.pk)),
        ("activitycategory", f"{activity.pk},{pk}"),
    }


# The categories of an activity, on a table with two keys


@pytest.fixture
def marked() -> tuple[Activity, list[Category]]:
    """An activity that is marked by the first two of three categories."""
    categories = CategoryFactory.create_batch(3)
    activity = ActivityFactory(categories=categories[:2])
    forget()
    return activity, categories


CHOICES: dict[str, Callable[[Activity, list[Category]], Any]] = {
    "set_categories": lambda activity, three: activity.set_categories(three[1:]),
    "set": lambda activity, three: activity.categories.set(three[1:]),
    "remove and add": lambda activity, three: (
        activity.categories.remove(three[0]),
        activity.categories.add(three[1], three[2]),
    ),
    "rows": lambda activity, three: (
        ActivityCategory.objects.get(activity=activity, category=three[0]).delete(),
        ActivityCategory.objects.create(activity=activity, category=three[2]),
    ),
    "the other side": lambda activity, three: (three[0].activities.clear(), three[2].activities.add(activity)),
}


@pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)
def test_a_choice_of_categories_is_told_link_by_link(choose: Callable[..., Any], marked) -> None:
    activity, categories = marked
    choose(activity, categories)
    assert [(entry.action, entry.key) for entry in told()] == [
        ("deleted", f"{activity.pk},{categories[0].pk}"),
        ("created", f"{activity.pk},{categories[2].pk}"),
    ]
    assert {entry.parent_id for entry in all_entries()} == {activity.pk}
    choose_again = set(activity.categories.values_list("pk", flat=True))
    activity.set_categories(Category.objects.filter(pk__in=choose_again))
    assert len(told()) == 2


def test_a_link_keeps_its_keys(marked) -> None:
    categories = marked[1]
    with pytest.raises(NotSupportedError, match="keeps its key"), transaction.atomic():
        ActivityCategory.objects.filter(category=categories[0]).update(category=categories[2])
    assert told() == []


def test_what_the_history_could_not_tell_is_refused() -> None:
    tag = TagFactory()
    forget()
    for conflicts in (
        {"ignore_conflicts": True},
        {"update_conflicts": True, "update_fields": ["tag"], "unique_fields": ["id"]},
    ):
        with pytest.raises(NotSupportedError), transaction.atomic():
            Tag.objects.bulk_create([Tag(tag="new", scenario=tag.scenario)], **conflicts)
    assert told() == []


def test_a_tag_that_moves_is_told_at_its_new_patient() -> None:
    tag, other = TagFactory(), AssistantScenarioFactory()
    old = tag.scenario_id
    forget()
    other.tags.add(tag)
    assert told() == [("changed", "tag", str(tag.pk), {"scenario_id": old}, {"scenario_id": other.pk})]
    assert all_entries()[0].parent_id == other.pk


def test_values_are_told_as_the_database_has_them() -> None:
    category = CategoryFactory(name="Opening", total_required_to_pass="3")
    assert of(category)[0].after == {"name": "Opening", "total_required_to_pass": 3}
    category.total_required_to_pass = "4"
    category.save()
    Category.objects.update(total_required_to_pass=F("total_required_to_pass") * 2)
    assert [entry.after.get("total_required_to_pass") for entry in of(category)] == [3, 4, 8]


def test_what_the_service_derives_is_no_content() -> None:
    scenario = AssistantScenarioFactory()
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
    category = CategoryFactory(total_required_to_pass=0)

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
def test_a_write_costs_two_queries_more_however_many_rows_there_are(rows: int, django_assert_num_queries) -> None:
    tags = TagFactory.create_batch(rows, scenario=AssistantScenarioFactory())
    with django_assert_num_queries(2):
        Tag.objects.bulk_create([Tag(tag="new", scenario=tags[0].scenario) for _ in range(rows)])
    with django_assert_num_queries(4):
        Tag.objects.update(tag="renamed")
    with django_assert_num_queries(3):
        Tag.objects.all().delete()
    criterion = SubCategoryFactory()
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
