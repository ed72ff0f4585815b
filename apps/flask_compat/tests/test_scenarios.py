"""Scenarios and rubric questions at the old addresses, as the old frontend uses them."""

import itertools

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, RubricQuestion
from apps.assessments.tests.factories import CategoryFactory
from apps.openai_integration.models import Evaluation
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario, ScenarioVersion, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User

pytestmark = pytest.mark.django_db

TEXTS = {
    "scenario_text": "Margaret Hill, 68, breathless for three weeks",
    "additional_instructions": "Smoked 20 a day until 55.",
    "communication_preferences": "Speaks slowly",
}
LISTS = {"tags": ["respiratory", "adult"], "rubrics": ["Did the doctor introduce themselves?", "Pillows?"]}
WHOLE = {**TEXTS, "role": "Elderly Woman", "enable": True, **LISTS}


@pytest.fixture
def author(client_for):
    return client_for("instructor")


@pytest.fixture
def created(author) -> int:
    return author.post("/api/scenarios", WHOLE).json()["id"]


def row_of(client, pk) -> dict:
    return next(row for row in client.get("/api/scenarios").json() if row["id"] == pk)


def test_creating_a_scenario_keeps_its_tags_and_rubrics(author):
    answer = author.post("/api/scenarios", WHOLE)
    pk = answer.json()["id"]
    assert (answer.status_code, answer.json()) == (201, {"message": "Created", "id": pk})
    row = row_of(author, pk)
    assert row.pop("openid").startswith("asst_")
    assert row == {"id": pk, **WHOLE}


@pytest.mark.parametrize("blank", ["", None, 999_999, "x"])
def test_posting_always_makes_a_new_scenario(blank, author, created):
    body = {
        "id": blank, "scenario_text": "Jane Doe", "additional_instructions": "", "communication_preferences": None,
        "role": "", "openid": "", "activities": [{"id": 5}],
    }  # fmt: skip
    pk = author.post("/api/scenarios", body).json()["id"]
    assert pk not in {created, blank}
    row = row_of(author, pk)
    assert (row["scenario_text"], row["role"], row["enable"], row["tags"], row["rubrics"]) == (
        "Jane Doe", "", True, [], [],
    )  # fmt: skip
    assert row["communication_preferences"] is None


def test_texts_are_stored_as_typed(author):
    texts = {"scenario_text": "  Jane Doe \n", "additional_instructions": " \n", "communication_preferences": ""}
    pk = author.post("/api/scenarios", {**texts, "tags": [" a ", "a"], "rubrics": [""]}).json()["id"]
    row = row_of(author, pk)
    assert {name: row[name] for name in texts} == texts
    assert (row["tags"], row["rubrics"]) == ([" a ", "a"], [""])


def test_a_scenario_may_be_longer_than_256_characters(author, created):
    long = "Breathless. " * 1000
    assert author.put(f"/api/scenarios/{created}", WHOLE | {"scenario_text": long}).status_code == 200
    assert row_of(author, created)["scenario_text"] == long


def test_a_put_replaces_the_fields_that_it_names(author, created):
    body = {**WHOLE, "scenario_text": "Jane", "role": "", "enable": False, "tags": ["one"], "rubrics": ["Well?"]}
    answer = author.put(f"/api/scenarios/{created}", body)
    assert (answer.status_code, answer.json()) == (200, {"message": "Updated"})
    row = row_of(author, created)
    assert {name: row[name] for name in body} == body


@pytest.mark.parametrize("how", ["left out", "null"])
def test_a_put_without_tags_rubrics_role_or_enable_leaves_them_as_they_are(how, author, created):
    author.put(f"/api/scenarios/{created}/disable")
    rest = {} if how == "left out" else dict.fromkeys(["tags", "rubrics", "role", "enable"])
    assert author.put(f"/api/scenarios/{created}", {**TEXTS, "scenario_text": "Jane", **rest}).status_code == 200
    row = row_of(author, created)
    assert {name: row[name] for name in WHOLE} == WHOLE | {"scenario_text": "Jane", "enable": False}


def test_a_row_that_was_read_can_be_sent_back_whole(author, created):
    row = row_of(author, created)
    assert author.put(f"/api/scenarios/{created}", row).status_code == 200
    assert row_of(author, created) == row


def test_a_put_makes_the_version_that_the_next_run_uses(author, created):
    before = row_of(author, created)["openid"]
    author.put(f"/api/scenarios/{created}", {**TEXTS, "additional_instructions": "Never smoked."})
    assert row_of(author, created)["openid"] != before
    assert ScenarioVersion.objects.get(number=2).content["additional_instructions"] == "Never smoked."


@pytest.mark.parametrize("blank", ["", None])
def test_a_put_of_a_row_with_its_hidden_parts_blanked_is_409_and_changes_nothing(blank, author, client_for, created):
    before = row_of(author, created)
    hidden = row_of(client_for("student"), created) | {"scenario_text": "Mine", "openid": blank}
    answer = author.put(f"/api/scenarios/{created}", hidden)
    assert (answer.status_code, list(answer.json())) == (409, ["message"])
    assert row_of(author, created) == before


def test_a_put_of_a_scenario_without_an_openid_is_accepted(author, created):
    AssistantScenario.objects.update(openid="")
    assert author.put(f"/api/scenarios/{created}", {**TEXTS, "openid": ""}).status_code == 200
    assert row_of(author, created)["openid"].startswith("asst_")


WRONG = [
    *({name: bad} for name in TEXTS for bad in (5, True, [], {}, "a\0b")),
    {"scenario_text": None}, {"additional_instructions": None}, {"enable": "true"}, {"enable": 2}, {"role": 5},
    {"tags": "one"}, {"tags": [5]}, {"tags": [None]}, {"tags": {}}, {"rubrics": "one"}, {"rubrics": [{}]},
    {"rubrics": 0},
]  # fmt: skip


def test_a_scenario_with_an_invalid_value_is_400_and_changes_nothing(author, created):
    before = row_of(author, created)
    for change, (method, path) in itertools.product(WRONG, [("post", ""), ("put", f"/{created}")]):
        answer = getattr(author, method)(f"/api/scenarios{path}", WHOLE | change)
        assert (answer.status_code, list(answer.json())) == (400, ["message"]), (method, change)
    assert author.get("/api/scenarios").json() == [before]


@pytest.mark.parametrize("missing", TEXTS)
def test_a_scenario_with_a_missing_text_is_400_and_names_it(missing, author, created):
    before = row_of(author, created)
    body = {name: value for name, value in WHOLE.items() if name != missing}
    for answer in (author.post("/api/scenarios", body), author.put(f"/api/scenarios/{created}", body)):
        assert (answer.status_code, answer.json()) == (400, {"message": f"{missing} is required"})
    assert author.get("/api/scenarios").json() == [before]


def test_students_get_the_same_keys_with_hidden_values_blanked(author, client_for, created):
    AssistantScenarioFactory(enable=False, scenario_text="A disabled patient", communication_preferences=None)
    full = author.get("/api/scenarios").json()
    for who in ("student", "unapproved"):
        seen = client_for(who).get("/api/scenarios").json()
        hidden = {"additional_instructions": "", "communication_preferences": "", "openid": "", "rubrics": []}
        assert seen == [full[0] | hidden, full[1] | hidden | {"scenario_text": "", "tags": []}]
        assert [list(row) for row in seen] == [list(row) for row in full]


def test_enabling_and_disabling(author, created):
    for verb, said in (("disable", "Disabled"), ("disable", "Disabled"), ("enable", "Enabled")):
        answer = author.put(f"/api/scenarios/{created}/{verb}")
        assert (answer.status_code, answer.json()) == (200, {"message": said})
        assert row_of(author, created)["enable"] is (verb == "enable")
    assert row_of(author, created)["tags"] == LISTS["tags"]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("put", "scenarios/{}", "Not found"),
        ("delete", "scenarios/{}", "Not found"),
        ("put", "scenarios/{}/enable", "Not found"),
        ("put", "scenarios/{}/disable", "Not found"),
        ("get", "scenarios/{}/rubric_questions", "Scenario not found"),
        ("post", "scenarios/{}/rubric_questions", "Scenario not found"),
        ("put", "rubric_questions/{}", "Rubric question not found"),
        ("delete", "rubric_questions/{}", "Rubric question not found"),
    ],
)
def test_unknown_ids_are_404_with_flasks_message(method, path, said, author):
    for pk in ("0", "999999", "9" * 15):
        answer = getattr(author, method)(f"/api/{path.format(pk)}", WHOLE | {"question": "Well?"})
        assert (answer.status_code, answer.json()) == (404, {"message": said}), pk


def test_deleting_a_scenario_deletes_its_activities_and_keeps_the_threads(author, created):
    thread = ThreadFactory(activity=ActivityFactory(character=AssistantScenario.objects.get(pk=created)))
    MessageFactory(thread=thread)
    other = ActivityFactory()
    answer = author.delete(f"/api/scenarios/{created}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Deleted"})
    assert [row["id"] for row in author.get("/api/activities").json()] == [other.pk]
    assert not Tag.objects.exists()
    thread.refresh_from_db()
    assert (thread.scenario_id, thread.activity_id, thread.messages.count()) == (None, None, 1)


def test_a_question_is_added_changed_and_deleted(author, created):
    path = f"/api/scenarios/{created}/rubric_questions"
    answer = author.post(path, {"question": "Next steps? "})
    assert (answer.status_code, answer.json()) == (201, {"message": "Rubric question added successfully"})
    questions = author.get(path).json()
    assert [row["question"] for row in questions] == [*LISTS["rubrics"], "Next steps? "]
    assert [list(row) for row in questions] == [["id", "question"]] * 3
    pk = questions[0]["id"]
    answer = author.put(f"/api/rubric_questions/{pk}", {"question": "Name and role?", "id": 5})
    assert (answer.status_code, answer.json()) == (200, {"message": "Rubric question updated successfully"})
    answer = author.delete(f"/api/rubric_questions/{questions[1]['id']}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Rubric question deleted successfully"})
    assert author.get(path).json() == [{"id": pk, "question": "Name and role?"}, questions[2]]


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": None}])
def test_a_question_without_a_text_is_400_with_flasks_message(body, author, created):
    path = f"/api/scenarios/{created}/rubric_questions"
    before = author.get(path).json()
    for answer in (author.post(path, body), author.put(f"/api/rubric_questions/{before[0]['id']}", body)):
        assert (answer.status_code, answer.json()) == (400, {"message": "Question text is required"})
    assert author.get(path).json() == before


def test_a_question_that_is_not_a_text_is_400_and_changes_nothing(author, created):
    path = f"/api/scenarios/{created}/rubric_questions"
    before = author.get(path).json()
    for question in (5, [], {}, True, "a\0b"):
        body = {"question": question}
        for answer in (author.post(path, body), author.put(f"/api/rubric_questions/{before[0]['id']}", body)):
            assert (answer.status_code, list(answer.json())) == (400, ["message"]), question
    assert author.get(path).json() == before


def test_students_see_the_number_of_questions_but_not_their_texts(author, client_for, created):
    path = f"/api/scenarios/{created}/rubric_questions"
    assert client_for("student").get(path).json() == [row | {"question": ""} for row in author.get(path).json()]


def test_delete_all_deletes_the_scenarios_and_what_belongs_to_them(client_for, author, created, student):
    scenario = AssistantScenario.objects.get(pk=created)
    activity = ActivityFactory(character=scenario, categories=[CategoryFactory()])
    thread = ThreadFactory(student=student, activity=activity)
    run = RunFactory(thread=thread)
    EvaluationFactory(thread=thread, rubric={"categories": []})
    AssistantScenarioFactory.create_batch(2)
    people = User.objects.count()
    assert author.delete("/api/delete_all").status_code == 403
    assert AssistantScenario.objects.count() == 3
    answer = client_for("admin").delete("/api/delete_all")
    assert (answer.status_code, answer.json()) == (200, {"message": "All data deleted"})
    for model in (AssistantScenario, Activity, Tag, RubricQuestion):
        assert not model.objects.exists(), model
    assert (Category.objects.count(), Evaluation.objects.count(), User.objects.count()) == (1, 1, people + 1)
    assert not ScenarioVersion.objects.filter(retired_at=None).exists()
    run.refresh_from_db()
    assert run.scenario_version.content["scenario_text"] == TEXTS["scenario_text"]
    thread.refresh_from_db()
    assert (thread.student_id, thread.scenario_id, thread.messages.count()) == (student.pk, None, 1)
