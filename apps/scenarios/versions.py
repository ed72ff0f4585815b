"""What changed between two states of a patient."""

import difflib
from typing import Any

from apps.scenarios.models import ScenarioVersion

# Comparing takes the product of the lines; texts of more are shown whole.
MAX_LINES = 500


def changed_fields(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    """The names of what differs; empty where there is nothing to compare with."""
    return [] if before is None else [name for name in after if before.get(name, "") != after[name]]


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[dict[str, str | None]]:
    """A dict {field, before, after, diff} for each field that differs; `diff` is a unified one, by lines.

    It is None for texts of more than MAX_LINES.
    """
    if before is None:
        return []
    return [
        {"field": name, "before": before.get(name, ""), "after": after[name], "diff": _diff(before, after, name)}
        for name in changed_fields(before, after)
    ]


def with_changes(page: list[ScenarioVersion]) -> list[ScenarioVersion]:
    """The versions of one patient, each with `changed`: the fields that differ from the version before it."""
    numbers = [version.number - 1 for version in page]
    earlier = ScenarioVersion.objects.filter(scenario=page[0].scenario_id, number__in=numbers) if page else ()
    contents = {version.number: version.content for version in earlier}
    for version in page:
        version.changed = changed_fields(contents.get(version.number - 1), version.content)  # type: ignore[attr-defined]
    return page


def _diff(before: dict[str, Any], after: dict[str, Any], name: str) -> str | None:
    old, new = str(before.get(name, "")).splitlines(), str(after[name]).splitlines()
    if max(len(old), len(new)) > MAX_LINES:
        return None
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm=""))
