from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from apps.scenarios import services
from apps.scenarios.models import AssistantScenario, ScenarioVersion
from apps.scenarios.tests.factories import AssistantScenarioFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted() -> AssistantScenario:
    """A scenario that Flask wrote, whose assistant is stored at the model's provider."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistant_scenarios (scenario_text, additional_instructions, enable, role, openid) "
            "VALUES ('Jane Doe', '', true, '', 'asst_of_old') RETURNING id"
        )
        return AssistantScenario.objects.get(pk=cursor.fetchone()[0])


def test_a_new_scenario_has_an_assistant_that_its_openid_names():
    scenario = AssistantScenarioFactory()
    version = scenario.versions.get()
    assert scenario.openid == version.openid
    assert AssistantScenario.objects.get(pk=scenario.pk).openid == version.openid
    assert (version.number, version.title, version.content) == (1, scenario.shown_title, scenario.content())
    assert version.retired_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"scenario_text": "John"},
        {"additional_instructions": "- where: here"},
        {"role": "Toddler"},
        {"communication_preferences": "Shouts."},
    ],
)
def test_saving_other_content_makes_the_next_version_and_moves_the_openid(change):
    scenario = AssistantScenarioFactory()
    before = scenario.openid
    for name, value in change.items():
        setattr(scenario, name, value)
    scenario.save()
    assert list(scenario.versions.values_list("number", flat=True)) == [1, 2]
    newest = scenario.versions.get(number=2)
    assert newest.content == scenario.content()
    assert AssistantScenario.objects.get(pk=scenario.pk).openid == newest.openid != before


def test_saving_fields_outside_the_content_makes_no_version():
    scenario = AssistantScenarioFactory(communication_preferences=None)
    before = scenario.openid
    scenario.enable = False
    scenario.communication_preferences = ""
    scenario.save()
    scenario.tags.create(tag="cardiology")
    assert scenario.versions.count() == 1
    assert AssistantScenario.objects.get(pk=scenario.pk).openid == before


def test_restored_content_makes_a_new_version():
    scenario = AssistantScenarioFactory(role="")
    for role in ("Toddler", ""):
        scenario.role = role
        scenario.save()
    assert scenario.versions.count() == 3


def test_deleting_a_scenario_retires_its_versions_and_keeps_them():
    scenario = AssistantScenarioFactory()
    version = scenario.versions.get()
    other = AssistantScenarioFactory().versions.get()
    scenario.delete()
    version.refresh_from_db()
    other.refresh_from_db()
    assert version.scenario is None
    assert version.retired_at <= timezone.now()
    assert version.content["scenario_text"].startswith("Jane Doe")
    assert other.retired_at is None


def test_an_adopted_scenario_keeps_its_openid_until_it_is_saved(adopted):
    version = services.current_version(adopted)
    assert version.content["scenario_text"] == "Jane Doe"
    assert AssistantScenario.objects.get(pk=adopted.pk).openid == "asst_of_old"
    adopted.save()
    assert AssistantScenario.objects.get(pk=adopted.pk).openid == version.openid
    assert adopted.versions.count() == 1


def test_a_change_by_flask_makes_a_new_version(adopted):
    first = services.current_version(adopted)
    assert services.current_version(adopted) == first
    with connection.cursor() as cursor:
        cursor.execute("UPDATE assistant_scenarios SET scenario_text = 'Joan' WHERE id = %s", [adopted.pk])
    adopted.refresh_from_db()
    second = services.current_version(adopted)
    assert (second.number, second.content["scenario_text"]) == (2, "Joan")


def test_loading_a_fixture_makes_no_versions():
    scenario = AssistantScenarioFactory()
    fixture = serializers.serialize("json", [scenario])
    scenario.delete()
    ScenarioVersion.objects.all().delete()
    for loaded in serializers.deserialize("json", fixture):
        loaded.save()
    assert AssistantScenario.objects.get().openid == scenario.openid
    assert not ScenarioVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_first_runs_use_the_same_version(adopted):
    def play(number: int) -> int:
        try:
            return services.current_version(AssistantScenario.objects.get(pk=adopted.pk)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        played = set(pool.map(play, range(8)))
    assert len(played) == 1
    assert adopted.versions.count() == 1
