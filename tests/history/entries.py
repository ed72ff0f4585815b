"""What the tests of the history look at."""

from typing import Any, NamedTuple

from django.db.models import Model

from apps.activities.models import ActivityChange
from apps.assessments.models import RubricChange
from apps.core.history.changes import Change
from apps.scenarios.models import ScenarioChange

TABLES: tuple[type[Change], ...] = (ScenarioChange, RubricChange, ActivityChange)


class Told(NamedTuple):
    """An entry in short."""

    action: str
    kind: str
    key: str
    before: dict[str, Any]
    after: dict[str, Any]


def all_entries() -> list[Change]:
    """Those of all tables, each in the order in which they were made."""
    return [change for table in TABLES for change in table.objects.order_by("id")]


def told() -> list[Told]:
    """The same in short, with the columns that differ and no others."""
    return [
        Told(change.action, change.kind, change.object_key, *(_only(change, side) for side in ("before", "after")))
        for change in all_entries()
    ]


def of(row: Model) -> list[Told]:
    """Those of one row."""
    name, key = row._meta.model_name, row.recorded_key  # type: ignore[attr-defined]
    return [entry for entry in told() if (entry.kind, entry.key) == (name, key)]


def forget() -> None:
    """Begin anew: what a test's own preparations did is not what it looks at."""
    for table in TABLES:
        table.objects.all().delete()


def _only(change: Change, side: str) -> dict[str, Any]:
    values = getattr(change, side)
    return {name: values[name] for name in change.changed_columns if name in values}
