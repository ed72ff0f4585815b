"""Categories and their criteria ("rubrics") at the old addresses."""

import pytest

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, SubCategory
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client_for):
    return client_for("instructor")


@pytest.fixture
def criterion() -> SubCategory:
    return SubCategoryFactory(name="Smoking", marking_instructions="Asks how much.")


@pytest.mark.parametrize("new", [{}, {"id": ""}, {"id": None}, {"id": 0}])
def test_a_category_without_an_id_is_new(new, author):
    answer = author.post("/api/categories", {**new, "name": " Opening ", "total_required_to_pass": "3"})
    category = Category.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"message": "Category saved", "id": category.pk})
    assert author.get("/api/categories").json() == [
        {"id": category.pk, "name": " Opening ", "total_required_to_pass": 3, "subcategories": []}
    ]


@pytest.mark.parametrize("as_text", [True, False])
def test_a_category_that_was_read_is_changed_by_sending_its_whole_row(as_text, author, criterion):
    row = author.get("/api/categories").json()[0]
    pk = str(row["id"]) if as_text else row["id"]
    body = row | {"id": pk, "name": "Opening", "total_required_to_pass": 0, "subcategories": [], "rubrics": []}
    answer = author.post("/api/categories", body)
    assert (answer.status_code, answer.json()) == (200, {"message": "Category saved", "id": row["id"]})
    assert author.get("/api/categories").json() == [row | {"name": "Opening", "total_required_to_pass": 0}]


@pytest.mark.parametrize(
    "body",
    [{"name": "x"}, {"total_required_to_pass": 1}, {"name": "", "total_required_to_pass": 1},
     {"name": "x", "total_required_to_pass": ""}, {"name": None, "total_required_to_pass": None}, {}],
)  # fmt: skip
def test_a_category_without_a_name_or_a_pass_mark_is_400(body, author):
    answer = author.post("/api/categories", body)
    assert (answer.status_code, answer.json()) == (400, {"message": "Missing name or total_required_to_pass"})
    assert not Category.objects.exists()


@pytest.mark.parametrize("mark", ["abc", "1.5", 1.5, True, [], {}, 2**31, 10**300, "9" * 5000, "٣"])
def test_an_invalid_pass_mark_is_400_and_changes_nothing(mark, author):
    category = CategoryFactory(name="Opening", total_required_to_pass=2)
    for body in ({"id": category.pk}, {}):
        answer = author.post("/api/categories", {**body, "name": "x", "total_required_to_pass": mark})
        assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert Category.objects.values_list("name", "total_required_to_pass").get() == ("Opening", 2)


@pytest.mark.parametrize("name", [5, [], {}, "x" * 256, "a\0b"])
def test_a_name_too_long_for_its_column_is_400(name, author):
    answer = author.post("/api/categories", {"name": name, "total_required_to_pass": 1})
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert not Category.objects.exists()


@pytest.mark.parametrize(("mark", "stored"), [(-2, -2), (-1, -1), ("-3", -3)])
def test_a_negative_pass_mark_is_stored_as_flask_stored_it(mark, stored, author):
    category = CategoryFactory(total_required_to_pass=-2)
    body = {"name": "Renamed", "total_required_to_pass": mark}
    assert author.post("/api/categories", {**body, "id": category.pk}).status_code == 200
    assert author.post("/api/categories", body).status_code == 200
    assert list(Category.objects.values_list("name", "total_required_to_pass")) == [("Renamed", stored)] * 2


@pytest.mark.parametrize("pk", [999_999, "999999", 10**30, -1])
def test_an_unknown_category_or_criterion_is_404_with_flasks_message(pk, author, criterion):
    there = {"name": "x", "marking_instructions": "y", "category_id": criterion.category_id}
    for path, body, said in (
        ("categories", {"id": pk, "name": "x", "total_required_to_pass": 1}, "Category not found"),
        ("rubrics", {**there, "id": pk}, "Rubric not found"),
        ("rubrics", {**there, "category_id": pk}, "Category not found"),
    ):
        answer = author.post(f"/api/{path}", body)
        assert (answer.status_code, answer.json()) == (404, {"message": said})
    assert (Category.objects.count(), SubCategory.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [("delete", "categories/999999", "Category not found"), ("get", "categories/999999/rubrics", "Category not found"),
     ("delete", "rubrics/999999", "Rubric not found")],
)  # fmt: skip
def test_an_unknown_id_in_the_address_is_404_with_flasks_message(method, path, said, author):
    answer = getattr(author, method)(f"/api/{path}")
    assert (answer.status_code, answer.json()) == (404, {"message": said})


@pytest.mark.parametrize("as_text", [True, False])
def test_a_criterion_is_created_and_changed(as_text, author, criterion):
    other = CategoryFactory()
    body = {"id": "", "name": "Sleep", "marking_instructions": " Asks. ", "category_id": criterion.category_id}
    if as_text:
        body["category_id"] = str(body["category_id"])
    answer = author.post("/api/rubrics", body)
    pk = answer.json()["id"]
    assert (answer.status_code, answer.json()) == (200, {"message": "Rubric saved", "id": pk})
    listed = author.get(f"/api/categories/{criterion.category_id}/rubrics").json()
    assert [list(row) for row in listed] == [["id", "name", "marking_instructions", "category_id"]] * 2
    assert listed[1] == body | {"id": pk, "category_id": criterion.category_id}
    assert author.get("/api/categories").json()[0]["subcategories"] == listed
    assert author.post("/api/rubrics", listed[1] | {"category_id": other.pk, "name": "Pillows"}).status_code == 200
    moved = author.get(f"/api/categories/{other.pk}/rubrics").json()
    assert moved == [listed[1] | {"category_id": other.pk, "name": "Pillows"}]


@pytest.mark.parametrize("name", ["name", "marking_instructions", "category_id"])
@pytest.mark.parametrize("blank", ["", None, "missing"])
def test_the_first_blur_of_a_new_criterion_saves_nothing(name, blank, author, criterion):
    body = {"name": "Sleep", "marking_instructions": "Asks.", "category_id": criterion.category_id} | {name: blank}
    if blank == "missing":
        del body[name]
    for more in ({}, {"id": criterion.pk}):
        answer = author.post("/api/rubrics", {**body, **more})
        assert (answer.status_code, answer.json()) == (400, {"message": "Missing fields"})
    assert list(SubCategory.objects.values_list("name", "marking_instructions")) == [("Smoking", "Asks how much.")]


@pytest.mark.parametrize(
    "change", [{"category_id": "abc"}, {"category_id": [1]}, {"category_id": True}, {"id": "abc"}, {"id": []},
               {"name": 5}, {"marking_instructions": {}}],
)  # fmt: skip
def test_a_criterion_with_a_wrong_value_is_400(change, author, criterion):
    body = {"name": "Sleep", "marking_instructions": "Asks.", "category_id": criterion.category_id}
    answer = author.post("/api/rubrics", body | change)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert SubCategory.objects.count() == 1


def test_students_see_names_and_pass_marks_but_no_marking_instructions(author, client_for, criterion):
    path = f"/api/categories/{criterion.category_id}/rubrics"
    criteria, categories = author.get(path).json(), author.get("/api/categories").json()
    hidden = [row | {"marking_instructions": ""} for row in criteria]
    for who in ("student", "unapproved"):
        assert client_for(who).get(path).json() == hidden
        assert client_for(who).get("/api/categories").json() == [categories[0] | {"subcategories": hidden}]
    assert criteria[0]["marking_instructions"] == "Asks how much."


def test_deleting_a_category_in_use_deletes_its_criteria_and_keeps_the_activity(author, criterion):
    activity = ActivityFactory(categories=[criterion.category, kept := CategoryFactory()])
    answer = author.delete(f"/api/categories/{criterion.category_id}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Category deleted"})
    assert not SubCategory.objects.exists()
    assert [(row["id"], row["categories"]) for row in author.get("/api/activities").json()] == [
        (activity.pk, [kept.pk])
    ]


def test_deleting_a_criterion(author, criterion):
    answer = author.delete(f"/api/rubrics/{criterion.pk}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Rubric deleted"})
    assert author.get(f"/api/categories/{criterion.category_id}/rubrics").json() == []
