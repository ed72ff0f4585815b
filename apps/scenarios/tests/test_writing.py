from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory

pytestmark = pytest.mark.django_db

SCENARIOS = "/api/v2/scenarios/"
NEW = {"scenario_text": "John Smith, 70.", "additional_instructions": "- where: here", "role": "Elderly Man"}


def saved(scenario: AssistantScenario) -> AssistantScenario:
    return AssistantScenario.objects.get(pk=scenario.pk)


def tags_of(scenario: AssistantScenario) -> list[str]:
    return list(scenario.tags.values_list("tag", flat=True))


def questions_of(scenario: AssistantScenario) -> list[str]:
    return list(scenario.rubric_questions.values_list("question", flat=True))


def test_a_scenario_is_created_with_its_tags_questions_and_openid(client_for):
    answer = client_for("instructor").post(SCENARIOS, NEW | {"tags": ["b", "a", "b"], "rubrics": ["Two?", "One?"]})
    assert answer.status_code == 201
    scenario = AssistantScenario.objects.get(pk=answer.json()["id"])
    assert tags_of(scenario) == answer.json()["tags"] == ["b", "a", "b"]
    assert questions_of(scenario) == answer.json()["rubrics"] == ["Two?", "One?"]
    assert answer.json()["openid"] == scenario.versions.get().openid
    assert scenario.enable


def test_a_scenario_needs_only_a_text(client_for):
    answer = client_for("instructor").post(SCENARIOS, {"scenario_text": "Jane Doe"})
    assert answer.status_code == 201
    assert answer.json() | {"id": 0, "openid": ""} == {
        "id": 0,
        "title": "Jane Doe",
        "name": "",
        "age": None,
        "scenario_text": "Jane Doe",
        "additional_instructions": "",
        "enable": True,
        "role": "",
        "openid": "",
        "communication_preferences": None,
        "setting": "",
        "content_warning": "",
        "language": "",
        "diagnosis": "",
        "case_notes": "",
        "picture_url": None,
        "archived_at": None,
        "tags": [],
        "rubrics": [],
    }


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_is_left_out_stays_as_it_is(method, client_for, scenario):
    AssistantScenario.objects.filter(pk=scenario.pk).update(enable=False)
    answer = getattr(client_for("instructor"), method)(f"{SCENARIOS}{scenario.pk}/", {"scenario_text": "Joan"})
    assert answer.status_code == 200
    after = saved(scenario)
    assert (after.scenario_text, after.additional_instructions, after.enable) == ("Joan", "SECRET fact", False)
    assert tags_of(scenario) == ["cardiology", "first year"]
    assert questions_of(scenario) == ["SECRET question one?", "SECRET question two?"]


def test_lists_that_are_given_replace_what_is_there(client_for, scenario):
    other = TagFactory(tag="of another patient")
    answer = client_for("instructor").patch(f"{SCENARIOS}{scenario.pk}/", {"tags": ["x"], "rubrics": []})
    assert (answer.json()["tags"], answer.json()["rubrics"]) == (["x"], [])
    assert (tags_of(scenario), questions_of(scenario)) == (["x"], [])
    assert tags_of(other.scenario) == ["of another patient"]


def test_lists_that_come_back_as_they_are_keep_their_rows(client_for, scenario):
    client = client_for("instructor")
    ids = set(Tag.objects.values_list("id", flat=True))
    whole = client.get(f"{SCENARIOS}{scenario.pk}/").json()
    assert client.put(f"{SCENARIOS}{scenario.pk}/", whole).json() == whole
    assert set(Tag.objects.values_list("id", flat=True)) == ids
    assert scenario.versions.count() == 1


def test_a_refused_list_changes_nothing(client_for, scenario):
    answer = client_for("instructor").patch(
        f"{SCENARIOS}{scenario.pk}/", {"scenario_text": "Joan", "tags": ["fine"], "rubrics": ["fine", {"no": "text"}]}
    )
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["rubrics.1"]
    assert saved(scenario).scenario_text == scenario.scenario_text
    assert tags_of(scenario) == ["cardiology", "first year"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_do_not_mix_their_lists(client_for, instructor):
    scenario = AssistantScenarioFactory()
    client = client_for(instructor)

    def write(number: int) -> int:
        try:
            return client.patch(f"{SCENARIOS}{scenario.pk}/", {"tags": [f"{number} a", f"{number} b"]}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(write, range(6))) == {200}
    assert tags_of(scenario) in [[f"{number} a", f"{number} b"] for number in range(6)]


def test_the_openid_is_ours_and_names_the_current_version(client_for, scenario):
    client = client_for("instructor")
    answer = client.patch(f"{SCENARIOS}{scenario.pk}/", {"openid": "asst_forged", "scenario_text": "Joan"})
    newest = scenario.versions.order_by("number").last()
    assert answer.json()["openid"] == newest.openid != scenario.openid
    versions = client.get(f"{SCENARIOS}{scenario.pk}/versions/").json()
    assert versions["count"] == 2
    assert [version["number"] for version in versions["results"]] == [2, 1]
    assert versions["results"][0]["content"]["scenario_text"] == "Joan"


@pytest.mark.parametrize("enabled", [True, False])
def test_enabling_and_disabling_can_be_repeated_and_touches_nothing_else(enabled, client_for, scenario):
    client = client_for("instructor")
    path = f"{SCENARIOS}{scenario.pk}/{'enable' if enabled else 'disable'}/"
    for _ in range(2):
        answer = client.post(path)
        assert (answer.status_code, answer.json()["enable"]) == (200, enabled)
    assert saved(scenario).enable is enabled
    assert tags_of(scenario) == ["cardiology", "first year"]
    assert client_for("student").get(f"{SCENARIOS}{scenario.pk}/").status_code == (200 if enabled else 404)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "x" * 81}, "title"),
        ({"name": "x" * 81}, "name"),
        ({"age": 121}, "age"),
        ({"age": -1}, "age"),
        ({"scenario_text": ""}, "scenario_text"),
        ({"scenario_text": "  "}, "scenario_text"),
        ({"scenario_text": None}, "scenario_text"),
        ({"additional_instructions": None}, "additional_instructions"),
        ({"enable": "perhaps"}, "enable"),
        ({"enable": None}, "enable"),
        ({"role": None}, "role"),
        ({"tags": "cardiology"}, "tags"),
        ({"tags": None}, "tags"),
        ({"tags": [""]}, "tags.0"),
        ({"tags": ["x\u0000"]}, "tags.0"),
        ({"rubrics": [["nested"]]}, "rubrics.0"),
        ({"rubrics": {"0": "x"}}, "rubrics"),
    ],
)
def test_a_refused_scenario_names_the_field(sent, field, client_for):
    answer = client_for("instructor").post(SCENARIOS, NEW | sent)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert not AssistantScenario.objects.exists()


def test_a_long_text_is_kept_whole(client_for):
    text = "é ☃ line\n" * 20_000
    answer = client_for("instructor").post(SCENARIOS, {"scenario_text": "Jane", "additional_instructions": text})
    assert answer.status_code == 201
    assert AssistantScenario.objects.get().additional_instructions == text.strip()


def test_an_old_row_that_breaks_the_rules_stays_editable_and_no_new_one_may(client_for):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistant_scenarios (scenario_text, additional_instructions, enable, role, openid) "
            "VALUES ('', ' spaces ', true, '', 'asst_of_old') RETURNING id"
        )
        pk = cursor.fetchone()[0]
        cursor.execute("INSERT INTO assistant_tags (tag, scenario_id) VALUES ('', %s), (' b ', %s)", [pk, pk])
    client = client_for("instructor")
    whole = client.get(f"{SCENARIOS}{pk}/").json()
    answer = client.put(f"{SCENARIOS}{pk}/", whole | {"communication_preferences": "Calm."})
    assert answer.status_code == 200, answer.json()
    row = AssistantScenario.objects.get(pk=pk)
    assert (row.scenario_text, row.additional_instructions) == ("", " spaces ")
    assert (row.communication_preferences, tags_of(row)) == ("Calm.", ["", " b "])
    assert client.put(f"{SCENARIOS}{pk}/", whole | {"scenario_text": " "}).status_code == 400
    assert client.put(f"{SCENARIOS}{pk}/", whole | {"tags": ["", "new"]}).status_code == 400


# Deleting


def test_deleting_a_scenario_deletes_its_tags_questions_and_activities_and_retires_its_versions(client_for, scenario):
    scenario.activities.create(pre_brief="Take a history.")
    version = scenario.versions.get()
    kept = TagFactory()
    refused = client_for("instructor").delete(f"{SCENARIOS}{scenario.pk}/")
    assert (refused.status_code, "archive" in refused.data["detail"]) == (403, True)
    assert client_for("admin").delete(f"{SCENARIOS}{scenario.pk}/").status_code == 204
    assert list(AssistantScenario.objects.all()) == [kept.scenario]
    assert list(Tag.objects.all()) == [kept]
    for relation in (scenario.rubric_questions, scenario.activities):
        assert not relation.exists()
    version.refresh_from_db()
    assert (version.scenario_id, version.retired_at is None) == (None, False)
