"""Lists filtered by the id of another row."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.tests.factories import ThreadFactory
from apps.scenarios.tests.factories import TagFactory
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

# list > its filters by id
FILTERS = {
    "tags": ["scenario_id"],
    "activities": ["character_id"],
    "subcategories": ["category_id"],
    "rubric-questions": ["scenario_id"],
    "threads": ["activity_id", "scenario_id", "student_id"],
}
FACTORIES: dict[str, Callable[[], Any]] = {
    "tags": TagFactory.create,
    "activities": ActivityFactory.create,
    "subcategories": SubCategoryFactory.create,
    "rubric-questions": RubricQuestionFactory.create,
    "threads": ThreadFactory.create,
}
EACH = [(path, name) for path, names in FILTERS.items() for name in names]
RUBBISH = ["-1e5000", "1e5000", "1e400", "1e3", "-1", "1.5", "NaN", "x", "true", str(2**31), "9" * 5000]


@pytest.mark.parametrize(("path", "name"), EACH)
def test_an_id_that_is_none_is_refused_and_the_filter_is_named(path: str, name: str, client_for: ClientFor) -> None:
    client = client_for("instructor")
    for value in RUBBISH:
        answer = client.get(f"/api/v2/{path}/?{name}={value}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), value
        assert list(answer.json()["fields"]) == [name]


@pytest.mark.parametrize(("path", "name"), EACH)
def test_an_id_finds_its_rows_and_no_others(path: str, name: str, client_for: ClientFor) -> None:
    wanted, _ = FACTORIES[path](), FACTORIES[path]()
    if path == "threads":
        wanted.activity = ActivityFactory.create(character=wanted.scenario)
        wanted.save()
    found = client_for("instructor").get(f"/api/v2/{path}/?{name}={getattr(wanted, name)}").json()
    assert [row["id"] for row in found["results"]] == [str(wanted.pk) if path == "threads" else wanted.pk]
