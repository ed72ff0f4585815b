"""Lists of patients and of their versions in the admin site, and how both pages of a patient's past show facts."""

import pytest
from django.db import connection
from django.test import Client

from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.admin_forms import submit
from tests.annotations import ClientFor

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


def test_the_list_of_versions_says_who_made_each(
    teacher: Client, instructor: User, admin_user: User, client_for: ClientFor
) -> None:
    scenario = AssistantScenarioFactory.create(communication_preferences="Brisk.")
    submit(teacher, f"{LIST}{scenario.pk}/change/", communication_preferences="Slow.")
    path = f"/api/v2/scenarios/{scenario.pk}/"
    assert client_for(admin_user).patch(path, {"communication_preferences": "Brisk."}).status_code == 200
    # A title is no part of a version, so this one did not make it.
    submit(teacher, f"{LIST}{scenario.pk}/change/", title="Ruth")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE assistant_scenarios SET communication_preferences = 'Shy.'")
    version = current_version(scenario)
    answer = teacher.get("/admin/scenarios/scenarioversion/", {"scenario__id__exact": scenario.pk})
    authors = [one.author for one in answer.context["cl"].result_list]
    assert authors == [None, str(admin_user), str(instructor), "the command line"]
    assert "not known" in answer.text
    assert "not known" in teacher.get(f"/admin/scenarios/scenarioversion/{version.pk}/change/").text
    # The next change here finds what the old service wrote.
    AssistantScenario.objects.update(communication_preferences="Loud.")
    assert "the Flask service, or by hand" in teacher.get(f"/admin/scenarios/scenarioversion/{version.pk}/change/").text
    AssistantScenario.objects.all().delete()
    assert "not known" in teacher.get(f"/admin/scenarios/scenarioversion/{version.pk}/change/").text


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
