from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from openai_emulator import cli


class Command(BaseCommand):
    help = "Run the offline OpenAI-compatible server that plays the patient and the examiner."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        cli.run(options["host"], options["port"], options["api_key"], options["latency"], say)
