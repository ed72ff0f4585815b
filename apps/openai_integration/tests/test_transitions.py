"""The database holds the rules of a job's state, whatever the code does."""

import itertools
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.openai_integration.models import Evaluation, Run
from apps.openai_integration.models.jobs import LeasedJob
from apps.openai_integration.tests.factories import EvaluationFactory, RunFactory

pytestmark = pytest.mark.django_db
MADE_BY = {Run: RunFactory, Evaluation: EvaluationFactory}
CHANGES = [
    (model, before, after) for model in MADE_BY for before, after in itertools.permutations(model.Status.values, 2)
]


def fields_of(status: str, now: datetime) -> dict[str, Any]:
    """Fields that are valid for a status, so that only the transition itself can be refused."""
    held = status == "in_progress"
    return {
        "status": status,
        "finished_at": None if status in LeasedJob.OPEN else now,
        "lease_token": uuid.uuid4() if held else None,
        "lease_until": now if held else None,
    }


@pytest.mark.parametrize(("model", "before", "after"), CHANGES, ids=lambda one: getattr(one, "__name__", one))
def test_only_listed_transitions_are_allowed(model: type[LeasedJob], before: str, after: str) -> None:
    now = timezone.now()
    job = MADE_BY[model](**fields_of(before, now))
    rows = model._default_manager.filter(pk=job.pk)
    if after in model.TRANSITIONS.get(before, ()):
        assert rows.update(**fields_of(after, now)) == 1
        return
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        rows.update(**fields_of(after, now))
    assert rows.get().status == before


@pytest.mark.parametrize("model", MADE_BY, ids=lambda model: model.__name__)
@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        ("queued", {"finished_at": True}),
        ("queued", {"lease_until": True}),
        ("queued", {"lease_token": True}),
        ("in_progress", {"finished_at": True}),
        ("in_progress", {"lease_until": None, "lease_token": None}),
        ("completed", {"finished_at": None}),
        ("failed", {"finished_at": None}),
        ("completed", {"lease_until": True, "lease_token": True}),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one),
)
def test_lease_and_finish_time_must_match_the_status(
    model: type[LeasedJob], status: str, wrong: dict[str, Any]
) -> None:
    now = timezone.now()
    job = MADE_BY[model](**fields_of(status, now))
    values = {"lease_token": uuid.uuid4(), "lease_until": now, "finished_at": now}
    changes = {name: values[name] if value else None for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=job.pk).update(**changes)


def test_the_rules_hold_for_plain_sql() -> None:
    run = RunFactory()
    assert run.cancel(now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE runs SET status = 'queued', finished_at = NULL WHERE id = %s", [run.pk])


@pytest.mark.parametrize("model", MADE_BY, ids=lambda model: model.__name__)
def test_every_status_is_reachable_and_every_open_one_can_expire(model: type[LeasedJob]) -> None:
    assert set(model.TRANSITIONS) == set(LeasedJob.OPEN)
    reached = {after for all_after in model.TRANSITIONS.values() for after in all_after}
    assert reached == set(model.Status.values)  # type: ignore[attr-defined]
    assert all(model.OVERDUE in model.TRANSITIONS[status] for status in LeasedJob.OPEN)
