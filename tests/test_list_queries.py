"""The SQL that lists are read by: what Django would read, and no more rows than are shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.test.utils import CaptureQueriesContext

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.core.list_queries import RelatedRows
from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory

pytestmark = pytest.mark.django_db


class RowCount:
    """Counts the rows that the database hands out, as a wrapper of its queries."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        self.rows += max(context["cursor"].rowcount, 0)
        return result


def teaching(number: int) -> None:
    """A patient with two tags and two questions, and an exercise on it with a category of two criteria."""
    scenario, category = AssistantScenarioFactory(), CategoryFactory(total_required_to_pass=number)
    for factory in (TagFactory, RubricQuestionFactory):
        factory.create_batch(2, scenario=scenario)
    SubCategoryFactory.create_batch(2, category=category)
    ActivityFactory(pre_brief=f"Brief {number}", character=scenario, categories=[category])


# A list, ordered so that the two rows of its page were made first and last > the rows that such a page is made of: its
# own, those that belong to them, and one each for the caller and the count.
FAR_PAGES = {
    "scenarios/?ordering=role&page_size=2": 3 + 8 + 2,
    "categories/?ordering=name&page_size=2": 3 + 4 + 2,
    "activities/?ordering=pre_brief&page_size=2": 3 + 4 + 2,
}


@pytest.mark.parametrize(("path", "budget"), FAR_PAGES.items())
def test_a_page_of_two_far_rows_reads_none_of_those_between(path: str, budget: int, client_for) -> None:
    for number in range(12):
        teaching(number)
    for model, field in ((AssistantScenario, "role"), (Category, "name"), (Activity, "pre_brief")):
        ends = [model.objects.earliest("id").pk, model.objects.latest("id").pk]
        model.objects.filter(pk__in=ends).update(**{field: "A first one"})
    client = client_for("instructor")
    count = RowCount()
    with connection.execute_wrapper(count):
        page = client.get(f"/api/v2/{path}").json()["results"]
    assert page[1]["id"] - page[0]["id"] == 11
    assert all(len(row.get("tags", row.get("subcategories", "12"))) == 2 for row in page)
    assert count.rows <= budget


def test_related_rows_are_found_for_any_ids_and_none_for_none() -> None:
    tags = TagFactory.create_batch(2)
    related = RelatedRows("scenario_id", Tag.objects.order_by("id").values("scenario_id", "tag"))
    mine = [{"scenario_id": tags[0].scenario_id, "tag": tags[0].tag}]
    found = related.of([tags[0].scenario_id, 2**31 - 1, tags[0].scenario_id])
    assert (found[tags[0].scenario_id], found[2**31 - 1], found[tags[1].scenario_id]) == (mine, [], [])
    assert related.of(range(1, 2000))[tags[1].scenario_id][0]["tag"] == tags[1].tag
    with CaptureQueriesContext(connection) as queries:
        assert related.of([])[tags[0].scenario_id] == []
    assert len(queries) == 0


def test_related_rows_are_found_on_sqlite_too(monkeypatch) -> None:
    """A first look at the project needs no PostgreSQL."""
    sqlite = SQLite({**connection.settings_dict, "NAME": ":memory:", "OPTIONS": {}})
    monkeypatch.setattr("apps.core.list_queries.connection", sqlite)
    with sqlite.cursor() as cursor:
        cursor.execute("CREATE TABLE assistant_tags (id integer, tag text, scenario_id integer)")
        cursor.execute("INSERT INTO assistant_tags VALUES (1, 'chest', 5), (2, 'ward', 6), (3, 'first year', 7)")
    related = RelatedRows("scenario_id", Tag.objects.order_by("id").values("scenario_id", "tag"))
    assert {pk: [row["tag"] for row in rows] for pk, rows in related.of([5, 7, 8]).items()} == {
        5: ["chest"],
        7: ["first year"],
    }
    sqlite.close()
