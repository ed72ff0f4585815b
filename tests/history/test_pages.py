"""The history in the admin site: readable by instructors, of what is gone too, and written by nobody."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.core.history import pages
from apps.core.history.admin import ENTRIES_A_PAGE
from apps.scenarios import lifecycle
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from tests.annotations import ClientFor
from tests.history.entries import TABLES
from tests.permissions.world import PEOPLE, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def history_of(row: Any, pk: int | None = None) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[pk or row.pk])


def words_of(answer: Any) -> str:
    """The page as it is read, without marks and with one blank between words."""
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]*>", " ", answer.content.decode()).split())


def test_a_page_tells_who_did_what_when_and_from_what_to_what(
    teacher: Client, instructor: User, client_for: ClientFor
) -> None:
    category = CategoryFactory.create(name="Opening <b>", total_required_to_pass=2)
    path = f"/api/v2/categories/{category.pk}/"
    assert client_for(instructor).patch(path, {"total_required_to_pass": 5}).status_code == 200
    page = words_of(teacher.get(history_of(category)))
    assert "Rubric “Opening &lt;b&gt;” changed" in page
    assert f"{instructor.username} &lt;{instructor.email}&gt; Pass mark 2 5" in page
    assert "“Opening &lt;b&gt;” created" in page
    assert "the command line" in page
    assert page.index("changed") < page.index("created")
    # How it was sent is for those who run the service.
    User.objects.update(role="admin", approved_role="admin")
    assert f"&gt; · PATCH {path} Pass" in words_of(teacher.get(history_of(category)))


def test_a_text_of_several_lines_is_compared_by_lines(teacher: Client) -> None:
    lines = [f"- topic {number}: a fact" for number in range(60)]
    scenario = AssistantScenarioFactory.create(additional_instructions="\n".join(lines))
    lines[30] = "- topic 30: another"
    scenario.additional_instructions = "\n".join(lines)
    scenario.save()
    answer = teacher.get(history_of(scenario))
    changed, created = answer.context["entries"]
    [difference] = changed.differences
    assert difference.diff.splitlines() == [
        *(f" Told freely: topic {number} — a fact" for number in (27, 28, 29)),
        "-Told freely: topic 30 — a fact",
        "+Told freely: topic 30 — another",
        *(f" Told freely: topic {number} — a fact" for number in (31, 32, 33)),
    ]
    assert [one.field for one in created.differences][:2] == ["Who the patient is", "What the patient says and knows"]


def test_a_page_tells_of_what_belongs_to_the_row(teacher: Client) -> None:
    category = CategoryFactory.create(name="Closing")
    activity = ActivityFactory.create(categories=[category])
    scenario = activity.character
    TagFactory.create(scenario=scenario, tag="a tag")
    TagFactory.create(tag="of another")
    RubricQuestionFactory.create(scenario=scenario, question="Which question?")
    SubCategoryFactory.create(category=category, name="a criterion")
    assert "Criterion “a criterion” created" in words_of(teacher.get(history_of(category)))
    page = words_of(teacher.get(history_of(scenario)))
    assert "Tag “a tag” created" in page
    assert "Rubric question “Which question?” created" in page
    assert "of another" not in page
    page = words_of(teacher.get(history_of(activity)))
    assert "Category Closing" in page
    assert "Category of an exercise" in page


def test_the_pages_of_what_is_gone_are_found(teacher: Client) -> None:
    activity = ActivityFactory.create(pre_brief="Take a history.", categories=[CategoryFactory.create(name="Gone too")])
    category, pk, url = Category.objects.get(), activity.pk, history_of(activity)
    AssistantScenario.objects.all().delete()
    category.delete()
    assert not Activity.objects.exists()
    changes = reverse("admin:activities_activitychange_changelist")
    listed = teacher.get(changes, {"action__exact": "deleted", "kind": "activity"}).context["cl"].result_list
    assert [(change.title, change.object_key) for change in listed] == [("Take a history.", str(pk))]
    detail = teacher.get(f"{changes}{listed[0].pk}/change/")
    assert url in detail.content.decode()
    page = words_of(teacher.get(url))
    assert "History: Take a history." in page
    assert "Exercise “Take a history.” deleted" in page
    assert "a deleted one" in page
    link = teacher.get(changes, {"kind": "activitycategory"}).context["cl"].result_list[0]
    assert url in teacher.get(f"{changes}{link.pk}/change/").content.decode()


def test_what_the_old_service_did_is_called_so(teacher: Client) -> None:
    category = CategoryFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE categories SET name = 'Theirs'")
    Category.objects.update(name="Ours")
    assert "“Theirs” found changed" in words_of(teacher.get(history_of(category)))
    assert "the Flask service, or by hand" in words_of(teacher.get(history_of(category)))


@pytest.mark.parametrize("pk", ["0", "12345", "9" * 18, "9" * 40, "-1", "1,2", "x", "%00", "1%2F2"])
def test_a_row_that_never_was_has_no_page(pk: str, teacher: Client) -> None:
    answer = teacher.get(f"/admin/assessments/category/{pk}/history/")
    assert answer.status_code in {302, 404}


def test_a_row_without_entries_says_so(teacher: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO categories (name, total_required_to_pass) VALUES ('Theirs', 3)")
    assert "Nothing has been written here yet" in words_of(teacher.get(history_of(Category.objects.get())))


def test_long_histories_come_in_pages_of_few_queries(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    taken = []
    for tags in (3, 2 * ENTRIES_A_PAGE):
        TagFactory.create_batch(tags, scenario=scenario)
        with CaptureQueriesContext(connection) as queries:
            answer = teacher.get(history_of(scenario))
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 14
    assert len(answer.context["entries"]) == ENTRIES_A_PAGE
    last = teacher.get(history_of(scenario), {"p": 99})
    assert [(entry.kind, entry.action) for entry in last.context["entries"]][-1] == ("patient", "created")


def test_the_change_page_leads_to_the_history(teacher: Client) -> None:
    for row in (CategoryFactory.create(), TagFactory.create(), ActivityFactory.create()):
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        assert history_of(row) in teacher.get(page).content.decode()


def test_who_may_read_the_history(client: Client) -> None:
    world = make_world()
    row = Category.objects.get(pk=world.ids["category"])
    pages = [
        history_of(row),
        *(reverse(f"admin:{table._meta.label_lower.replace('.', '_')}_changelist") for table in TABLES),
    ]
    pages += [
        f"{page}{table.objects.values_list('pk', flat=True)[0]}/change/"
        for page, table in zip(pages[1:], TABLES, strict=True)
    ]
    for who in PEOPLE:
        client.force_login(world.people[who])
        expected = 200 if who in {"instructor", "admin"} else 302
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, expected), who
    client.logout()
    assert {client.get(page).status_code for page in pages} == {302}


def test_nobody_writes_the_history(client: Client, admin_user: User) -> None:
    category = CategoryFactory.create()
    for user in (admin_user, User.objects.create_superuser("root@example.org", "Root", "a pass phrase 1")):
        client.force_login(user)
        changes = reverse("admin:assessments_rubricchange_changelist")
        entry = TABLES[1].objects.get(object_key=category.pk)
        assert client.get(f"{changes}add/").status_code == 403
        assert client.post(f"{changes}{entry.pk}/change/", {"title": "Forged"}).status_code == 403
        assert client.post(f"{changes}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(changes, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
        entry.refresh_from_db()
        assert entry.title == category.name


def test_what_is_taken_out_of_the_archive_does_not_read_as_what_is_put_into_it(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    lifecycle.archive(scenario)
    lifecycle.restore(scenario)
    listed = teacher.get(reverse("admin:scenarios_scenariochange_changelist"), {"action__exact": "changed"})
    back, away = map(pages.changed_words, listed.context["cl"].result_list)
    assert "Archived" in away
    assert "Archived (taken away)" in back
    page = words_of(teacher.get(history_of(scenario)))
    assert "(now empty)" in page
    assert "+00:00" not in page  # times are in words
