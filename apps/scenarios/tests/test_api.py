from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory

pytestmark = pytest.mark.django_db

SCENARIOS = "/api/v2/scenarios/"
TAGS = "/api/v2/tags/"
PUBLIC = {"id", "scenario_text", "enable", "role", "tags"}
HIDDEN = {"additional_instructions", "openid", "communication_preferences", "rubrics"}
NEW = {"scenario_text": "John Smith, 70.", "additional_instructions": "- where: here", "role": "Elderly Man"}

READERS = {"student": 200, "other_student": 200, "unapproved": 200, "instructor": 200, "admin": 200, "anonymous": 401}
WRITERS = {"student": 403, "other_student": 403, "unapproved": 403, "anonymous": 401}


def writers(status: int) -> dict[str, int]:
    return WRITERS | {"instructor": status, "admin": status}


def cases(*rows: tuple) -> list[tuple]:
    return [(method, path, sent, who, status) for method, path, sent, by in rows for who, status in by.items()]


@pytest.fixture
def scenario() -> AssistantScenario:
    scenario = AssistantScenarioFactory(additional_instructions="SECRET fact", communication_preferences="SECRET manner")
    for word in ("cardiology", "first year"):
        TagFactory(scenario=scenario, tag=word)
    for question in ("SECRET question one?", "SECRET question two?"):
        scenario.rubric_questions.create(question=question)
    return scenario


def saved(scenario: AssistantScenario) -> AssistantScenario:
    return AssistantScenario.objects.get(pk=scenario.pk)


def words(scenario: AssistantScenario) -> list[str]:
    return list(scenario.tags.values_list("tag", flat=True))


def questions(scenario: AssistantScenario) -> list[str]:
    return list(scenario.rubric_questions.values_list("question", flat=True))


# Who may what


@pytest.mark.parametrize(
    ("method", "path", "sent", "who", "status"),
    cases(
        ("get", SCENARIOS, None, READERS),
        ("get", SCENARIOS + "{scenario}/", None, READERS),
        ("post", SCENARIOS, NEW, writers(201)),
        ("put", SCENARIOS + "{scenario}/", NEW, writers(200)),
        ("patch", SCENARIOS + "{scenario}/", {"role": ""}, writers(200)),
        ("delete", SCENARIOS + "{scenario}/", None, writers(204)),
        ("post", SCENARIOS + "{scenario}/enable/", None, writers(200)),
        ("post", SCENARIOS + "{scenario}/disable/", None, writers(200)),
        ("get", SCENARIOS + "{scenario}/versions/", None, writers(200)),
        ("get", TAGS, None, READERS),
        ("get", TAGS + "{tag}/", None, READERS),
        ("post", TAGS, {"tag": "new", "scenario_id": "{scenario}"}, writers(201)),
        ("put", TAGS + "{tag}/", {"tag": "new", "scenario_id": "{scenario}"}, writers(200)),
        ("patch", TAGS + "{tag}/", {"tag": "new"}, writers(200)),
        ("delete", TAGS + "{tag}/", None, writers(204)),
    ),
)
def test_who_may_do_what_with_patients_and_tags(method, path, sent, who, status, client_for, scenario):
    before = (saved(scenario).__dict__, words(scenario), AssistantScenario.objects.count())
    names = {"scenario": scenario.pk, "tag": scenario.tags.first().pk}
    sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in (sent or {}).items()}
    answer = getattr(client_for(who), method)(path.format(**names), sent)
    assert answer.status_code == status, answer.content
    if status in {401, 403}:
        assert set(answer.json()) == {"code", "detail"}
        after = (saved(scenario).__dict__, words(scenario), AssistantScenario.objects.count())
        assert {**after[0], "_state": 0} == {**before[0], "_state": 0}
        assert after[1:] == before[1:]


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_students_see_public_fields_of_enabled_patients_and_nothing_else(who, client_for, scenario):
    hidden = AssistantScenarioFactory(enable=False, scenario_text="SECRET patient")
    secret_tag = TagFactory(scenario=hidden, tag="SECRET tag")
    client = client_for(who)
    listed = client.get(SCENARIOS)
    assert [set(row) for row in listed.json()["results"]] == [PUBLIC]
    alone = client.get(f"{SCENARIOS}{scenario.pk}/")
    assert alone.json() == listed.json()["results"][0]
    assert alone.json()["tags"] == ["cardiology", "first year"]
    tags = client.get(TAGS)
    assert tags.json()["count"] == 2
    filtered = client.get(f"{TAGS}?scenario_id={hidden.pk}")
    assert filtered.json()["results"] == []
    for answer in (listed, alone, tags, filtered):
        assert b"SECRET" not in answer.content
        assert scenario.openid not in answer.content.decode()
    for path in (f"{SCENARIOS}{hidden.pk}/", f"{TAGS}{secret_tag.pk}/"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (404, {"code": "not_found", "detail": "Not found."})


@pytest.mark.parametrize("who", ["instructor", "admin"])
def test_instructors_see_everything_of_all_patients(who, client_for, scenario):
    hidden = AssistantScenarioFactory(enable=False)
    body = client_for(who).get(SCENARIOS).json()
    assert [row["id"] for row in body["results"]] == [scenario.pk, hidden.pk]
    assert body["results"][0] == {
        "id": scenario.pk,
        "scenario_text": scenario.scenario_text,
        "additional_instructions": "SECRET fact",
        "enable": True,
        "role": "Adult Woman",
        "openid": saved(scenario).openid,
        "communication_preferences": "SECRET manner",
        "tags": ["cardiology", "first year"],
        "rubrics": ["SECRET question one?", "SECRET question two?"],
    }


# Writing


def test_a_patient_is_made_with_its_tags_its_questions_and_its_assistant(client_for):
    answer = client_for("instructor").post(SCENARIOS, NEW | {"tags": ["b", "a", "b"], "rubrics": ["Two?", "One?"]})
    assert answer.status_code == 201
    scenario = AssistantScenario.objects.get(pk=answer.json()["id"])
    assert words(scenario) == answer.json()["tags"] == ["b", "a", "b"]
    assert questions(scenario) == answer.json()["rubrics"] == ["Two?", "One?"]
    assert answer.json()["openid"] == scenario.versions.get().openid
    assert scenario.enable


def test_a_patient_needs_no_more_than_a_text(client_for):
    answer = client_for("instructor").post(SCENARIOS, {"scenario_text": "Jane Doe"})
    assert answer.status_code == 201
    assert answer.json() | {"id": 0, "openid": ""} == {
        "id": 0,
        "scenario_text": "Jane Doe",
        "additional_instructions": "",
        "enable": True,
        "role": "",
        "openid": "",
        "communication_preferences": None,
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
    assert words(scenario) == ["cardiology", "first year"]
    assert questions(scenario) == ["SECRET question one?", "SECRET question two?"]


def test_lists_that_are_given_replace_what_is_there(client_for, scenario):
    other = TagFactory(tag="of another patient")
    answer = client_for("instructor").patch(f"{SCENARIOS}{scenario.pk}/", {"tags": ["x"], "rubrics": []})
    assert (answer.json()["tags"], answer.json()["rubrics"]) == (["x"], [])
    assert (words(scenario), questions(scenario)) == (["x"], [])
    assert words(other.scenario) == ["of another patient"]


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
    assert list(answer.json()["fields"]) == ["rubrics"]
    assert saved(scenario).scenario_text == scenario.scenario_text
    assert words(scenario) == ["cardiology", "first year"]


@pytest.mark.django_db(transaction=True)
def test_of_writers_at_once_one_has_the_last_word_and_no_lists_are_mixed(client_for, instructor):
    scenario = AssistantScenarioFactory()
    client = client_for(instructor)

    def write(number: int) -> int:
        try:
            return client.patch(f"{SCENARIOS}{scenario.pk}/", {"tags": [f"{number} a", f"{number} b"]}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(write, range(6))) == {200}
    assert words(scenario) in [[f"{number} a", f"{number} b"] for number in range(6)]


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
    assert words(scenario) == ["cardiology", "first year"]
    assert client_for("student").get(f"{SCENARIOS}{scenario.pk}/").status_code == (200 if enabled else 404)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"scenario_text": ""}, "scenario_text"),
        ({"scenario_text": "  "}, "scenario_text"),
        ({"scenario_text": None}, "scenario_text"),
        ({"additional_instructions": None}, "additional_instructions"),
        ({"enable": "perhaps"}, "enable"),
        ({"enable": None}, "enable"),
        ({"role": None}, "role"),
        ({"tags": "cardiology"}, "tags"),
        ({"tags": None}, "tags"),
        ({"tags": [""]}, "tags"),
        ({"tags": ["x\u0000"]}, "tags"),
        ({"rubrics": [["nested"]]}, "rubrics"),
        ({"rubrics": {"0": "x"}}, "rubrics"),
    ],
)
def test_a_refused_patient_names_the_field(sent, field, client_for):
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
    assert (row.communication_preferences, words(row)) == ("Calm.", ["", " b "])
    assert client.put(f"{SCENARIOS}{pk}/", whole | {"scenario_text": " "}).status_code == 400
    assert client.put(f"{SCENARIOS}{pk}/", whole | {"tags": ["", "new"]}).status_code == 400


# Deleting


def test_deleting_a_patient_takes_its_tags_questions_and_exercises_and_retires_its_versions(client_for, scenario):
    scenario.activities.create(pre_brief="Take a history.")
    version = scenario.versions.get()
    kept = TagFactory()
    assert client_for("instructor").delete(f"{SCENARIOS}{scenario.pk}/").status_code == 204
    assert list(AssistantScenario.objects.all()) == [kept.scenario]
    assert list(Tag.objects.all()) == [kept]
    for relation in (scenario.rubric_questions, scenario.activities):
        assert not relation.exists()
    version.refresh_from_db()
    assert (version.scenario_id, version.retired_at is None) == (None, False)


# Finding


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/versions/"])
def test_addresses_work_without_their_last_slash(path, client_for, scenario):
    path = SCENARIOS + path.format(pk=scenario.pk)
    client = client_for("instructor")
    assert client.get(path.rstrip("/")).json() == client.get(path).json()


def test_patients_are_found_by_state_and_avatar(client_for):
    enabled, disabled = AssistantScenarioFactory(role="Toddler"), AssistantScenarioFactory(enable=False)
    client = client_for("instructor")

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(SCENARIOS + query).json()["results"]]

    assert found("?enable=true") == [enabled.pk]
    assert found("?enable=false") == [disabled.pk]
    assert found("?role=Toddler") == [enabled.pk]
    assert found("?role=Toddler&enable=false") == []


def test_tags_are_found_by_word_and_patient(client_for, scenario):
    other = TagFactory(tag="cardiology")
    client = client_for("student")
    assert client.get(TAGS + "?tag=cardiology").json()["count"] == 2
    assert [row["scenario_id"] for row in client.get(f"{TAGS}?scenario_id={other.scenario_id}").json()["results"]] == [
        other.scenario_id
    ]


def test_a_tag_moves_to_another_patient(client_for, scenario):
    other = AssistantScenarioFactory()
    tag = scenario.tags.first()
    answer = client_for("instructor").patch(f"{TAGS}{tag.pk}/", {"scenario_id": other.pk})
    assert answer.json() == {"id": tag.pk, "tag": "cardiology", "scenario_id": other.pk}
    assert words(other) == ["cardiology"]


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("who", "path", "queries"),
    [("instructor", SCENARIOS, 5), ("student", SCENARIOS, 4), ("instructor", TAGS, 3), ("student", TAGS, 3)],
)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    rows, who, path, queries, client_for, django_assert_num_queries
):
    for scenario in AssistantScenarioFactory.create_batch(rows):
        TagFactory(scenario=scenario)
        scenario.rubric_questions.create(question="Well?")
    client = client_for(who)
    with django_assert_num_queries(queries):  # the caller, the count, the page, its tags, its questions
        assert client.get(path).json()["count"] == rows


def test_a_long_list_comes_in_pages(client_for):
    AssistantScenarioFactory.create_batch(3)
    client = client_for("instructor")
    first = client.get(SCENARIOS + "?page_size=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    second = client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert client.get(SCENARIOS + "?page=9").status_code == 404
