"""Admin pages of activities."""

import pytest
from django.test import Client

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db
LIST = "/admin/activities/activity/"


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def page_of(activity: Activity) -> str:
    return f"{LIST}{activity.pk}/change/"


def names(activity: Activity) -> set[str]:
    return set(activity.categories.values_list("name", flat=True))


def test_an_activity_is_made_with_the_categories_picked(teacher: Client) -> None:
    scenario = AssistantScenarioFactory()
    picked = [CategoryFactory(name=name).pk for name in ("Opening", "History")]
    CategoryFactory(name="Not picked")
    submit(teacher, f"{LIST}add/", pre_brief="Clinic.\r\nTen minutes.", character=scenario.pk, marked_by=picked)
    activity = Activity.objects.get()
    assert (activity.pre_brief, activity.character) == ("Clinic.\nTen minutes.", scenario)
    assert names(activity) == {"Opening", "History"}


def test_categories_are_swapped_and_cleared(teacher: Client) -> None:
    activity = ActivityFactory(categories=[CategoryFactory(name="Opening"), CategoryFactory(name="History")])
    kept, added = Category.objects.get(name="History"), CategoryFactory(name="Closing")
    submit(teacher, page_of(activity), marked_by=[kept.pk, added.pk])
    assert names(activity) == {"History", "Closing"}
    submit(teacher, page_of(activity), marked_by=[])
    assert names(activity) == set()


@pytest.mark.parametrize("old", [" Clinic\r\nnow ", ""])
def test_saving_a_page_untouched_changes_nothing(teacher: Client, old: str) -> None:
    activity = ActivityFactory(pre_brief=old, categories=CategoryFactory.create_batch(2))
    before = names(activity)
    answer = submit(teacher, page_of(activity))
    assert answer.redirect_chain, errors_of(answer)
    activity.refresh_from_db()
    assert (activity.pre_brief, names(activity)) == (old, before)


def test_an_activity_needs_a_scenario_and_a_brief(teacher: Client) -> None:
    answer = submit(teacher, f"{LIST}add/", pre_brief=" ")
    assert errors_of(answer).count("required") == 2
    assert not Activity.objects.exists()


def test_a_category_that_does_not_exist_is_refused(teacher: Client) -> None:
    activity = ActivityFactory()
    answer = submit(teacher, page_of(activity), marked_by=["123456"])
    assert "not one of the available choices" in errors_of(answer)


def test_deleting_an_activity_keeps_its_categories(teacher: Client) -> None:
    activity = ActivityFactory(categories=CategoryFactory.create_batch(2))
    teacher.post(f"{LIST}{activity.pk}/delete/", {"post": "yes"})
    assert not Activity.objects.exists()
    assert Category.objects.count() == 2


def test_the_scenario_is_picked_by_search(teacher: Client) -> None:
    AssistantScenarioFactory(scenario_text="Ruth Bell, 41")
    AssistantScenarioFactory(scenario_text="Somebody else")
    asked = {"app_label": "activities", "model_name": "activity", "field_name": "character", "term": "ruth"}
    found = teacher.get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in found] == ["Ruth Bell, 41"]


def test_activities_are_found_by_scenario_and_filtered_by_category(teacher: Client) -> None:
    category = CategoryFactory(name="Opening")
    scenario = AssistantScenarioFactory(scenario_text="Ruth Bell, 41")
    ActivityFactory(character=scenario, categories=[category, CategoryFactory()])
    ActivityFactory(categories=[CategoryFactory()])
    for asked in ({"q": "ruth"}, {"categories__id__exact": category.pk}):
        assert teacher.get(LIST, asked).context["cl"].result_count == 1


def test_an_exercise_is_shown_as_students_see_it_before_it_is_saved(teacher: Client) -> None:
    closed = AssistantScenarioFactory(title="Ann Lee, a cough", enable=False, content_warning="About a death.")
    category = CategoryFactory(name="Opening", total_required_to_pass=3)
    SubCategoryFactory(category=category, name="Greets", marking_instructions="By name.", highest_score=2)
    form = {"title": "Take a history", "pre_brief": "<i>Clinic", "time_limit_minutes": "1", "character": closed.pk}
    page = teacher.post(f"{LIST}preview/", {**form, "marked_by": [category.pk, "x", "9" * 40]}).content.decode()
    for text in (
        "Take a history",
        "&lt;i&gt;Clinic",
        "1 minute,",
        "Ann Lee, a cough",
        "closed to students",
        "About a death.",
    ):
        assert text in page
    assert "Opening (pass mark 3 of 2)" in page
    assert "2 marks at most: nobody can pass it" in page
    assert "Greets: 0 to 2" in page
    assert "By name." not in page
    assert teacher.post(f"{LIST}preview/", {"character": "9" * 40}).status_code == 200
    assert not Activity.objects.exists()


def test_a_new_exercise_stands_last_unless_it_has_a_place(teacher: Client) -> None:
    ActivityFactory(position=4)
    patient = AssistantScenarioFactory().pk
    submit(teacher, f"{LIST}add/", pre_brief="Last", character=patient)
    submit(teacher, f"{LIST}add/", pre_brief="Second", character=patient, position="2")
    assert dict(Activity.objects.filter(pre_brief__in=["Last", "Second"]).values_list("pre_brief", "position")) == {
        "Last": 4,
        "Second": 2,
    }


def test_a_teacher_is_told_what_keeps_an_exercise_from_students_and_from_being_marked(teacher: Client) -> None:
    closed = AssistantScenarioFactory(title="Ann Lee", enable=False)
    answer = submit(teacher, f"{LIST}add/", pre_brief="Clinic.", character=closed.pk)
    told = [str(message) for message in answer.context["messages"]]
    assert "Students do not see this exercise yet: Ann Lee is not open to students." in told
    assert any(one.startswith("Nothing can be marked yet") for one in told)
    both = {"marked_by": [CategoryFactory().pk], "character": AssistantScenarioFactory().pk}
    answer = submit(teacher, page_of(Activity.objects.get()), **both)
    assert len(answer.context["messages"]) == 1
