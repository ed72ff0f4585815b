"""Pauses and resumes all calls to the model."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.openai_integration.services import pausing
from apps.users.operators import operator


class Command(BaseCommand):
    help = (
        "Pause all calls to the model. New runs and evaluations are accepted and wait; calls under way may finish. "
        "After the resume, waiting work has its remaining time again. It waits for an hour at most."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("pause", "resume", "status"))
        parser.add_argument("--reason", default="", help="with pause: why, for other operators (200 characters)")

    def handle(self, *args: Any, **options: Any) -> None:
        what = options["what"]
        if options["reason"] and what != "pause":
            raise CommandError("--reason goes with pause.")
        try:
            if what == "pause":
                pausing.pause(by=operator(), reason=options["reason"])
            elif what == "resume":
                pausing.resume(by=operator())
        except (pausing.AlreadyPaused, pausing.NotPaused) as error:
            # The state is as requested, so the command succeeds.
            self.stdout.write(str(error.detail))
        self.stdout.write(pausing.describe_state())
