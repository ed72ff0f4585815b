"""Ask everything that the schema describes, well and badly, as student, instructor and admin.

python -m tests.fuzzing [--seconds 600] [--seed 5]

Exit code 1 where an answer is not as described, where something is answered without a token or after it was deleted,
where the student reads what is hidden or somebody else's, or where a log tells of a fault.
"""

import argparse
import sys
import time

from tests.fuzzing.run import Outcome, fuzz_all
from tests.fuzzing.world import running_school

SEED = 5
# To stop the processes.
END_S = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description="Fuzz the API with schemathesis.")
    parser.add_argument("--seconds", type=int, default=600, help="for all three together, start included (600)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of what is asked ({SEED})")
    arguments = parser.parse_args()
    ends = time.monotonic() + arguments.seconds
    with running_school() as school:
        outcomes = fuzz_all(school, seconds=ends - END_S - time.monotonic(), seed=arguments.seed)
        faults = school.faults()
    print_table(outcomes, faults, arguments.seed)
    return int(any(outcome.failures for outcome in outcomes) or bool(faults))


def print_table(outcomes: list[Outcome], faults: list[str], seed: int) -> None:
    """Who asked how much; before it, what went wrong."""
    for outcome in outcomes:
        if outcome.failures:
            print(f"As {outcome.asker}:\n{outcome.story}")
    for fault in faults:
        print(fault)
    print(f"{'role':<12}{'operations':>12}{'with a 2xx':>12}{'requests':>12}{'failures':>12}")
    for one in outcomes:
        print(f"{one.asker:<12}{one.operations:>12}{one.answered:>12}{one.requests:>12}{len(one.failures):>12}")
    print(f"Faults in the logs: {len(faults)}. Seed: {seed}.")


if __name__ == "__main__":
    sys.exit(main())
