import pytest

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import PLAIN_SCALE, CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory

pytestmark = pytest.mark.django_db

CATEGORIES = "/api/v2/categories/"
SUBCATEGORIES = "/api/v2/subcategories/"
QUESTIONS = "/api/v2/rubric-questions/"

READERS = {"student": 200, "other_student": 200, "unapproved": 200, "instructor": 200, "admin": 200, "anonymous": 401}
WRITERS = {"student": 403, "other_student": 403, "unapproved": 403, "anonymous": 401}


def writers(status: int) -> dict[str, int]:
    return WRITERS | {"instructor": status, "admin": status}


def cases(*rows: tuple) -> list[tuple]:
    return [(method, path, sent, who, status) for method, path, sent, by in rows for who, status in by.items()]


@pytest.fixture
def criterion() -> SubCategory:
    return SubCategoryFactory(marking_instructions="SECRET instructions")


@pytest.fixture
def question() -> RubricQuestion:
    return RubricQuestionFactory(question="SECRET question?")


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (Category, SubCategory, RubricQuestion)]


# Who may what


@pytest.mark.parametrize(
    ("method", "path", "sent", "who", "status"),
    cases(
        ("get", CATEGORIES, None, READERS),
        ("get", CATEGORIES + "{category}/", None, READERS),
        ("post", CATEGORIES, {"name": "Opening", "total_required_to_pass": 1}, writers(201)),
        ("put", CATEGORIES + "{category}/", {"name": "Opening", "total_required_to_pass": 1}, writers(200)),
        ("patch", CATEGORIES + "{category}/", {"name": "Opening"}, writers(200)),
        ("delete", CATEGORIES + "{category}/", None, writers(204)),
        ("get", SUBCATEGORIES, None, READERS),
        ("get", SUBCATEGORIES + "{criterion}/", None, READERS),
        (
            "post",
            SUBCATEGORIES,
            {"name": "Asks", "marking_instructions": "2: asks", "category_id": "{category}"},
            writers(201),
        ),
        (
            "put",
            SUBCATEGORIES + "{criterion}/",
            {"name": "Asks", "marking_instructions": "2: asks", "category_id": "{category}"},
            writers(200),
        ),
        ("patch", SUBCATEGORIES + "{criterion}/", {"name": "Asks"}, writers(200)),
        ("delete", SUBCATEGORIES + "{criterion}/", None, writers(204)),
        ("get", QUESTIONS, None, writers(200)),
        ("get", QUESTIONS + "{question}/", None, writers(200)),
        ("post", QUESTIONS, {"question": "Well?", "scenario_id": "{scenario}"}, writers(201)),
        ("put", QUESTIONS + "{question}/", {"question": "Well?", "scenario_id": "{scenario}"}, writers(200)),
        ("patch", QUESTIONS + "{question}/", {"question": "Well?"}, writers(200)),
        ("delete", QUESTIONS + "{question}/", None, writers(204)),
    ),
)
def test_who_may_do_what_with_the_rubric(method, path, sent, who, status, client_for, criterion, question):
    names = {
        "category": criterion.category_id,
        "criterion": criterion.pk,
        "question": question.pk,
        "scenario": question.scenario_id,
    }
    sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in (sent or {}).items()}
    before = everything()
    answer = getattr(client_for(who), method)(path.format(**names), sent)
    assert answer.status_code == status, answer.content
    assert (everything() == before) is (method == "get" or status in {401, 403})
    assert b"SECRET" not in answer.content or who in {"instructor", "admin"}


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_students_read_only_names_and_pass_marks(who, client_for, criterion):
    client, category = client_for(who), criterion.category
    public = {
        "id": criterion.pk, "name": criterion.name, "category_id": category.pk, "lowest_score": 0, "highest_score": 2,
    }  # fmt: skip
    whole = {"id": category.pk, "name": category.name, "total_required_to_pass": 2, "subcategories": [public]}
    assert client.get(CATEGORIES).json()["results"] == [whole]
    assert client.get(f"{CATEGORIES}{category.pk}/").json() == whole
    assert client.get(SUBCATEGORIES).json()["results"] == [public]
    assert client.get(f"{SUBCATEGORIES}{criterion.pk}/").json() == public


def test_instructors_read_the_marking_instructions(client_for, criterion, question):
    client, category = client_for("instructor"), criterion.category
    row = {
        "id": criterion.pk,
        "name": criterion.name,
        "marking_instructions": "SECRET instructions",
        "category_id": category.pk,
        **PLAIN_SCALE,
    }
    assert client.get(f"{SUBCATEGORIES}{criterion.pk}/").json() == row
    assert client.get(CATEGORIES).json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {"id": category.pk, "name": category.name, "total_required_to_pass": 2, "subcategories": [row]},
        ],
    }
    assert client.get(QUESTIONS).json()["results"] == [
        {"id": question.pk, "question": "SECRET question?", "scenario_id": question.scenario_id}
    ]


# Writing


def test_a_rubric_is_made_changed_and_deleted(client_for):
    client = client_for("instructor")
    category = client.post(CATEGORIES, {"name": "Opening", "total_required_to_pass": 3}).json()
    assert category == {
        "id": category["id"],
        "name": "Opening",
        "total_required_to_pass": 3,
        "subcategories": [],
    }
    sent = {"name": "Says their name", "marking_instructions": "2: name and role", "category_id": category["id"]}
    criterion = client.post(SUBCATEGORIES, sent).json()
    assert criterion == {"id": criterion["id"], **sent, **PLAIN_SCALE}
    changed = client.patch(f"{SUBCATEGORIES}{criterion['id']}/", {"name": "Introduces themselves"}).json()
    assert client.get(f"{CATEGORIES}{category['id']}/").json()["subcategories"] == [changed]
    put = client.put(f"{CATEGORIES}{category['id']}/", {"name": "Start", "total_required_to_pass": 0}).json()
    assert (put["name"], put["total_required_to_pass"], put["subcategories"]) == ("Start", 0, [changed])
    assert client.delete(f"{CATEGORIES}{category['id']}/").status_code == 204
    assert everything()[:2] == [[], []]


def test_a_question_appears_in_its_scenario(client_for):
    scenario = AssistantScenarioFactory()
    client = client_for("instructor")
    question = client.post(QUESTIONS, {"question": "Did they wash their hands?", "scenario_id": scenario.pk}).json()
    assert question["scenario_id"] == scenario.pk
    assert client.get(f"/api/v2/scenarios/{scenario.pk}/").json()["rubrics"] == ["Did they wash their hands?"]


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        (CATEGORIES, {"name": ""}, "name"),
        (CATEGORIES, {"name": None}, "name"),
        (CATEGORIES, {"name": "x" * 256}, "name"),
        (CATEGORIES, {"total_required_to_pass": -1}, "total_required_to_pass"),
        (CATEGORIES, {"total_required_to_pass": 2**31}, "total_required_to_pass"),
        (CATEGORIES, {"total_required_to_pass": 1.5}, "total_required_to_pass"),
        (CATEGORIES, {"total_required_to_pass": True}, "total_required_to_pass"),
        (CATEGORIES, {"total_required_to_pass": None}, "total_required_to_pass"),
        (CATEGORIES, {"total_required_to_pass": "many"}, "total_required_to_pass"),
        (SUBCATEGORIES, {"marking_instructions": ""}, "marking_instructions"),
        (SUBCATEGORIES, {"name": "x" * 256}, "name"),
        (SUBCATEGORIES, {"category_id": 10**9}, "category_id"),
        (SUBCATEGORIES, {"category_id": 10**30}, "category_id"),
        (SUBCATEGORIES, {"category_id": -1}, "category_id"),
        (SUBCATEGORIES, {"category_id": 1.5}, "category_id"),
        (SUBCATEGORIES, {"category_id": True}, "category_id"),
        (SUBCATEGORIES, {"category_id": None}, "category_id"),
        (SUBCATEGORIES, {"category_id": "first"}, "category_id"),
        (SUBCATEGORIES, {"category_id": [1]}, "category_id"),
        (QUESTIONS, {"question": " "}, "question"),
        (QUESTIONS, {"scenario_id": 10**9}, "scenario_id"),
        (QUESTIONS, {"scenario_id": {}}, "scenario_id"),
    ],
)
def test_a_refused_row_names_the_field_and_leaves_nothing_behind(path, sent, field, client_for):
    good = {
        CATEGORIES: {"name": "Opening", "total_required_to_pass": 1},
        SUBCATEGORIES: {"name": "Asks", "marking_instructions": "2: asks", "category_id": CategoryFactory().pk},
        QUESTIONS: {"question": "Well?", "scenario_id": AssistantScenarioFactory().pk},
    }[path]
    before = everything()
    answer = client_for("instructor").post(path, good | sent)
    assert answer.status_code == 400, answer.json()
    assert list(answer.json()["fields"]) == [field]
    assert everything() == before
    assert client_for("instructor").post(path, good).status_code == 201


def test_an_old_row_that_breaks_the_rules_stays_editable_and_no_new_one_may(client_for):
    category = CategoryFactory(total_required_to_pass=-5)
    criterion = SubCategoryFactory(category=category, marking_instructions="")
    client = client_for("instructor")
    path = f"{CATEGORIES}{category.pk}/"
    answer = client.put(path, {"name": "Renamed", "total_required_to_pass": -5})
    assert (answer.status_code, answer.json()["name"]) == (200, "Renamed")
    assert answer.json()["total_required_to_pass"] == -5
    assert client.put(path, {"name": "Again", "total_required_to_pass": -4}).status_code == 400
    assert client.put(path, {"name": "Again"}).status_code == 400
    sent = {"name": "Renamed", "marking_instructions": "", "category_id": category.pk}
    assert client.put(f"{SUBCATEGORIES}{criterion.pk}/", sent).status_code == 200
    assert client.put(f"{SUBCATEGORIES}{criterion.pk}/", sent | {"marking_instructions": " "}).status_code == 400
    assert client.patch(path, {"total_required_to_pass": 1}).json()["total_required_to_pass"] == 1
    assert client.patch(path, {"total_required_to_pass": True}).status_code == 400


# Finding


def test_criteria_are_found_by_category_and_questions_by_scenario(client_for, criterion, question):
    SubCategoryFactory()
    RubricQuestionFactory()
    client = client_for("instructor")
    for path, row in (
        (f"{SUBCATEGORIES}?category_id={criterion.category_id}", criterion),
        (f"{QUESTIONS}?scenario_id={question.scenario_id}", question),
    ):
        assert [found["id"] for found in client.get(path).json()["results"]] == [row.pk]
    assert client.get(f"{SUBCATEGORIES}?category_id=999999999").json()["count"] == 0
    assert client.get(f"{SUBCATEGORIES}?category_id={2**31 - 1}").json()["count"] == 0
    assert client.get(f"{SUBCATEGORIES}?category_id={10**30}").status_code == 400
    assert client.get(f"{SUBCATEGORIES}?category_id=first").status_code == 400


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("who", "path", "queries"),
    [
        ("instructor", CATEGORIES, 3),
        ("student", CATEGORIES, 3),
        ("instructor", SUBCATEGORIES, 2),
        ("student", SUBCATEGORIES, 2),
        ("instructor", QUESTIONS, 2),
    ],
)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    rows, who, path, queries, client_for, django_assert_num_queries
):
    SubCategoryFactory.create_batch(rows)
    RubricQuestionFactory.create_batch(rows)
    client = client_for(who)
    with django_assert_num_queries(queries):  # the caller, the page, its criteria
        assert client.get(path).json()["count"] == rows


@pytest.mark.parametrize("path", [CATEGORIES, SUBCATEGORIES, QUESTIONS])
def test_addresses_work_without_their_last_slash(path, client_for):
    assert client_for("instructor").get(path.rstrip("/")).status_code == 200
