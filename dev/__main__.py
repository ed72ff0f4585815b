"""`python3 -m dev COMMAND`, as the Makefile calls it. Old Pythons must be able to read this file."""

import importlib.util
import sys


def unmet_requirement() -> str:
    """Return why this Python cannot be used, or an empty string if it can."""
    if sys.version_info < (3, 11):  # noqa: UP036
        return "this is Python %d.%d" % sys.version_info[:2]  # noqa: UP031
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return "this Python has no venv (on Debian and Ubuntu: apt-get install python3-venv)"
    return ""


if __name__ == "__main__":
    problem = unmet_requirement()
    if problem:
        sys.stderr.write("Python 3.11 or newer with venv is needed, and " + problem)
        sys.stderr.write("; name another one, as in make demo PYTHON=python3.12\n")
        sys.exit(2)

    from dev.commands import main

    sys.exit(main(sys.argv[1:]))
