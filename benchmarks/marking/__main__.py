"""python -m benchmarks.marking SET [--emulator | --weights small|large|PATH] [--together N] [--prices IN CACHED OUT]

Has the conversations of a set (a folder; benchmarks/marking/sample is one) marked by the service with the model that
the environment or .env names, and compares the marks with those of people. docs/marking.md has the form of a set. It
reports; the decision is for people.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.marking.figures import report
from benchmarks.marking.markings import markings
from benchmarks.marking.sets import read_set
from benchmarks.real_model.chosen import add_model_arguments, site_of
from deploy.common import OperatorError
from dev.paths import temporary_folder


def arguments_of(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marking")
    parser.add_argument("set", type=Path, help="a folder with rubric.json and a .json file for each conversation")
    add_model_arguments(parser)
    parser.add_argument("--together", type=int, default=2, help="how many conversations are marked at once")
    prices = "of a million tokens: input, input from the provider's cache, output"
    parser.add_argument("--prices", nargs=3, type=float, metavar=("IN", "CACHED", "OUT"), help=prices)
    parser.add_argument(
        "--results", type=Path, help="where to write what the service made of each conversation, as JSON"
    )
    return parser.parse_args(words)


def main() -> int:
    arguments = arguments_of()
    try:
        marked_set = read_set(arguments.set)
        with site_of(arguments, patient={}) as site, temporary_folder() as folder:
            results = markings(
                arguments.set, site.system.settings, folder / "results.json", together=max(1, arguments.together)
            )
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.results:
        arguments.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"\n{report(marked_set, results, arguments.prices)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
