"""Totals of usage: permissions, sums and filters."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from apps.openai_integration.models import Usage
from apps.openai_integration.tests.factories import EvaluationFactory, RunFactory, ThreadFactory

TOTALS = "/api/v2/usage/totals/"
pytestmark = pytest.mark.django_db


def call(*, at: int = 1, **values: Any) -> Usage:
    """A usage record of a day in January 2026."""
    row = Usage.objects.create(**{"model": "m-1", "outcome": Usage.ANSWERED, **values})
    Usage.objects.filter(pk=row.pk).update(created_at=datetime(2026, 1, at, 12, tzinfo=UTC))
    return row


@pytest.fixture
def calls() -> dict[str, Any]:
    """Two runs of two students, one of them with two calls, and an evaluation for the first student."""
    run, other = RunFactory(), RunFactory()
    evaluation = EvaluationFactory(thread=run.thread)
    call(run=run, outcome="timeout", latency_ms=30_000)
    call(run=run, input_tokens=100, cached_tokens=40, output_tokens=10, latency_ms=1000)
    call(run=other, at=2, model="m-2", input_tokens=50, output_tokens=5, latency_ms=3000)
    call(evaluation=evaluation, at=2, input_tokens=1000, output_tokens=200, latency_ms=5000)
    call(run=other, at=3, outcome=Usage.BEGUN)
    return {"run": run, "other": other}


def test_totals_add_up(client_for, calls: dict[str, Any]) -> None:
    totals = client_for("instructor").get(TOTALS).json()
    assert {name: value for name, value in totals.items() if not name.startswith("by_")} == {
        "calls": 5,
        "failed_calls": 1,
        "input_tokens": 1150,
        "cached_tokens": 40,
        "output_tokens": 215,
        "mean_latency_ms": 3000.0,
        "p95_latency_ms": 5000,
    }
    counted = {
        name: {group["value"]: group["calls"] for group in totals[f"by_{name}"]} for name in ("model", "outcome")
    }
    assert counted == {"model": {"m-1": 4, "m-2": 1}, "outcome": {"answered": 3, "begun": 1, "timeout": 1}}
    tokens = {group["value"]: group["input_tokens"] for group in totals["by_purpose"]}
    assert tokens == {"turn": 150, "marking": 1000}
    assert [(group["value"], group["calls"]) for group in totals["by_day"]] == [
        ("2026-01-01", 2),
        ("2026-01-02", 2),
        ("2026-01-03", 1),
    ]


def test_what_previews_cost_is_told_apart(client_for, calls: dict[str, Any]) -> None:
    preview = ThreadFactory(student=calls["run"].thread.student, preview=True)
    call(run=RunFactory(thread=preview), input_tokens=7)
    call(evaluation=EvaluationFactory(thread=preview), input_tokens=2)
    totals = client_for("instructor").get(TOTALS).json()
    tokens = {group["value"]: group["input_tokens"] for group in totals["by_purpose"]}
    assert tokens == {"turn": 150, "marking": 1000, "preview": 9}
    assert totals["input_tokens"] == 1159


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ("since=2026-01-02T00:00:00Z", 3),
        ("until=2026-01-02T00:00:00Z", 2),
        ("student_id={student}", 3),
        ("activity_id={activity}&since=2026-01-02T00:00:00Z", 1),
        ("scenario_id={scenario}", 3),
        ("student_id=999999", 0),
    ],
)
def test_totals_can_be_filtered(client_for, calls: dict[str, Any], narrowed: str, count: int) -> None:
    thread = calls["run"].thread
    query = narrowed.format(student=thread.student_id, activity=thread.activity_id, scenario=thread.scenario_id)
    assert client_for("instructor").get(f"{TOTALS}?{query}").json()["calls"] == count


@pytest.mark.parametrize(
    "query", ["since=yesterday", "student_id=x", "student_id=-1", "activity_id=1e5000", "nobody=1", "until=%00"]
)
def test_invalid_filters_are_rejected_by_name(client_for, query: str) -> None:
    refused = client_for("instructor").get(f"{TOTALS}?{query}")
    assert refused.status_code == 400
    if query != "until=%00":
        assert refused.json()["detail"].startswith(query.partition("=")[0] + ": ")


def test_p95_is_the_latency_of_the_19th_of_20_answers(client_for) -> None:
    run = RunFactory()
    for latency in (*range(200, 2001, 200), *range(100, 2000, 200)):
        call(run=run, latency_ms=latency)
    call(run=run, model="m-2", latency_ms=7)
    call(run=run, outcome="timeout", latency_ms=60_000)
    totals = client_for("instructor").get(TOTALS).json()
    assert {group["value"]: group["p95_latency_ms"] for group in totals["by_model"]} == {"m-1": 1900, "m-2": 7}
    by_outcome = {group["value"]: group["p95_latency_ms"] for group in totals["by_outcome"]}
    assert by_outcome == {"answered": 1900, "timeout": None}


@pytest.mark.parametrize(
    ("who", "status"),
    [("anonymous", 401), ("student", 403), ("unapproved", 403), ("instructor", 200), ("admin", 200)],
)
def test_who_may_see_totals(client_for, who: str, status: int) -> None:
    assert client_for(who).get(TOTALS).status_code == status


def test_totals_take_a_fixed_number_of_queries(client_for, calls: dict[str, Any], django_assert_num_queries) -> None:
    client = client_for("instructor")
    with django_assert_num_queries(6):
        client.get(TOTALS)


def test_the_admin_page_shows_totals_of_the_filtered_calls(client, instructor, calls: dict[str, Any]) -> None:
    client.force_login(instructor)
    page = reverse("admin:openai_integration_usage_changelist")
    assert "5 calls, 1 of them failed." in " ".join(client.get(page).content.decode().split())
    narrowed = client.get(page, {"model__exact": "m-2"}).content.decode()
    assert "1 calls, 0 of them failed." in " ".join(narrowed.split())
