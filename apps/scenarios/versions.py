"""Differences between versions of a scenario, and who made which."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.core.history.pages import who
from apps.core.history.recording import kind_of
from apps.core.text.unified_diff import unified_diff
from apps.scenarios.models import AssistantScenario, ScenarioChange, ScenarioVersion, content_hash


def changed_fields(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    """The names of the fields that differ; empty without `before`."""
    return [] if before is None else [name for name in after if before.get(name, "") != after[name]]


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[dict[str, str | None]]:
    """{field, before, after, diff} for each field that differs.

    `diff` is a unified diff by lines, or None for texts that are too long to compare.
    """
    if before is None:
        return []
    return [
        {
            "field": name,
            "before": before.get(name, ""),
            "after": after[name],
            "diff": unified_diff(str(before.get(name, "")), str(after[name])),
        }
        for name in changed_fields(before, after)
    ]


def with_changes(page: list[ScenarioVersion]) -> list[ScenarioVersion]:
    """Set `changed` on versions of one scenario: the fields that differ from the previous version."""
    numbers = [version.number - 1 for version in page]
    earlier = ScenarioVersion.objects.filter(scenario=page[0].scenario_id, number__in=numbers) if page else ()
    contents = {version.number: version.content for version in earlier}
    for version in page:
        version.changed = changed_fields(contents.get(version.number - 1), version.content)  # type: ignore[attr-defined]
    return page


def with_authors(versions: Iterable[ScenarioVersion]) -> None:
    """Set `author` on each version: who made its content, by the scenario's history; None where that does not tell.

    Takes one query. A version does not name the change that it was made by, so changes are known by the content that
    they left. Times tell apart those that left the same.
    """
    page = list(versions)
    makers = _makers_of_content({str(version.scenario_id) for version in page if version.scenario_id})
    for version in page:
        made = makers.get((str(version.scenario_id), version.content_hash), ())
        _, author = min(made, key=lambda one: abs(one[0] - version.created_at), default=(None, None))
        version.author = author  # type: ignore[attr-defined]


def _makers_of_content(keys: set[str]) -> dict[tuple[str, str], list[tuple[datetime, str]]]:
    """(scenario's key, hash of a content) > when it was made of another content, and by whom."""
    found: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    changes = ScenarioChange.objects.filter(kind=kind_of(AssistantScenario), object_key__in=keys)
    # One at a time, since each holds the texts of a patient twice and a page may have many.
    for change in changes.select_related("changed_by").iterator(chunk_size=100):
        before, after = _hash_of(change.before), _hash_of(change.after)
        if before != after:
            found.setdefault((change.object_key, after), []).append((change.changed_at, who(change)))
    return found


def _hash_of(values: Mapping[str, Any]) -> str:
    """The hash of the content of a row with these values, of which some may be of columns that are gone."""
    row = AssistantScenario()
    for name, value in values.items():
        setattr(row, name, value)
    return content_hash(row.content())
