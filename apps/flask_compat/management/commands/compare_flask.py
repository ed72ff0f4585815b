"""Checks that this service responds to reads as the Flask service does."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.flask_compat.comparing.comparison import Comparison, RouteReport
from apps.flask_compat.comparing.services import CannotCompareError, Service

NOT_READY, CANNOT_COMPARE = 1, 2
LISTED = 20


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    # With longer pauses the tokens would expire during the comparison.
    if not 0 <= seconds <= 5:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 5")
    return seconds


class Command(BaseCommand):
    help = (
        "Send the same GET requests to the Flask service and to this one, and list the differences. Writes nothing."
        " Requests go one at a time, but still slow other users down: see --pause."
        " Exit 0: ready, 1: the responses differ, 2: they could not be compared."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--flask", required=True, metavar="URL", help="where the Flask service listens")
        parser.add_argument("--django", required=True, metavar="URL", help="where this service listens")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--email", help="an instructor; the password is read from COMPARE_PASSWORD or the terminal")
        who.add_argument("--token-file", type=Path, metavar="FILE", help="a file with an instructor's token, instead")
        parser.add_argument("--sample", type=_at_least_one, default=50, metavar="N", help="rows of each list (50)")
        parser.add_argument("--timeout", type=_at_least_one, default=30, metavar="SECONDS", help="(30)")
        parser.add_argument("--pause", type=_seconds, default=0.1, metavar="SECONDS",
                            help="before each request, to spare other users (0.1)")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        patience = {"timeout_s": options["timeout"], "pause_s": options["pause"]}
        with (
            Service("Flask", options["flask"], **patience) as flask,
            Service("Django", options["django"], **patience) as django,
        ):
            comparison = Comparison(flask, django, sample=options["sample"])
            try:
                self._sign_in(options, flask, django)
                comparison.run()
            except CannotCompareError as error:
                raise CommandError(str(error), returncode=CANNOT_COMPARE) from error
        if options["json"]:
            routes = {route: report.as_json() for route, report in comparison.routes.items()}
            self.stdout.write(json.dumps({"ready": comparison.is_ready, "routes": routes}, indent=2))
        else:
            self._show(comparison.routes)
        if not comparison.is_ready:
            raise CommandError("Not ready: the answers differ.", returncode=NOT_READY)
        if not options["json"]:
            self.stdout.write("Ready: no difference that is not meant.")

    def _sign_in(self, options: dict[str, Any], *services: Service) -> None:
        """Get a token from each service, or use one for both. Other users could read a token on the command line."""
        if options["token_file"]:
            try:
                token = options["token_file"].read_text().strip()
            except OSError as error:
                raise CannotCompareError(f"{options['token_file']} cannot be read: {error.strerror}.") from error
            for service in services:
                service.token = token
            return
        try:
            password = settings.COMPARE_PASSWORD or getpass(f"Password of {options['email']}: ")
        except EOFError as error:
            raise CannotCompareError("COMPARE_PASSWORD is blank, and there is no terminal to ask for it.") from error
        for service in services:
            service.sign_in(options["email"], password)

    def _show(self, routes: dict[str, RouteReport]) -> None:
        width = max(map(len, routes))
        self.stdout.write(f"{'':{width}}  compared  differ  meant  noise  Flask ms  Django ms")
        for route, report in routes.items():
            flask_ms, django_ms = report.median_ms()
            counts = f"{report.compared:8}  {len(report.differing):6}  {len(report.meant):5}  {len(report.noise):5}"
            self.stdout.write(f"{route:{width}}  {counts}  {flask_ms:8}  {django_ms:9}")
        for route, report in routes.items():
            for found in report.differing[:LISTED]:
                self.stdout.write(f"Differs: {found.field}: {found.detail}")
            if len(report.differing) > LISTED:
                self.stdout.write(f"Differs: {route}: {len(report.differing) - LISTED} more (--json has all)")
            for why, count in Counter(why for _, why in report.meant).items():
                self.stdout.write(f"Meant: {route} ({count}): {why}")
            for found in report.noise[:LISTED]:
                self.stdout.write(f"Flask itself changed: {found.field}: {found.detail}")
