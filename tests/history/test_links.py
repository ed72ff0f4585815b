"""The categories of an activity, on a table with two keys; and what a history could not tell."""

from collections.abc import Callable

import pytest
from django.db import NotSupportedError, transaction

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory
from apps.scenarios.models import Tag
from apps.scenarios.tests.factories import TagFactory
from tests.history.entries import all_entries, forget, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked() -> tuple[Activity, list[Category]]:
    """An activity that is marked by the first two of three categories."""
    categories = CategoryFactory.create_batch(3)
    activity = ActivityFactory.create(categories=categories[:2])
    forget()
    return activity, categories


def remove_and_add(activity: Activity, three: list[Category]) -> None:
    activity.categories.remove(three[0])
    activity.categories.add(three[1], three[2])


def by_the_other_side(activity: Activity, three: list[Category]) -> None:
    three[0].activities.clear()
    three[2].activities.add(activity)


Choose = Callable[[Activity, list[Category]], object]
CHOICES: dict[str, Choose] = {
    "set_categories": lambda activity, three: activity.set_categories(three[1:]),
    "set": lambda activity, three: activity.categories.set(three[1:]),
    "remove and add": remove_and_add,
    "rows": lambda activity, three: (
        ActivityCategory.objects.get(activity=activity, category=three[0]).delete(),
        ActivityCategory.objects.create(activity=activity, category=three[2]),
    ),
    "the other side": by_the_other_side,
}


@pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)
def test_a_choice_of_categories_is_told_link_by_link(choose: Choose, marked: tuple[Activity, list[Category]]) -> None:
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


def test_a_link_keeps_its_keys(marked: tuple[Activity, list[Category]]) -> None:
    categories = marked[1]
    with pytest.raises(NotSupportedError, match="keeps its key"), transaction.atomic():
        ActivityCategory.objects.filter(category=categories[0]).update(category=categories[2])
    assert told() == []


def test_what_the_history_could_not_tell_is_refused() -> None:
    tag = TagFactory.create()
    forget()
    for conflicts in (
        {"ignore_conflicts": True},
        {"update_conflicts": True, "update_fields": ["tag"], "unique_fields": ["id"]},
    ):
        with pytest.raises(NotSupportedError), transaction.atomic():
            Tag.objects.bulk_create([Tag(tag="new", scenario=tag.scenario)], **conflicts)
    assert told() == []
