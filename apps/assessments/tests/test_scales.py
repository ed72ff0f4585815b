"""Scales of criteria: who may set which, in v2, on the admin pages, and in the database."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.assessments.models import RubricChange, SubCategory
from apps.assessments.tests.factories import PLAIN_SCALE, CategoryFactory, SubCategoryFactory
from apps.users.models import User
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db

SUBCATEGORIES, CATEGORIES = "/api/v2/subcategories/", "/api/v2/categories/"
WIDE = {
    "lowest_score": 1,
    "highest_score": 5,
    "levels": [{"score": 1, "text": "Does not listen."}, {"score": 5, "text": "SECRET level"}],
    "anchors": [{"score": 5, "text": "SECRET anchor"}, {"score": 5, "text": "You sound worried."}],
    "position": 3,
    "scope": "conversation",
}
TEN = [{"score": 10, "text": "All."}]


def stored(criterion: SubCategory) -> dict[str, Any]:
    return {name: getattr(SubCategory.objects.get(pk=criterion.pk), name) for name in PLAIN_SCALE}


def test_a_scale_is_written_and_read_with_its_criterion(client_for) -> None:
    client, category = client_for("instructor"), CategoryFactory()
    sent = {"name": "Listens", "marking_instructions": "How well.", "category_id": category.pk, **WIDE}
    written = client.post(SUBCATEGORIES, sent).json()
    assert written == {"id": written["id"], **sent}
    listed = client.get(f"{CATEGORIES}{category.pk}/").json()["subcategories"]
    assert listed == [written]
    nested = client.patch(f"{CATEGORIES}{category.pk}/", {"subcategories": [{"id": written["id"], "levels": []}]})
    assert nested.json()["subcategories"] == [{**written, "levels": []}]


def test_students_see_the_ends_of_a_scale_and_no_text(client_for) -> None:
    criterion = SubCategoryFactory(**WIDE)
    shown = client_for("student").get(f"{SUBCATEGORIES}{criterion.pk}/").json()
    assert shown == {
        "id": criterion.pk, "name": criterion.name, "category_id": criterion.category_id, "lowest_score": 1,
        "highest_score": 5,
    }  # fmt: skip
    lists = [client_for("student").get(path).content.decode() for path in (SUBCATEGORIES, CATEGORIES)]
    assert not any("SECRET" in text for text in lists)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"lowest_score": 2}, "highest_score"),
        ({"lowest_score": 5}, "highest_score"),
        ({"highest_score": 0}, "highest_score"),
        ({"highest_score": 11}, "highest_score"),
        ({"lowest_score": -1}, "lowest_score"),
        ({"highest_score": 2.5}, "highest_score"),
        ({"highest_score": True}, "highest_score"),
        ({"highest_score": None}, "highest_score"),
        ({"levels": TEN}, "levels"),
        ({"anchors": TEN}, "anchors"),
        ({"levels": [{"score": 1, "text": "a"}, {"score": 1, "text": "b"}]}, "levels"),
        ({"levels": [{"score": 1, "text": ""}]}, "levels.0.text"),
        ({"levels": [{"score": "one", "text": "a"}]}, "levels.0.score"),
        ({"levels": [{"score": 1}]}, "levels.0.text"),
        ({"levels": [{"score": 1, "text": "a", "colour": "b"}]}, "levels.0.colour"),
        ({"levels": {"1": "a"}}, "levels"),
        ({"levels": None}, "levels"),
        ({"anchors": [{"score": 1, "text": "a"}] * 23}, "anchors"),
        ({"anchors": [{"score": 1, "text": "x" * 1001}]}, "anchors.0.text"),
        ({"position": -1}, "position"),
        ({"position": 10**6}, "position"),
        ({"scope": "room"}, "scope"),
    ],
)
def test_a_scale_that_cannot_be_is_refused_and_changes_nothing(sent: dict[str, Any], field: str, client_for) -> None:
    criterion, client = SubCategoryFactory(), client_for("instructor")
    for path, body, place in (
        (f"{SUBCATEGORIES}{criterion.pk}/", sent, field),
        (
            f"{CATEGORIES}{criterion.category_id}/",
            {"subcategories": [{"id": criterion.pk, **sent}]},
            f"subcategories.0.{field}",
        ),
    ):
        answer = client.patch(path, body)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [place]), answer.json()
    assert stored(criterion) == PLAIN_SCALE


def test_a_part_of_a_scale_is_checked_with_the_stored_rest(client_for) -> None:
    criterion, client = SubCategoryFactory(**WIDE), client_for("instructor")
    path = f"{SUBCATEGORIES}{criterion.pk}/"
    refused = client.patch(path, {"highest_score": 4})
    assert set(refused.json()["fields"]) == {"levels", "anchors"}
    assert stored(criterion) == WIDE
    narrower = {"highest_score": 4, "levels": [], "anchors": []}
    assert client.patch(path, narrower).status_code == 200
    assert stored(criterion) == {**WIDE, **narrower}


def test_a_row_that_flask_inserts_has_the_old_scale() -> None:
    category = CategoryFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subcategories (name, marking_instructions, category_id) VALUES ('Old', '', %s)", [category.pk]
        )
    assert stored(SubCategory.objects.get()) == PLAIN_SCALE


def test_criteria_stand_by_position_and_then_by_age(client_for) -> None:
    category = CategoryFactory()
    last, second, first = (SubCategoryFactory(category=category, position=n) for n in (7, 1, 0))
    third = SubCategoryFactory(category=category, position=1)
    for who in ("instructor", "student"):
        shown = client_for(who).get(f"{CATEGORIES}{category.pk}/").json()["subcategories"]
        assert [one["id"] for one in shown] == [first.pk, second.pk, third.pk, last.pk]
    assert [one["id"] for one in client_for("student").get(SUBCATEGORIES).json()["results"]] == sorted(
        row.pk for row in (first, second, third, last)
    )


def test_the_history_has_the_scale(client_for) -> None:
    criterion = SubCategoryFactory()
    client_for("instructor").patch(f"{SUBCATEGORIES}{criterion.pk}/", WIDE)
    entry = RubricChange.objects.first()
    assert ({name: entry.before[name] for name in WIDE}, {name: entry.after[name] for name in WIDE}) == (
        PLAIN_SCALE,
        WIDE,
    )


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def page_of(criterion: SubCategory) -> str:
    return f"/admin/assessments/subcategory/{criterion.pk}/change/"


def test_texts_of_scores_are_typed_as_lines(teacher: Client) -> None:
    criterion = SubCategoryFactory()
    lines = {
        "levels": "1: Does not listen.\r\n5 : SECRET level",
        "anchors": "5: SECRET anchor\r\n5: You sound worried.",
    }
    rest = {name: str(WIDE[name]) for name in ("lowest_score", "highest_score", "position", "scope")}
    answer = submit(teacher, page_of(criterion), **lines, **rest)
    assert answer.redirect_chain, errors_of(answer)
    assert stored(criterion) == WIDE
    shown = teacher.get(page_of(criterion)).context["adminform"].form
    assert shown["levels"].value() == "1: Does not listen.\n5: SECRET level"
    submit(teacher, page_of(criterion), name="Renamed")
    assert stored(criterion) == WIDE
    assert teacher.get(f"/admin/assessments/subcategory/{criterion.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2 fully\n1 partly\n\n0 not", [(2, "fully"), (1, "partly"), (0, "not")]),
        ("2. fully\n0) not", [(2, "fully"), (0, "not")]),
        ("1 = asks\n0 – does not", [(1, "asks"), (0, "does not")]),
        ("2: two things, or\n1 that is done well\n0: none", [(2, "two things, or\n1 that is done well"), (0, "none")]),
    ],
)
def test_a_line_needs_no_colon_where_none_has_one(teacher: Client, typed: str, meant: list[tuple[int, str]]) -> None:
    criterion = SubCategoryFactory()
    answer = submit(teacher, page_of(criterion), levels=typed)
    assert answer.redirect_chain, errors_of(answer)
    criterion.refresh_from_db()
    assert [(level["score"], level["text"]) for level in criterion.levels] == meant


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"highest_score": "0"}, "must be higher than the lowest"),
        ({"highest_score": "11"}, "less than or equal to 10"),
        ({"levels": "asks"}, "Begin each line with the score"),
        ({"levels": "2:"}, "followed by a text"),
        ({"levels": "3: asks"}, "there is no score 3"),
        ({"levels": "2: a\n2: b"}, "has two texts"),
        ({"anchors": "9: a"}, "there is no score 9"),
    ],
)
def test_the_admin_page_says_what_is_wrong_with_a_scale(teacher: Client, typed: dict[str, str], problem: str) -> None:
    criterion = SubCategoryFactory()
    answer = submit(teacher, page_of(criterion), **typed)
    assert problem in errors_of(answer)
    assert stored(criterion) == PLAIN_SCALE


def test_a_category_shows_the_highest_total_of_its_scales(teacher: Client) -> None:
    category = CategoryFactory(total_required_to_pass=8)
    SubCategoryFactory(category=category, highest_score=5)
    SubCategoryFactory(category=category)
    [row] = teacher.get("/admin/assessments/category/").context["cl"].result_list
    assert row.highest_sum == 7
    answer = submit(teacher, f"/admin/assessments/category/{category.pk}/change/", name="Renamed")
    assert "the criteria below give 7 at most" in errors_of(answer)
