"""`make acceptance`: run the long measurements in sequence, continue after a failure, and print a table."""

import os
import time

from deploy.common import PYTHON, OperatorError
from dev.install import install
from dev.processes import run_to_end

# Each exits with 0 if all its requirements are met.
MEASURES = {
    "fuzzing, 10 min": ["tests.fuzzing"],
    "soak, 10 min": ["benchmarks.soak"],
    "a hostile member": ["benchmarks.hostile"],
    "a hall of 1,000": ["benchmarks.hall", "--students", "1000", "--over", "60"],
    "the migration guide": ["pytest", "-q", "tests/test_migration_guide.py", "tests/test_switch.py"],
    "real model weights": ["benchmarks.real_model", "--weights", "small"],
}


def acceptance() -> None:
    """Run all of them; raise OperatorError if one fails."""
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
