"""The SQL that lists are read by: what Django would read, and no more rows than are shown.

A test named for what Django reads fails where an upgrade of Django has changed its compiler, which is not public. The
docstring of CompiledQuery says what to do then.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.assessments.views import RubricQuestionViewSet
from apps.core.list_queries import CompiledQuery, RelatedRows
from apps.openai_integration.models import Thread
from apps.openai_integration.tests.factories import ThreadFactory
from apps.scenarios.models import AssistantScenario, ScenarioVersion, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor
from tests.projected_views import projected_views

pytestmark = pytest.mark.django_db


CHANGED = "Django's compiler is not what CompiledQuery takes it for; its docstring says what to do."
# What each kind of column is read by that a list has, and some that none has yet.
KINDS: dict[str, QuerySet[Any, Any]] = {
    "numbers, texts, NULL and yes or no": AssistantScenario.objects.values(
        "id", "scenario_text", "communication_preferences", "enable", "role"
    ),
    "keys of other rows": Tag.objects.values("id", "scenario_id"),
    "columns of other rows": Activity.objects.values("id", "character__scenario_text", "character__enable"),
    "columns under other names": Activity.objects.values("id", enabled=F("character__enable")),
    "casts": User.objects.values("email", joined=Cast("date_joined", TextField())),
    "times": User.objects.values("date_joined", "last_login", "is_active"),
    "columns with a converter": User.objects.values("id", "password"),
    "JSON": ScenarioVersion.objects.values("content", "number"),
    "UUIDs": Thread.objects.values("id", "student_id"),
    "another order": Category.objects.order_by("-name").values("id", "total_required_to_pass"),
    "a subquery": Tag.objects.filter(scenario__in=AssistantScenario.objects.filter(enable=True)).values("tag"),
}
LISTS = {
    f"{view.__name__} {kind}": getattr(view, kind)
    for view in projected_views()
    for kind in ("_whole", "_whole_for_students")
    if hasattr(view, kind) and (view, kind) != (RubricQuestionViewSet, "_whole_for_students")
}


@pytest.fixture
def filled(db: None) -> None:
    """Two of everything."""
    for number in range(2):
        teaching(number)
    AssistantScenario.objects.earliest("id").tags.all().delete()
    AssistantScenarioFactory.create(communication_preferences=None, enable=False)
    ThreadFactory.create(activity=Activity.objects.first())
    UserFactory.create(last_login=timezone.now(), date_joined=None)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", [*KINDS, *LISTS])
def test_compiled_queries_read_what_django_reads(name: str) -> None:
    query = LISTS[name] if name in LISTS else CompiledQuery(KINDS[name])
    queryset = query._queryset.all()
    rows = list(queryset)
    assert rows
    assert query.rows() == rows, CHANGED
    assert [list(row) for row in query.rows()] == [list(row) for row in rows], CHANGED
    assert [tuple(row) for row in query.tuples()] == [tuple(row.values()) for row in rows], CHANGED
    assert (query.rows(limit=1), query.count()) == (rows[:1], len(rows)), CHANGED


@pytest.mark.usefixtures("filled")
def test_compiled_queries_read_what_django_reads_for_any_parameters() -> None:
    query = CompiledQuery(Tag.objects.filter(scenario=0, tag="").values())
    tag = Tag.objects.latest("id")
    assert query.rows(tag.scenario_id, tag.tag) == list(Tag.objects.filter(pk=tag.pk).values()), CHANGED
    assert query.rows(tag.scenario_id, "another") == []
    assert query.rows() == []


class RowCount:
    """Counts the rows that the database hands out, as a wrapper of its queries."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        self.rows += max(context["cursor"].rowcount, 0)
        return result


def teaching(number: int) -> None:
    """A scenario with two tags and two questions, and an activity on it with a category of two criteria."""
    scenario, category = AssistantScenarioFactory.create(), CategoryFactory.create(total_required_to_pass=number)
    for factory in (TagFactory, RubricQuestionFactory):
        factory.create_batch(2, scenario=scenario)
    SubCategoryFactory.create_batch(2, category=category)
    ActivityFactory.create(pre_brief=f"Brief {number}", character=scenario, categories=[category])


# A list, ordered so that the two rows of its page were made first and last > the rows that such a page is made of: its
# own, those that belong to them, and one each for the caller and the count.
FAR_PAGES = {
    "scenarios/?ordering=role&page_size=2": 3 + 8 + 2,
    "categories/?ordering=name&page_size=2": 3 + 4 + 2,
    "activities/?ordering=pre_brief&page_size=2": 3 + 4 + 2,
}


@pytest.mark.parametrize(("path", "budget"), FAR_PAGES.items())
def test_a_page_of_two_far_rows_reads_none_of_those_between(path: str, budget: int, client_for: ClientFor) -> None:
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
    last = tags[1].scenario_id
    assert related.of(range(last - 1999, last + 1))[last][0]["tag"] == tags[1].tag
    with CaptureQueriesContext(connection) as queries:
        assert related.of([])[tags[0].scenario_id] == []
    assert len(queries) == 0


def test_related_rows_are_found_on_sqlite_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A first look at the project needs no PostgreSQL."""
    sqlite = SQLite({**connection.settings_dict, "NAME": tmp_path / "db.sqlite3", "OPTIONS": {}})
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
