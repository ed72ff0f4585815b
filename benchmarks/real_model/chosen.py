"""The production set of processes with the model that a command line names."""

import argparse
import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.production import Production, production
from benchmarks.real_model.__main__ import LIMITS, SETTINGS, weights_of
from benchmarks.real_model.packages import Packages, default_folder
from benchmarks.real_model.servers import Llama
from deploy.common import OperatorError
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.system import named_model
from dev.workers import SINGLE_WORKER


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the caller choose; without a choice the model is the one that the environment or .env names."""
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--emulator", action="store_true", help="the offline emulator, which judges nothing")
    model.add_argument("--weights", help="small, large, or a GGUF, on a server that is started here")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where packages and weights are kept")


@contextlib.contextmanager
def site_of(arguments: argparse.Namespace, *, patient: Mapping[str, Any]) -> Iterator[Production]:
    """The stack with the model that was asked for; OperatorError where there is none.

    `patient` goes into OPENAI_PATIENT.
    """
    if arguments.weights:
        packages = Packages(arguments.folder)
        weights = weights_of(packages, arguments.weights)
        with temporary_folder() as folder, Supervisor() as supervisor:
            model = Llama(packages, weights, folder, supervisor, marks=arguments.weights != "small")
            model.start()
            settings = {**SETTINGS, **LIMITS[model.marks], "OPENAI_BASE_URL": model.url, "OPENAI_MODEL": model.model}
            settings["OPENAI_PATIENT"] = json.dumps({**json.loads(settings["OPENAI_PATIENT"]), **patient})
            with production(SINGLE_WORKER, **settings) as site:
                yield site
        return
    named = {"OPENAI_BASE_URL": "emulator"} if arguments.emulator else named_model()
    if not named:
        raise OperatorError(
            "No model is named: set OPENAI_BASE_URL or OPENAI_API_KEY, or give --emulator or --weights."
        )
    form = {"OPENAI_PATIENT": json.dumps(patient)} if patient else {}
    with production(SINGLE_WORKER, **{"OPENAI_BASE_URL": "", **named, **form}) as site:
        yield site
