"""`python3 -m dev COMMAND`, as the Makefile calls it. Old Pythons must be able to read this file."""

import importlib.util
import sys


def missing() -> str:
    """What this Python lacks, in words; empty when it will do."""
    if sys.version_info < (3, 11):  # noqa: UP036
        return "this is Python %d.%d" % sys.version_info[:2]  # noqa: UP031
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return "this Python has no venv (on Debian and Ubuntu: apt-get install python3-venv)"
    return ""


if __name__ == "__main__":
    lack = missing()
    if lack:
        sys.stderr.write("Python 3.11 or newer with venv is needed, and " + lack)
        sys.stderr.write("; another one can be named, as in make demo PYTHON=python3.12\n")
        sys.exit(2)

    from dev.commands import main

    sys.exit(main(sys.argv[1:]))
