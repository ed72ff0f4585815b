from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from openai_emulator import cli


class Command(BaseCommand):
    help = "Run the offline OpenAI-compatible server that plays the patient and the examiner, where EMULATOR_URL says."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        cli.add_arguments(parser)
        parser.set_defaults(host=None, port=None)

    def handle(self, *args: Any, **options: Any) -> None:
        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        try:
            address = urlsplit(settings.EMULATOR_URL)
            host = options["host"] or address.hostname or "127.0.0.1"
            port = (address.port or 80) if options["port"] is None else options["port"]
            cli.run(host, port, options["api_key"], options["latency"], say)
        except (OSError, ValueError) as error:
            raise CommandError(
                f"Nothing can listen there: {error}. --host and --port go before EMULATOR_URL={settings.EMULATOR_URL}."
            ) from error
