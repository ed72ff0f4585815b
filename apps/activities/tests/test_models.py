from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory

pytestmark = pytest.mark.django_db


def test_an_activitys_title_is_the_first_line_of_its_brief():
    assert str(Activity(pre_brief="\n Night shift. \nTake a history.")) == "Night shift."
    assert len(Activity(pre_brief="x" * 200).shown_title) == 80


def test_students_see_activities_with_an_enabled_scenario_and_instructors_all(student, unapproved, instructor):
    shown = ActivityFactory()
    hidden = ActivityFactory(character=AssistantScenarioFactory(enable=False))
    assert list(Activity.objects.visible_to(student)) == [shown]
    assert list(Activity.objects.visible_to(unapproved)) == [shown]
    assert list(Activity.objects.visible_to(instructor)) == [shown, hidden]


def test_set_categories_replaces_the_categories():
    one, two, three = CategoryFactory.create_batch(3)
    activity = ActivityFactory(categories=[one, two])
    assert list(activity.categories.all()) == [one, two]
    activity.set_categories([three, two, three])
    assert list(activity.categories.all()) == [two, three]
    activity.set_categories([])
    assert list(activity.categories.all()) == []
    assert Category.objects.count() == 3


def test_set_categories_clears_prefetched_categories():
    activity = ActivityFactory(categories=[CategoryFactory()])
    read = Activity.objects.prefetch_related("categories").get(pk=activity.pk)
    read.set_categories([])
    assert list(read.categories.all()) == []


def test_the_database_refuses_a_second_link():
    category = CategoryFactory()
    activity = ActivityFactory(categories=[category])
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityCategory.objects.bulk_create([ActivityCategory(activity=activity, category=category)])


def test_deleting_either_side_deletes_the_link():
    one, two = CategoryFactory.create_batch(2)
    activity = ActivityFactory(categories=[one, two])
    one.delete()
    assert list(activity.categories.all()) == [two]
    activity.delete()
    assert not ActivityCategory.objects.exists()
    assert Category.objects.get() == two


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_all_succeed_and_the_last_one_wins():
    categories = CategoryFactory.create_batch(4)
    activity = ActivityFactory()
    wanted = [categories[:2], categories[1:3], categories[2:], categories[:3]] * 2

    def write(chosen: list[Category]) -> None:
        try:
            Activity.objects.get(pk=activity.pk).set_categories(chosen)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, wanted))
    assert list(activity.categories.all()) in wanted
