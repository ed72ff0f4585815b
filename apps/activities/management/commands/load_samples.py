"""Loads the sample teaching set, and on request the demo accounts."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.activities.samples import teaching_set
from apps.users.models import Role, User
from apps.users.services import approve_role

# Email, username, password, role. The passwords are public; see refuse_beside_real_accounts().
DEMO_ACCOUNTS = [
    ("student@example.org", "Sam Student", "demo student pass", "student"),
    ("instructor@example.org", "Ines Instructor", "demo instructor pass", "instructor"),
    ("admin@example.org", "Ada Admin", "demo admin pass", "admin"),
]


class Command(BaseCommand):
    help = "Creates missing sample patients, categories and exercises, and leaves existing ones as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo-accounts",
            action="store_true",
            help="also create three accounts with publicly known passwords; refused if any other account exists",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo_accounts"]:
            refuse_beside_real_accounts()
        results = teaching_set.load_teaching_set()
        for result in results:
            self.stdout.write(f"{'created' if result.created else 'kept':<8} {result.kind:<9} {result.name}")
        created = sum(result.created for result in results)
        self.stdout.write(f"Teaching set: {created} created, {len(results) - created} kept as they are.")
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
    """Raise CommandError if there are other accounts: a database in use must not get publicly known passwords."""
    others = User.objects.exclude(email__in=[email for email, *_ in DEMO_ACCOUNTS]).count()
    if others:
        raise CommandError(
            f"--demo-accounts is refused: this database has {others} account(s) besides the demo ones, "
            "and the passwords of the demo accounts are public. Run load_samples without it."
        )
