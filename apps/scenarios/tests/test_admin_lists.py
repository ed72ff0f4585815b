"""Lists of patients and of their versions in the admin site, and how both pages of a patient's past show facts."""

import pytest
from django.test import Client

from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/scenarios/assistantscenario/"


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def test_patients_without_an_avatar_have_a_name_in_the_filter(teacher: Client) -> None:
    bare, _ = AssistantScenarioFactory.create(role=""), AssistantScenarioFactory.create(role="Child")
    page = teacher.get(LIST).context["cl"]
    [avatars] = [spec for spec in page.filter_specs if spec.title == "avatar"]
    named = {choice["display"]: choice["query_string"] for choice in avatars.choices(page)}
    assert set(named) == {"All", "None", "Child"}
    assert [row.pk for row in teacher.get(LIST + named["None"]).context["cl"].result_list] == [bare.pk]


def test_the_list_of_versions_says_which_is_the_newest(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    for text in ("One", "Two"):
        AssistantScenario.objects.update(scenario_text=text)
        current_version(scenario)
    AssistantScenarioFactory.create()
    listed = teacher.get("/admin/scenarios/scenarioversion/", {"scenario__id__exact": scenario.pk}).context["cl"]
    numbers = [(version.number, version.is_newest) for version in listed.result_list]
    assert numbers == [(number, number == len(numbers)) for number in range(len(numbers), 0, -1)]
    assert len(numbers) >= 2


def test_the_pages_of_a_patients_past_show_facts_as_the_form_does(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions="Opening: Hello.\n- [locked] wine: Two.")
    scenario.additional_instructions += "\n- cough, wheeze: Dry."
    scenario.save()
    first, second = scenario.versions.order_by("number")
    words = ("Opening words: Hello.", "Only when asked: wine — Two.")
    added = "Told freely: cough, wheeze — Dry."
    versions = "/admin/scenarios/scenarioversion"
    for path, mark in (
        (f"{LIST}{scenario.pk}/history/", "ins"),
        (f"{versions}/{second.pk}/change/", "ins"),
        (f"{versions}/{first.pk}/change/?against=now", "del"),
    ):
        page = teacher.get(path).content.decode()
        assert all(line in page for line in words)
        assert f"<{mark}>{added}</{mark}>" in page
        assert "[locked]" not in page
