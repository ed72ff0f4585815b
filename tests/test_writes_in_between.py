"""Another session writes to a row between its reading and its writing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import post_init, pre_save
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import SubCategory
from apps.assessments.tests.factories import SubCategoryFactory
from apps.openai_integration.models import Run
from apps.openai_integration.tests.factories import ThreadFactory
from apps.scenarios import services
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.admin_forms import submit
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(db: None) -> AssistantScenario:
    return AssistantScenarioFactory.create()


@contextmanager
def meanwhile(model: type[Model], act: Callable[[Any], None]) -> Iterator[None]:
    """Do this to a row that is about to be written, as the other service or another tab would."""

    def act_on(instance: Any, **kwargs: Any) -> None:
        act(model._default_manager.filter(pk=instance.pk))

    pre_save.connect(act_on, sender=model, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(act_on, sender=model)


def now(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def assert_played_as_it_stands(scenario: AssistantScenario) -> None:
    newest = scenario.versions.latest("number")
    assert newest.content == now(scenario).content()
    assert now(scenario).openid == newest.openid


@pytest.mark.parametrize("method", ["patch", "put"])
@pytest.mark.parametrize("sent", [{"role": "Child"}, {"tags": ["x"]}, {}])
def test_the_api_writes_only_what_was_changed(
    method: str, sent: dict[str, Any], client_for: ClientFor, scenario: AssistantScenario
) -> None:
    client, path = client_for("instructor"), f"/api/v2/scenarios/{scenario.pk}/"
    body = sent if method == "patch" else client.get(path).json() | sent
    with meanwhile(AssistantScenario, lambda rows: rows.update(scenario_text="Joan")):
        assert getattr(client, method)(path, body).status_code == 200
    assert (now(scenario).scenario_text, now(scenario).role) == ("Joan", sent.get("role", scenario.role))
    assert now(scenario).updated_at > scenario.updated_at
    assert_played_as_it_stands(scenario)


def test_the_other_content_is_written_so_too(client_for: ClientFor) -> None:
    activity = ActivityFactory.create()
    with meanwhile(Activity, lambda rows: rows.update(pre_brief="Their brief.")):
        body = {"character_id": AssistantScenarioFactory.create().pk}
        assert client_for("instructor").patch(f"/api/v2/activities/{activity.pk}/", body).status_code == 200
    assert (now(activity).pre_brief, now(activity).character_id) == ("Their brief.", body["character_id"])
    assert now(activity).updated_at > activity.updated_at


@pytest.mark.parametrize("path", ["enable", "disable"])
def test_a_switch_makes_no_version_of_what_the_patient_no_longer_says(
    path: str, client_for: ClientFor, scenario: AssistantScenario
) -> None:
    with meanwhile(AssistantScenario, lambda rows: rows.update(scenario_text="Joan")):
        assert client_for("instructor").post(f"/api/v2/scenarios/{scenario.pk}/{path}/").status_code == 200
    assert now(scenario).scenario_text == "Joan"
    assert_played_as_it_stands(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_deleted_meanwhile_is_not_found_and_does_not_come_back(client_for: ClientFor) -> None:
    criterion = SubCategoryFactory.create()
    client = client_for("instructor")
    client.raise_request_exception = False

    def delete(**kwargs: Any) -> None:
        """As soon as it has been read, since a row is locked from then on when it is saved."""
        post_init.disconnect(delete, sender=SubCategory)
        SubCategory.objects.all().delete()

    post_init.connect(delete, sender=SubCategory)
    answer = client.patch(f"/api/v2/subcategories/{criterion.pk}/", {"name": "New"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not SubCategory.objects.exists()


def test_an_admin_page_writes_only_what_was_typed_over(
    client: Client, instructor: User, scenario: AssistantScenario
) -> None:
    client.force_login(instructor)
    with meanwhile(AssistantScenario, lambda rows: rows.update(scenario_text="Joan")):
        submit(client, f"/admin/scenarios/assistantscenario/{scenario.pk}/change/", role="Child")
    assert (now(scenario).scenario_text, now(scenario).role) == ("Joan", "Child")
    assert now(scenario).updated_at > scenario.updated_at
    assert_played_as_it_stands(scenario)


def test_a_line_of_an_admin_page_is_written_so_too(client: Client, instructor: User) -> None:
    client.force_login(instructor)
    criterion = SubCategoryFactory.create()
    with meanwhile(SubCategory, lambda rows: rows.update(marking_instructions="2: theirs")):
        submit(
            client,
            f"/admin/assessments/category/{criterion.category_id}/change/",
            **{"subcategories-0-name": "Ours"},
        )
    assert (now(criterion).name, now(criterion).marking_instructions) == ("Ours", "2: theirs")
    assert now(criterion).updated_at > criterion.updated_at


def test_a_patient_that_was_read_before_is_played_as_its_row_says_now(
    client_for: ClientFor, student: User, scenario: AssistantScenario
) -> None:
    stale = now(scenario)
    AssistantScenario.objects.filter(pk=scenario.pk).update(scenario_text="Joan")
    assert services.current_version(stale).content["scenario_text"] == "Joan"
    assert scenario.versions.count() == 2
    thread = ThreadFactory.create(student=student, activity=None, scenario=scenario)
    path = f"/api/v2/threads/{thread.pk}/runs/"
    assert client_for(student).post(path, {"content": "Hello"}).status_code == 202
    assert Run.objects.get().scenario_version.content == now(scenario).content()


def test_a_patient_that_says_what_it_said_is_played_without_a_lock(
    django_assert_num_queries: DjangoAssertNumQueries, scenario: AssistantScenario
) -> None:
    with django_assert_num_queries(2) as asked:
        services.current_version(scenario)
    assert not any("FOR NO KEY UPDATE" in query["sql"] for query in asked.captured_queries)
