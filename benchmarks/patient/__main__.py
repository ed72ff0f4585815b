"""python -m benchmarks.patient [--emulator | --weights small|large|PATH] [--plain] [--only 1 4 ...] [--csv FILE]

The production set of processes with the model that the environment or .env names, the emulator, or weights that run
here as with benchmarks.real_model. It reports; the decision is for people.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.patient.figures import table
from benchmarks.patient.judge import verdicts
from benchmarks.patient.play import Played, Player
from benchmarks.patient.script import Consultation, consultations
from benchmarks.patient.transcripts import to_csv
from benchmarks.production import Production
from benchmarks.real_model.chosen import add_model_arguments, site_of
from deploy.common import OperatorError
from dev.paths import temporary_folder

ALL = consultations()
# The reply alone is asked for, and not JSON with the facts that it tells: a small model plays the better for it.
PLAIN = {"traits": {"schema": "prompt"}}


def play(site: Production, chosen: Sequence[Consultation], turns: int, *, judge: bool = True) -> list[Played]:
    """Hold the consultations, and have the replies judged. Ctrl-C ends it: what has been played is reported."""
    player = Player(site)
    try:
        for consultation in chosen:
            print(f"{consultation.number}: {consultation.patient}, {consultation.student}, {consultation.language}")
            asyncio.run(player.hold(consultation, turns))
    except KeyboardInterrupt:
        print("Ended by hand: what has been played is reported, and nothing is judged.")
        judge = False
    if not judge:
        return player.played
    questions = [{"facts": one.facts, "student": one.turn.say, "patient": one.reply} for one in player.played]
    with temporary_folder() as folder:
        found = verdicts(questions, site.system.settings, folder)
    return [one.judged(verdict) for one, verdict in zip(player.played, found, strict=True)]


def arguments_of(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.patient")
    add_model_arguments(parser)
    numbers = range(1, len(ALL) + 1)
    parser.add_argument("--only", nargs="+", type=int, choices=numbers, default=numbers, metavar="1-20")
    parser.add_argument("--turns", type=int, default=99, help="at most so many of each consultation")
    parser.add_argument("--no-judge", action="store_true", help="ask no model whether facts are contradicted")
    parser.add_argument("--plain", action="store_true", help="ask for plain text, and not for JSON with a ledger")
    prices = "of a million tokens: input, input from the provider's cache, output"
    parser.add_argument("--prices", nargs=3, type=float, metavar=("IN", "CACHED", "OUT"), help=prices)
    parser.add_argument("--csv", type=Path, help="where to write the transcripts, for people to mark")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the consultations in the CSV")
    return parser.parse_args(words)


def main() -> int:
    arguments = arguments_of()
    chosen = [one for one in ALL if one.number in arguments.only]
    try:
        with site_of(arguments, patient=PLAIN if arguments.plain else {}) as site:
            played = play(site, chosen, arguments.turns, judge=not (arguments.no_judge or arguments.emulator))
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.csv:
        arguments.csv.write_text(to_csv(played, arguments.seed), encoding="utf-8")
    print(f"\n{table(played, arguments.prices)}")
    for one in played:
        if one.contradicts:
            print(f"contradicted, {one.consultation.number}.{one.number}: {one.contradicted!r} by {one.reply!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
