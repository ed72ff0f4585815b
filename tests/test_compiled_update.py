"""The SQL of updates that is made once does what Django's own update does."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from apps.core.compiled_update import CompiledUpdate
from apps.openai_integration.models import Run
from apps.openai_integration.models.jobs import _claiming, _counting
from apps.openai_integration.tests.factories import RunFactory

pytestmark = pytest.mark.django_db

ID, TOKEN = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize("compiled", [_claiming(Run), _counting(Run)], ids=["claim", "count"])
def test_the_statement_is_the_one_that_django_sends(compiled: CompiledUpdate) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        compiled._queryset.all().update(**compiled._values)
        compiled.run(TOKEN, ID)
    django, ours = (query["sql"] for query in asked)
    assert ours == django


def test_only_the_rows_that_are_given_change() -> None:
    run, other = RunFactory.create_batch(2)
    update = CompiledUpdate(Run.objects.filter(pk=ID), (ID, TOKEN), lease_token=TOKEN, attempts=F("attempts") + 1)
    found: dict[str, Any] = {}
    for name, one in (("first", run), ("second", other)):
        found[name] = uuid.uuid4()
        Run.objects.filter(pk=one.pk).update(status="in_progress", lease_until=one.deadline_at)
        assert update.run(one.pk, found[name]) == 1
    assert update.run(uuid.uuid4(), uuid.uuid4()) == 0
    held = Run.objects.filter(pk__in=[run.pk, other.pk])
    assert {one.lease_token: one.attempts for one in held} == {found["first"]: 1, found["second"]: 1}
    assert {one.pk: one.lease_token for one in held} == {run.pk: found["first"], other.pk: found["second"]}
