"""How many queries each address costs.

Every line of tests/permissions is counted. One that is read needs nothing here, one that is written a number.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.models import ReplyReport, Thread, Usage
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.tests.factories import UserFactory
from tests.annotations import APIResponse
from tests.permissions.rows import OLD, V2, Row, rows_of, undone
from tests.permissions.world import World, make_world

pytestmark = pytest.mark.django_db
SURFACES = [pytest.param(V2, id="v2"), pytest.param(OLD, id="old", marks=pytest.mark.old_api)]
LIST, DETAIL = 5, 6
# Reads of more than one thing.
READS = {"GET scenarios/export/?ids={scenario}": 8}
WRITES = {
    "POST auth/login/": 7,
    "POST auth/register/": 9,
    "POST auth/refresh/": 10,
    "POST auth/logout/": 9,
    "POST auth/password/change/": 11,
    "POST auth/password-reset/": 1,
    "POST auth/password-reset/confirm/": 11,
    "PATCH users/me/": 4,
    "PATCH users/{owner}/": 4,
    "POST users/{claims_instructor}/approve-role/": 9,
    "POST scenarios/": 16,
    "PUT scenarios/{scenario}/": 18,
    "PATCH scenarios/{scenario}/": 12,
    "DELETE scenarios/{scenario}/": 25,
    "POST scenarios/check/": 2,
    "PUT scenarios/{scenario}/picture/": 6,
    "DELETE scenarios/{scenario}/picture/": 6,
    "POST scenarios/import/": 14,
    "POST scenarios/{scenario}/duplicate/": 24,
    "POST scenarios/{scenario}/archive/": 14,
    "POST scenarios/{archived}/restore/": 12,
    "POST scenarios/{scenario}/versions/{version}/restore/": 14,
    "POST scenarios/{disabled}/enable/": 10,
    "POST scenarios/{scenario}/disable/": 10,
    "POST tags/": 4,
    "PUT tags/{tag}/": 5,
    "PATCH tags/{tag}/": 5,
    "DELETE tags/{tag}/": 5,
    "POST categories/": 7,
    "PUT categories/{category}/": 6,
    "PATCH categories/{category}/": 6,
    "DELETE categories/{category}/": 10,
    "POST subcategories/": 4,
    "PUT subcategories/{criterion}/": 5,
    "PATCH subcategories/{criterion}/": 5,
    "DELETE subcategories/{criterion}/": 5,
    "POST rubric-questions/": 4,
    "PUT rubric-questions/{question}/": 5,
    "PATCH rubric-questions/{question}/": 5,
    "DELETE rubric-questions/{question}/": 5,
    "POST activities/": 14,
    "PUT activities/{activity}/": 9,
    "PATCH activities/{activity}/": 8,
    "DELETE activities/{activity}/": 10,
    "POST threads/": 7,
    "POST threads/{thread}/forks/": 15,
    "PUT messages/{reply}/report/": 6,
    "DELETE messages/{reply}/report/": 4,
    "POST reply-reports/{report}/seen/": 4,
    "POST threads/{thread}/runs/": 17,  # the first also freezes the rubric, with 4
    "POST runs/{open_run}/cancel/": 8,
    "POST evaluations/{evaluation}/marks/{mark}/override/": 12,
    "POST evaluations/{evaluation}/review/": 12,
    "POST evaluations/{evaluation}/again/": 14,
    "POST threads/{thread}/evaluations/": 11,
}
OLD_WRITES = {
    "POST login": 4,
    "POST create_users": 4,
    "POST scenarios": 7,
    "PUT scenarios/{scenario}": 9,
    "DELETE scenarios/{scenario}": 25,
    "PUT scenarios/{disabled}/enable": 7,
    "PUT scenarios/{scenario}/disable": 7,
    "DELETE delete_all": 27,
    "POST scenarios/{scenario}/rubric_questions": 5,
    "PUT rubric_questions/{question}": 5,
    "DELETE rubric_questions/{question}": 5,
    "POST categories": 4,
    "DELETE categories/{category}": 10,
    "POST rubrics": 5,
    "DELETE rubrics/{criterion}": 5,
    "POST activities": 7,
    "DELETE activities/{activity}": 10,
    "POST threads": 4,
    "POST threads/run": 16,
    "POST threads/{thread}/messages": 9,
    "POST activities/{activity}/rubric_assessment": 11,
    "POST scenarios/{activity}/rubric_responses": 10,
}
# What a write costs for each further one of its parts.
PARTS = {
    "POST scenarios/": 0,  # tags and questions
    "PUT scenarios/{scenario}/": 0,
    "POST categories/": 0,  # criteria
    "PUT categories/{category}/": 0,
    "POST activities/": 0,  # categories
    "PUT activities/{activity}/": 0,
}
# In a test that is itself a transaction these take the place of a request's own.
TRANSACTION = re.compile(r"(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def grow(world: World, rows: int) -> None:
    """So many more of everything that a list shows, and of everything that one of it holds."""
    scenario = AssistantScenario.objects.get(pk=world.ids["scenario"])
    activity = Activity.objects.get(pk=world.ids["activity"])
    category = Category.objects.get(pk=world.ids["category"])
    thread = Thread.objects.get(pk=world.ids["thread"])
    for _ in range(rows):
        UserFactory.create()
        grow_teaching(scenario, activity, category)
        ThreadFactory.create(student=thread.student, activity=activity)
        said = MessageFactory.create(thread=thread)
        run = RunFactory.create(thread=thread, user_message=said, status="completed")
        reply = MessageFactory.create(thread=thread, run=run, role="assistant")
        ReplyReport.objects.create(message=reply)
        EvaluationFactory.create(thread=thread, status="completed", released_at=thread.created_at)
        Usage.objects.create(run=run, model=f"model {said.pk}", outcome=Usage.ANSWERED)
    MessageFactory.create(thread=thread)


def grow_teaching(scenario: AssistantScenario, activity: Activity, category: Category) -> None:
    """One more of each, and on each of these."""
    another = AssistantScenarioFactory.create()
    for patient in (scenario, another):
        TagFactory.create(scenario=patient)
        RubricQuestionFactory.create(scenario=patient)
    # Each state of it is a version.
    scenario.communication_preferences = f"Manner {another.pk}"
    scenario.save()
    group = CategoryFactory.create()
    for one in (category, group):
        SubCategoryFactory.create(category=one)
    activity.set_categories([*activity.categories.all(), group])
    ActivityFactory.create(character=another, categories=[category, group])


def counted(row: Row, world: World, who: str, **query: int) -> tuple[int, APIResponse]:
    """How many queries an answer took, the caller's own row included."""
    with undone(), CaptureQueriesContext(connection) as queries:
        answer = row.ask(world, who, **query)
    return sum(not TRANSACTION.match(query["sql"]) for query in queries), answer


def queries_of_reads(
    sections: Mapping[str, list[Row]], world: World
) -> dict[tuple[str, str, int], tuple[int, int | None]]:
    """(line, who, page size) > its queries, and how many rows it showed; None where it is no list."""
    found = {}
    for row, who in itertools.product(rows_of(sections), ("owner", "admin")):
        if row.method != "GET" or row.answers.get(who, row.answers["student"]) != "200":
            continue
        queries, answer = counted(row, world, who)
        if length_of(answer) is None or row.prefix == "/api/":
            found[row.name, who, 0] = queries, length_of(answer)
            continue
        for size in (2, 500):
            queries, answer = counted(row, world, who, page_size=size)
            found[row.name, who, size] = queries, length_of(answer)
    return found


def length_of(answer: APIResponse) -> int | None:
    """How many rows it shows; None for what is no list."""
    if not answer.headers["Content-Type"].startswith("application/json"):
        return None
    body = answer.json()
    rows = body.get("results") if isinstance(body, dict) else body
    return None if rows is None else len(rows)


@pytest.mark.parametrize("sections", SURFACES)
def test_what_is_read_costs_the_same_few_queries_for_many_rows_as_for_few(
    sections: Mapping[str, list[Row]], world: World
) -> None:
    grow(world, 2)
    few = queries_of_reads(sections, world)
    grow(world, 27)
    many = queries_of_reads(sections, world)
    short = [line for line, (_, shown) in many.items() if shown is not None and shown < 30 and line[2] != 2]
    assert [line for line in short if not re.search("{(archived|disabled|other_thread)}", line[0])] == []
    grown = {line: (few[line][0], queries) for line, (queries, _) in many.items() if queries != few[line][0]}
    assert grown == {}
    over = {
        line: queries
        for line, (queries, shown) in many.items()
        if queries > READS.get(line[0], DETAIL if shown is None else LIST)
    }
    assert over == {}


@pytest.mark.parametrize(
    ("sections", "budget"),
    [pytest.param(V2, WRITES, id="v2"), pytest.param(OLD, OLD_WRITES, id="old", marks=pytest.mark.old_api)],
)
def test_what_is_written_costs_no_more_queries_than_it_may(
    sections: Mapping[str, list[Row]], budget: dict[str, int], world: World
) -> None:
    costs = queries_of_writes(sections, world)
    assert costs.keys() == budget.keys()
    over = {line: f"{queries}, and may {budget[line]}" for line, queries in costs.items() if queries > budget[line]}
    assert over == {}


def queries_of_writes(sections: Mapping[str, list[Row]], world: World) -> dict[str, int]:
    """Line > its queries, asked by the first who may."""
    found = {}
    for row in rows_of(sections):
        if row.method != "GET":
            may = next(who for who, status in row.askers() if who != "nobody" and status < "400")
            found[row.name], answer = counted(row, world, may)
            assert answer.status_code < 400, row.name
    return found


def test_what_is_written_with_many_parts_costs_little_more_than_with_one(world: World) -> None:
    costs = {line: costs_of_parts(line, world) for line in PARTS}
    over = {
        line: f"{many} for ten parts, {one} for one"
        for line, (one, many) in costs.items()
        if many > one + 9 * PARTS[line]
    }
    assert over == {}


def costs_of_parts(line: str, world: World) -> tuple[int, int]:
    """Queries of a write with one new part in each of its lists, and with ten."""
    row = next(row for row in rows_of(V2) if row.name == line)
    categories = [CategoryFactory.create().pk for _ in range(10)]
    criteria = [{"name": f"Criterion {number}", "marking_instructions": "2: asks."} for number in range(10)]
    words = [f"word {number}" for number in range(10)]
    lists: dict[str, dict[str, list[Any]]] = {
        "scenarios": {"tags": words, "rubrics": words},
        "categories": {"subcategories": criteria},
    }
    parts = lists.get(row.path.partition("/")[0], {"categories": categories})
    one, many = (counted(replace(row, bodies=with_parts(row, parts, number)), world, "admin") for number in (1, 10))
    assert {one[1].status_code, many[1].status_code} <= {200, 201}
    return one[0], many[0]


def with_parts(row: Row, parts: dict[str, list[Any]], number: int) -> Callable[[World, str], dict[str, dict[str, Any]]]:
    def bodies(world: World, who: str) -> dict[str, dict[str, Any]]:
        body = row.bodies(world, who)[row.name]
        return {row.name: body | {name: values[:number] for name, values in parts.items()}}

    return bodies
