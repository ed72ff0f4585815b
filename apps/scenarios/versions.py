"""Differences between versions of a scenario."""

from typing import Any

from apps.core.text.unified_diff import unified_diff
from apps.scenarios.models import ScenarioVersion


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
