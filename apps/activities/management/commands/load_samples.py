"""Loads the sample teaching set, and on request the demo accounts."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.activities.samples import teaching_set
from apps.users.models import Role, User
from apps.users.services import approve_role

# email, username, password, role; the passwords are public, hence the refusal below.
DEMO_ACCOUNTS = [
    ("student@example.org", "Sam Student", "demo student pass", "student"),
    ("instructor@example.org", "Ines Instructor", "demo instructor pass", "instructor"),
    ("admin@example.org", "Ada Admin", "demo admin pass", "admin"),
]


class Command(BaseCommand):
    help = "Creates the sample patients, categories and activities that are missing; leaves those that are there alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo-accounts",
            action="store_true",
            help="also create three accounts with publicly known passwords; "
            "refused where any other account exists already",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo_accounts"]:
            refuse_beside_real_accounts()
        outcomes = teaching_set.load()
        for outcome in outcomes:
            self.stdout.write(f"{'created' if outcome.created else 'kept':<8} {outcome.kind:<9} {outcome.name}")
        created = sum(outcome.created for outcome in outcomes)
        self.stdout.write(f"Teaching set: {created} created, {len(outcomes) - created} kept as they are.")
        if options["demo_accounts"]:
            self.create_demo_accounts()

    def create_demo_accounts(self) -> None:
        for email, username, password, role in DEMO_ACCOUNTS:
            if User.objects.filter(email=email).exists():
                self.stdout.write(f"{'kept':<8} account   {email}")
                continue
            try:
                user = User.objects.create_user(email=email, username=username, password=password, role=role)
            except ValidationError as error:
                raise CommandError(f"{email}: {error.messages[0]}") from error
            if role != Role.STUDENT:
                approve_role(user=user, role=role, by=None)
            self.stdout.write(f"{'created':<8} account   {email}  password: {password}  ({role})")


def refuse_beside_real_accounts() -> None:
    """Raise CommandError where people have accounts: known passwords must not get into a database in use."""
    others = User.objects.exclude(email__in=[email for email, *_ in DEMO_ACCOUNTS]).count()
    if others:
        raise CommandError(
            f"--demo-accounts is refused: this database has {others} account(s) besides the demo ones, "
            "and the passwords of the demo accounts are public. Run load_samples without it."
        )
