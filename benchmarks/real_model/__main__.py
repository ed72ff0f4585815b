"""python -m benchmarks.real_model [--weights small|large|PATH] [--only checks conversation ...] [--turns 8] [--short]

The production set of processes, with a model that runs here: llama.cpp's server, and LiteLLM in front of it. Both come
from the package index, as do the weights. Exit code 1 where something does not hold that must.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.production import Production, production
from benchmarks.real_model.checks import WAYS, check
from benchmarks.real_model.conversations import QUESTIONS, Conversations
from benchmarks.real_model.packages import Packages, default_folder
from benchmarks.real_model.servers import CONTEXT_TOKENS, LiteLLM, Llama
from benchmarks.real_model.table import Row, table
from deploy.common import OperatorError
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.system import Progress
from dev.workers import SINGLE_WORKER

PARTS = ("checks", "conversation", "together", "killed", "loading", "litellm", "litellm_conversation")
# Those that need LiteLLM in front: the checks through it, and a conversation.
THROUGH = frozenset({"litellm", "litellm_conversation"})
# Of a slow machine.
SETTINGS = {
    "OPENAI_API": "chat_completions",
    "OPENAI_TIMEOUT_S": "600",
    "OPENAI_CONTEXT_TOKENS": str(CONTEXT_TOKENS),
    "RUN_DEADLINE_S": "600",
    "EVALUATION_DEADLINE_S": "1500",
}
# Tokens of an answer, by whether the model can mark: one that cannot goes on to the last of them.
LIMITS = {
    True: {"OPENAI_PATIENT": '{"max_tokens": 120}', "OPENAI_EXAMINER": '{"max_tokens": 4000}'},
    False: {"OPENAI_PATIENT": '{"max_tokens": 60}', "OPENAI_EXAMINER": '{"max_tokens": 300}'},
}


def measure(model: Llama, gateway: LiteLLM | None, arguments: argparse.Namespace, progress: Progress) -> list[Row]:
    """Run the parts that were asked for, one after the other; a row each, printed as it comes."""
    rows: list[Row] = []
    settings = {**SETTINGS, **LIMITS[model.marks]}
    if set(arguments.only) != {"litellm_conversation"}:
        with production(SINGLE_WORKER, OPENAI_BASE_URL=model.url, OPENAI_MODEL=model.model, **settings) as site:
            _shorten(site, arguments)
            checks = _checked(site.system.settings, model, gateway, arguments.only)
            rows += _said(itertools.chain(checks, _held(Conversations(site, model), arguments)), progress)
    if gateway and "litellm_conversation" in arguments.only:
        settings |= {"OPENAI_BASE_URL": gateway.url, "OPENAI_API_KEY": gateway.key}
        with production(SINGLE_WORKER, OPENAI_MODEL=model.model, **settings) as site:
            _shorten(site, arguments)
            held = Conversations(site, model, gateway.name)
            rows += _said([*asyncio.run(held.conversation(arguments.turns)), held.nothing_lost()], progress)
    return rows


def _shorten(site: Production, arguments: argparse.Namespace) -> None:
    """With `--short`, evaluations go by one category alone."""
    if arguments.short:
        first = "SELECT min(category_id) FROM activity_categories"
        site.rows(f"DELETE FROM activity_categories WHERE category_id <> ({first}) RETURNING category_id")


def _said(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    """The rows, each printed as it comes."""
    for row in rows:
        progress.say("; ".join(row.cells))
        yield row


def _checked(settings: Mapping[str, str], model: Llama, gateway: LiteLLM | None, parts: Sequence[str]) -> Iterator[Row]:
    if "checks" in parts:
        for way in WAYS:
            yield check(model.name, way, settings, marks=model.marks)
    if gateway and "litellm" in parts:
        through = {**settings, "OPENAI_BASE_URL": gateway.url, "OPENAI_API_KEY": gateway.key}
        for way in WAYS:
            yield check(gateway.name, way, through, marks=model.marks)


def _held(held: Conversations, arguments: argparse.Namespace) -> Iterator[Row]:
    if "conversation" in arguments.only:
        yield from asyncio.run(held.conversation(arguments.turns))
    for part, hold in (("together", held.together), ("killed", held.killed), ("loading", held.loading)):
        if part in arguments.only:
            yield asyncio.run(hold())
    if held.turns:
        yield held.nothing_lost()


def arguments_of(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_model")
    parser.add_argument("--weights", default="small", help="small (the wire only), large (plays a patient), or a GGUF")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where packages and weights are kept")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts")
    parser.add_argument("--turns", type=int, choices=range(1, len(QUESTIONS) + 1), default=8, metavar="1-12")
    parser.add_argument("--short", action="store_true", help="evaluations go by one category alone")
    return parser.parse_args(words)


def weights_of(packages: Packages, named: str) -> Path:
    """The file of weights; OperatorError where there is none."""
    if named == "small":
        return packages.small_weights
    if named == "large":
        return packages.large_weights
    if not Path(named).is_file():
        raise OperatorError(f"{named} is no file of weights: --weights takes small, large or the path of a GGUF file.")
    return Path(named).resolve()


def main() -> int:
    arguments, progress = arguments_of(), Progress()
    try:
        packages = Packages(arguments.folder)
        weights = weights_of(packages, arguments.weights)
        with temporary_folder() as folder, Supervisor() as supervisor:
            model = Llama(packages, weights, folder, supervisor, marks=arguments.weights != "small")
            progress.say(f"Loading {weights}")
            model.start()
            gateway = None
            if THROUGH.intersection(arguments.only):
                gateway = LiteLLM(packages, model, folder)
                progress.say("Starting LiteLLM")
                gateway.start(supervisor)
            rows = measure(model, gateway, arguments, progress)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{table(rows)}")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
