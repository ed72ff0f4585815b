"""Categories and their criteria, written in one request."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.assessments.models import Category, SubCategory
from apps.assessments.tests.factories import PLAIN_SCALE, SubCategoryFactory

pytestmark = pytest.mark.django_db

CATEGORIES = "/api/v2/categories/"


@pytest.fixture
def criterion() -> SubCategory:
    return SubCategoryFactory()


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (Category, SubCategory)]


def test_a_category_is_created_with_its_criteria_in_one_request(client_for):
    criteria = [{"name": "Opens", "marking_instructions": "2: opens"}, {"name": "Ends", "marking_instructions": "1: x"}]
    sent = {"name": "Start", "total_required_to_pass": 2, "subcategories": criteria}
    made = client_for("instructor").post(CATEGORIES, sent)
    assert made.status_code == 201
    body = made.json()
    assert [{**one, "id": 0, "category_id": 0} for one in body["subcategories"]] == [
        {**one, "id": 0, "category_id": 0, **PLAIN_SCALE} for one in criteria
    ]
    assert {one["category_id"] for one in body["subcategories"]} == {body["id"]}
    assert client_for("instructor").get(f"{CATEGORIES}{body['id']}/").json() == body


def test_a_list_of_criteria_replaces_the_stored_ones(client_for, criterion):
    client, category = client_for("instructor"), criterion.category
    gone = SubCategoryFactory(category=category)
    new = {"name": "New", "marking_instructions": "2: all"}
    sent = {"subcategories": [{"id": criterion.pk, "name": "Changed"}, new]}
    body = client.patch(f"{CATEGORIES}{category.pk}/", sent).json()
    assert [one["name"] for one in body["subcategories"]] == ["Changed", "New"]
    assert body["subcategories"][0] == {
        "id": criterion.pk, "name": "Changed", "marking_instructions": criterion.marking_instructions,
        "category_id": category.pk, **PLAIN_SCALE,
    }  # fmt: skip
    assert not SubCategory.objects.filter(pk=gone.pk).exists()
    # Criteria stay if they are left out, and if they are sent back unchanged.
    assert (
        client.patch(f"{CATEGORIES}{category.pk}/", {"name": "Other"}).json()["subcategories"] == body["subcategories"]
    )
    whole = client.get(f"{CATEGORIES}{category.pk}/").json()
    assert client.put(f"{CATEGORIES}{category.pk}/", whole).json() == whole
    assert client.patch(f"{CATEGORIES}{category.pk}/", {"subcategories": []}).json()["subcategories"] == []


def test_an_invalid_criterion_is_named_and_nothing_is_written(client_for, criterion):
    client, other = client_for("instructor"), SubCategoryFactory()
    good = {"name": "New", "marking_instructions": "2: all"}
    before = everything()
    for wrong, place in (
        ({"name": "", "marking_instructions": "x"}, "subcategories.1.name"),
        ({"name": "New"}, "subcategories.1.marking_instructions"),
        ({"id": other.pk, "name": "Taken over"}, "subcategories.1.id"),
        ({"id": "x", **good}, "subcategories.1.id"),
        ({"id": True, **good}, "subcategories.1.id"),
        ({"id": 10**30, **good}, "subcategories.1.id"),
        ("no object", "subcategories.1"),
    ):
        sent = {"name": "Changed", "subcategories": [good, wrong]}
        answer = client.patch(f"{CATEGORIES}{criterion.category_id}/", sent)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [place]), wrong
    twice = {"subcategories": [{"id": criterion.pk}, {"id": criterion.pk}]}
    answer = client.patch(f"{CATEGORIES}{criterion.category_id}/", twice)
    assert list(answer.json()["fields"]) == ["subcategories"]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_do_not_mix_their_criteria(client_for, criterion):
    client, path = client_for("instructor"), f"{CATEGORIES}{criterion.category_id}/"

    def write(number: int) -> int:
        new = {"name": f"New {number}", "marking_instructions": "2: all"}
        sent = {"subcategories": [{"id": criterion.pk, "name": f"Changed {number}"}, new]}
        try:
            return client.patch(path, sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(write, range(4))) == {200}
    names = SubCategory.objects.order_by("pk").values_list("name", flat=True)
    assert [name.split()[0] for name in names] == ["Changed", "New"]
    assert len({name.split()[1] for name in names}) == 1
