"""`make acceptance`: what takes long, one after the other, all of it even when one fails, and a table at its end."""

import os
import time

from deploy.common import PYTHON, OperatorError
from dev.install import install
from dev.processes import run_to_end

# Each ends with exit code 0 where all that it looks at holds.
MEASURES = {
    "fuzzing, 10 min": ["tests.fuzzing"],
    "soak, 10 min": ["benchmarks.soak"],
    "a hostile member": ["benchmarks.hostile"],
    "a hall of 1,000": ["benchmarks.hall", "--students", "1000", "--over", "60"],
}


def acceptance() -> None:
    """Run all of them; OperatorError where one fails."""
    install("development")
    lines, failed = [], []
    for name, module in MEASURES.items():
        print(f"-- {name}: python -m {' '.join(module)}", flush=True)
        started = time.monotonic()
        code = run_to_end([PYTHON, "-m", *module], os.environ)
        minutes = (time.monotonic() - started) / 60
        lines.append(f"{name:20}{'FAILED' if code else 'passed'}{minutes:8.1f} min")
        failed += [name] if code else []
    print("\n".join(["", *lines]), flush=True)
    if failed:
        raise OperatorError(f"Failed: {', '.join(failed)}")
