"""What is different between two texts."""

import difflib

# Comparing takes the product of the lines; texts of more are shown whole.
MAX_LINES = 500


def unified(before: str, after: str) -> str | None:
    """A unified diff by lines; None for texts of more than MAX_LINES."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MAX_LINES:
        return None
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm=""))
