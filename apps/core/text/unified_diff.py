"""Unified diffs of two texts."""

import difflib

# The time grows with the product of the line counts; longer texts are shown whole.
MAX_LINES = 500


def unified_diff(before: str, after: str) -> str | None:
    """A unified diff by lines; None if either text has more than MAX_LINES."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MAX_LINES:
        return None
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm=""))
