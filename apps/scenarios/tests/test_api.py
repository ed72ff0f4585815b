import pytest

from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory

pytestmark = pytest.mark.django_db

SCENARIOS = "/api/v2/scenarios/"
TAGS = "/api/v2/tags/"
PUBLIC = {"content_warning", "picture_url", "id", "title", "name", "age", "scenario_text", "enable", "role", "tags"}
NEW = {"scenario_text": "John Smith, 70.", "additional_instructions": "- where: here", "role": "Elderly Man"}

READERS = {"student": 200, "other_student": 200, "unapproved": 200, "instructor": 200, "admin": 200, "anonymous": 401}
WRITERS = {"student": 403, "other_student": 403, "unapproved": 403, "anonymous": 401}


def writers(status: int) -> dict[str, int]:
    return WRITERS | {"instructor": status, "admin": status}


def cases(*rows: tuple) -> list[tuple]:
    return [(method, path, sent, who, status) for method, path, sent, by in rows for who, status in by.items()]


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (AssistantScenario, Tag)]


# Who may what


@pytest.mark.parametrize(
    ("method", "path", "sent", "who", "status"),
    cases(
        ("get", SCENARIOS, None, READERS),
        ("get", SCENARIOS + "{scenario}/", None, READERS),
        ("post", SCENARIOS, NEW, writers(201)),
        ("put", SCENARIOS + "{scenario}/", NEW, writers(200)),
        ("patch", SCENARIOS + "{scenario}/", {"role": ""}, writers(200)),
        ("delete", SCENARIOS + "{scenario}/", None, {**writers(204), "instructor": 403}),
        ("post", SCENARIOS + "{scenario}/duplicate/", None, writers(201)),
        ("post", SCENARIOS + "{scenario}/archive/", None, writers(200)),
        ("post", SCENARIOS + "{scenario}/restore/", None, writers(200)),
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
def test_who_may_do_what_with_scenarios_and_tags(method, path, sent, who, status, client_for, scenario):
    before = everything()
    names = {"scenario": scenario.pk, "tag": scenario.tags.first().pk}
    sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in (sent or {}).items()}
    answer = getattr(client_for(who), method)(path.format(**names), sent)
    assert answer.status_code == status, answer.content
    if status in {401, 403}:
        assert set(answer.json()) == {"code", "detail"}
        assert everything() == before


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_students_see_only_public_fields_of_enabled_scenarios(who, client_for, scenario):
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
def test_instructors_see_all_fields_of_all_scenarios(who, client_for, scenario):
    hidden = AssistantScenarioFactory(enable=False)
    body = client_for(who).get(SCENARIOS).json()
    assert [row["id"] for row in body["results"]] == [scenario.pk, hidden.pk]
    assert body["results"][0] == {
        "id": scenario.pk,
        **scenario.shown,
        "scenario_text": scenario.scenario_text,
        "additional_instructions": "SECRET fact",
        "enable": True,
        "role": "Adult Woman",
        "openid": scenario.openid,
        "communication_preferences": "SECRET manner",
        "setting": "",
        "content_warning": "",
        "language": "SECRET language",
        "diagnosis": "SECRET diagnosis",
        "case_notes": "",
        "picture_url": None,
        "archived_at": None,
        "tags": ["cardiology", "first year"],
        "rubrics": ["SECRET question one?", "SECRET question two?"],
    }


# Finding


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/versions/"])
def test_addresses_work_without_their_last_slash(path, client_for, scenario):
    path = SCENARIOS + path.format(pk=scenario.pk)
    client = client_for("instructor")
    assert client.get(path.rstrip("/")).json() == client.get(path).json()


def test_scenarios_are_found_by_state_and_avatar(client_for):
    enabled, disabled = AssistantScenarioFactory(role="Toddler"), AssistantScenarioFactory(enable=False)
    client = client_for("instructor")

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(SCENARIOS + query).json()["results"]]

    assert found("?enable=true") == [enabled.pk]
    assert found("?enable=false") == [disabled.pk]
    assert found("?role=Toddler") == [enabled.pk]
    assert found("?role=Toddler&enable=false") == []


def test_tags_are_found_by_word_and_scenario(client_for, scenario):
    other = TagFactory(tag="cardiology")
    client = client_for("student")
    assert client.get(TAGS + "?tag=cardiology").json()["count"] == 2
    assert [row["scenario_id"] for row in client.get(f"{TAGS}?scenario_id={other.scenario_id}").json()["results"]] == [
        other.scenario_id
    ]


def test_a_tag_moves_to_another_scenario(client_for, scenario):
    other = AssistantScenarioFactory()
    tag = scenario.tags.first()
    answer = client_for("instructor").patch(f"{TAGS}{tag.pk}/", {"scenario_id": other.pk})
    assert answer.json() == {"id": tag.pk, "tag": "cardiology", "scenario_id": other.pk}
    assert list(other.tags.values_list("tag", flat=True)) == ["cardiology"]


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("who", "path", "queries"),
    [("instructor", SCENARIOS, 4), ("student", SCENARIOS, 3), ("instructor", TAGS, 2), ("student", TAGS, 2)],
)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    rows, who, path, queries, client_for, django_assert_num_queries
):
    for scenario in AssistantScenarioFactory.create_batch(rows):
        TagFactory(scenario=scenario)
        scenario.rubric_questions.create(question="Well?")
    client = client_for(who)
    with django_assert_num_queries(queries):  # the caller, the page, its tags, its questions
        assert client.get(path).json()["count"] == rows


def test_a_long_list_comes_in_pages(client_for):
    AssistantScenarioFactory.create_batch(3)
    client = client_for("instructor")
    first = client.get(SCENARIOS + "?page_size=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    second = client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert client.get(SCENARIOS + "?page=9").status_code == 404


def test_each_word_is_listed_once_with_the_number_of_scenarios_that_the_caller_sees(client_for):
    shown, also, hidden = AssistantScenarioFactory(), AssistantScenarioFactory(), AssistantScenarioFactory(enable=False)
    for scenario, words in ((shown, ["pain", "pain", "elderly"]), (also, ["pain"]), (hidden, ["pain", "secret"])):
        for word in words:
            TagFactory(scenario=scenario, tag=word)
    counted = {row["tag"]: row["scenarios"] for row in client_for("student").get(f"{TAGS}counts/").json()["results"]}
    assert counted == {"pain": 2, "elderly": 1}
    rows = client_for("instructor").get(f"{TAGS}counts/?ordering=-scenarios&search=e").json()["results"]
    assert [(row["tag"], row["scenarios"]) for row in rows] == [("elderly", 1), ("secret", 1)]


def test_a_version_lists_its_differences_from_another(client_for):
    client, path = client_for("instructor"), SCENARIOS
    sent = {"scenario_text": "Ann\nHas a cough", "additional_instructions": "- cough: dry"}
    pk = client.post(path, sent).json()["id"]
    client.patch(f"{path}{pk}/", {"scenario_text": "Ann\nHas a cold"})
    client.patch(f"{path}{pk}/", {"role": "Adult Woman", "additional_instructions": "- cough: wet"})
    listed = client.get(f"{path}{pk}/versions/").json()["results"]
    changed = [["additional_instructions", "role"], ["scenario_text"], []]
    assert [(row["number"], sorted(row["changed"])) for row in listed] == list(zip([3, 2, 1], changed, strict=True))
    two = client.get(f"{path}{pk}/versions/2/").json()
    assert (two["number"], two["against"]) == (2, 1)
    assert two["differences"] == [
        {
            "field": "scenario_text",
            "before": "Ann\nHas a cough",
            "after": "Ann\nHas a cold",
            "diff": "--- before\n+++ after\n@@ -1,2 +1,2 @@\n Ann\n-Has a cough\n+Has a cold",
        }
    ]
    three = client.get(f"{path}{pk}/versions/3/", {"against": 1}).json()["differences"]
    assert {row["field"] for row in three} == {"scenario_text", "additional_instructions", "role"}
    first = client.get(f"{path}{pk}/versions/1/").json()
    assert (first["against"], first["differences"]) == (None, [])
    for asked, status in ((9, 404), ("x", 400), (0, 400), (10**12, 400)):
        assert client.get(f"{path}{pk}/versions/3/", {"against": asked}).status_code == status
    assert client.get(f"{path}{pk}/versions/9/").status_code == 404
    assert client_for("student").get(f"{path}{pk}/versions/3/").status_code == 403


def test_a_version_is_restored_as_a_new_one(client_for):
    client = client_for("instructor")
    before = {"scenario_text": "Ann\nHas a cough", "diagnosis": "asthma", "setting": "A ward"}
    pk = client.post(SCENARIOS, before).json()["id"]
    read = client.patch(f"{SCENARIOS}{pk}/", {"scenario_text": "Bob", "diagnosis": "", "setting": "", "title": "Bob"})
    address = f"{SCENARIOS}{pk}/versions/1/restore/"
    client.patch(f"{SCENARIOS}{pk}/", {"tags": ["cough"]})
    assert client.post(address, headers={"If-Match": read["ETag"]}).status_code == 412
    current = client.get(f"{SCENARIOS}{pk}/")
    assert current.json()["scenario_text"] == "Bob"
    restored = client.post(address, headers={"If-Match": current["ETag"]})
    assert restored["ETag"] == client.get(f"{SCENARIOS}{pk}/")["ETag"]
    shown = restored.json()
    assert {name: shown[name] for name in before} == before
    assert (shown["title"], shown["tags"]) == ("Bob", ["cough"])
    assert [row["number"] for row in client.get(f"{SCENARIOS}{pk}/versions/").json()["results"]] == [3, 2, 1]
    other = client.post(SCENARIOS, {"scenario_text": "Cy"}).json()["id"]
    for path in (f"{pk}/versions/9/restore/", f"{other}/versions/2/restore/", "999999/versions/1/restore/"):
        assert client.post(SCENARIOS + path).status_code == 404


def test_what_a_restored_version_did_not_have_is_emptied(client_for):
    client = client_for("instructor")
    pk = client.post(SCENARIOS, {"scenario_text": "Ann"}).json()["id"]
    later = {"diagnosis": "asthma", "setting": "A ward", "language": "de"}
    assert client.patch(f"{SCENARIOS}{pk}/", later).status_code == 200
    restored = client.post(f"{SCENARIOS}{pk}/versions/1/restore/").json()
    assert {name: restored[name] for name in later} == dict.fromkeys(later, "")


def test_long_texts_are_not_compared_line_by_line(client_for):
    client = client_for("instructor")
    pk = client.post(SCENARIOS, {"scenario_text": "Ann\n" * 600}).json()["id"]
    client.patch(f"{SCENARIOS}{pk}/", {"scenario_text": "Ann\n" * 601})
    (difference,) = client.get(f"{SCENARIOS}{pk}/versions/2/").json()["differences"]
    assert (difference["diff"], difference["field"]) == (None, "scenario_text")


# The check of a text

CHECK = f"{SCENARIOS}check/"


def test_a_text_is_checked_without_being_stored(client_for, scenario) -> None:
    text = "Opening: My chest.\n- cough, Is it dry?: Dry.\n- [locked] alcohol: Wine.\n- [lockd] drugs: None."
    answer = client_for("instructor").post(CHECK, {"additional_instructions": text})
    assert answer.status_code == 200
    body = answer.json()
    assert body["opening"] == "My chest."
    assert body["facts"][0] == {
        "number": 1, "topics": ["cough"], "questions": ["Is it dry?"], "text": "Dry.", "locked": False,
    }  # fmt: skip
    assert [fact["locked"] for fact in body["facts"]] == [False, True, False]
    assert [(one["code"], one["severity"], one["line"]) for one in body["findings"]] == [
        ("lock_not_understood", "error", 4)
    ]
    scenario.refresh_from_db()
    assert scenario.additional_instructions == "SECRET fact"
    assert AssistantScenario.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "additional_instructions"),
        ({"additional_instructions": None}, "additional_instructions"),
        ({"additional_instructions": ["a"]}, "additional_instructions"),
        ({"additional_instructions": "", "language": "x" * 41}, "language"),
        ({"additional_instructions": "", "facts": []}, "facts"),
    ],
)
def test_rubbish_is_not_checked(client_for, body, field) -> None:
    answer = client_for("instructor").post(CHECK, body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
