"""Each way of writing, with each model: one entry for what is different, in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from factory.django import DjangoModelFactory

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.core.history.recorded import Recorded, RecordedQuerySet
from apps.scenarios.models import AssistantScenario, ScenarioPicture, Tag
from apps.scenarios.services import delete_all_scenarios
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from tests.history.entries import all_entries, forget, of, told
from tests.permissions.rows import undone

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Kind:
    """How a row is made, and a text column of it."""

    factory: type[DjangoModelFactory[Any]]
    column: str

    @property
    def model(self) -> Any:
        return self.factory._meta.model

    def make(self) -> Any:
        return self.factory.create()


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
    of_scenarios = {AssistantScenario, ScenarioPicture, Tag, RubricQuestion}
    assert recorded == {*of_scenarios, Category, SubCategory, Activity, ActivityCategory}
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
    rows = kind.model.objects.bulk_create([kind.factory.build(**parents_of(row)) for _ in range(3)])
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
        lambda: kind.model.objects.bulk_create([kind.factory.build(**parents_of(row)), kind.factory.build(pk=row.pk)]),
    ):
        with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
            write()
    assert told() == []


def test_what_goes_with_a_scenario_is_told_too() -> None:
    activity = ActivityFactory.create(categories=CategoryFactory.create_batch(2))
    scenario = activity.character
    tag, question = TagFactory.create(scenario=scenario), RubricQuestionFactory.create(scenario=scenario)
    TagFactory.create()
    ActivityFactory.create(categories=[CategoryFactory.create()])
    links = list(ActivityCategory.objects.filter(activity=activity))
    forget()
    gone = [scenario, tag, question, activity, *links]
    names = sorted((row._meta.model_name, row.recorded_key) for row in gone)
    scenario.delete()
    assert sorted((entry.kind, entry.key) for entry in told()) == names
    assert {entry.action for entry in told()} == {"deleted"}


def test_deleting_everything_tells_of_everything() -> None:
    for _ in range(3):
        activity = ActivityFactory.create(categories=[CategoryFactory.create()])
        TagFactory.create(scenario=activity.character)
    forget()
    delete_all_scenarios()
    counts: dict[str, int] = {}
    for entry in told():
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
    assert counts == {"assistantscenario": 3, "tag": 3, "activity": 3, "activitycategory": 3}


def test_what_goes_with_a_category_is_told_too() -> None:
    criterion = SubCategoryFactory.create()
    activity = ActivityFactory.create(categories=[criterion.category])
    pk = criterion.category_id
    forget()
    Category.objects.all().delete()
    assert {(entry.kind, entry.key) for entry in told()} == {
        ("category", str(pk)),
        ("subcategory", str(criterion.pk)),
        ("activitycategory", f"{activity.pk},{pk}"),
    }
