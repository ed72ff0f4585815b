"""Which stored roles count: look at those that claim power, approve some, make students of the others."""

import json
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Prefetch

from apps.users.models import Role, RoleApproval, User
from apps.users.operators import operator
from apps.users.services import SuperuserKeepsRole, approve_role, demote

POWER = {Role.INSTRUCTOR.value, Role.ADMIN.value}
COLUMNS = ("id", "email", "username", "stored role", "approved role", "state", "last decision")


class Command(BaseCommand):
    help = (
        "A stored role is a claim: the old sign-up let everyone call themselves admin. It gives power here once it is "
        "approved. Emails are compared exactly as typed. Either all that is asked for is done, or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="show the accounts that claim power, and their state")
        parser.add_argument("--json", action="store_true", help="with --list: as JSON")
        parser.add_argument("--check", action="store_true", help="exit 1 while a claim is neither approved nor gone")
        parser.add_argument("--approve", nargs="+", action="extend", default=[], metavar="EMAIL",
                            help="let the stored role count, instructor or admin")  # fmt: skip
        parser.add_argument("--approve-file", type=Path, metavar="FILE",
                            help="the same for the emails in a file: one a line, # begins a comment")  # fmt: skip
        parser.add_argument("--demote", nargs="+", action="extend", default=[], metavar="EMAIL",
                            help="make them students, for the old service too")  # fmt: skip
        parser.add_argument("--demote-rest", action="store_true", help="the same for every claim not approved by then")
        parser.add_argument("--by", metavar="EMAIL", help="the admin who decides, to be written down")

    def handle(self, *args: Any, **options: Any) -> None:
        decides = any(options[name] for name in ("approve", "approve_file", "demote", "demote_rest"))
        if sum((options["list"], options["check"], decides)) != 1:
            raise CommandError("Ask for one of: --list; --check; or any of --approve, --approve-file, --demote, "
                               "--demote-rest.")  # fmt: skip
        if options["json"] and not options["list"]:
            raise CommandError("--json goes with --list.")
        if options["by"] and not decides:
            raise CommandError("--by goes with a decision.")
        if options["list"]:
            self._list(as_json=options["json"])
        elif options["check"]:
            self._check()
        else:
            self._decide(options)

    def _list(self, *, as_json: bool) -> None:
        decisions = Prefetch("role_approvals", RoleApproval.objects.order_by("-id").select_related("decided_by"))
        users = list(User.objects.claiming_power().order_by("id").prefetch_related(decisions))
        if as_json:
            self.stdout.write(json.dumps([_as_json(user) for user in users], indent=2, ensure_ascii=False))
            return
        lines = [COLUMNS, *(_as_line(user) for user in users)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
        for line in lines:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        waiting = sum(_state(user) == "waiting" for user in users)
        self.stdout.write(f"{_accounts(len(users))} claiming power, {waiting} of them waiting.")

    def _check(self) -> None:
        waiting = User.objects.unvetted().count()
        if waiting:
            raise CommandError(f"{_accounts(waiting)} claiming a power that nobody has approved. See --list.")
        self.stdout.write("Every claim to power is approved.")

    def _decide(self, options: dict[str, Any]) -> None:
        wanted = [*options["approve"], *(_emails_in(options["approve_file"]) if options["approve_file"] else [])]
        with transaction.atomic():
            decider: dict[str, Any] = {"by": _admin(options["by"]) if options["by"] else None, "operator": operator()}
            to_approve, to_demote = _find(wanted), _find(options["demote"])
            _refuse_what_cannot_be(wanted, to_approve, options["demote"], to_demote)
            done = [_approve(user, decider) for user in to_approve.values()]
            changed = {user.pk for user in demote(users=to_demote.values(), **decider)}
            for user in to_demote.values():
                done.append(f"{'Made' if user.pk in changed else 'Was'} a student: {_shown(user.email)}")
            if options["demote_rest"]:
                rest = demote(users=User.objects.unvetted().select_for_update(no_key=True), **decider)
                done.append(f"Made students of the rest: {_accounts(len(rest))}.")
        self.stdout.write("\n".join([*done, f"Now {_accounts(User.objects.unvetted().count())} waiting."]))


def _find(emails: Iterable[str]) -> dict[str, User]:
    """The accounts that there are, by email, locked until the decisions are written."""
    return {user.email: user for user in User.objects.select_for_update(no_key=True).filter(email__in=set(emails))}


def _approve(user: User, decider: dict[str, Any]) -> str:
    already = user.approved_role == user.role
    approve_role(user=user, role=user.role, **decider)
    return f"{'Was approved' if already else 'Approved'} as {user.role}: {_shown(user.email)}"


def _refuse_what_cannot_be(
    approve: list[str], to_approve: dict[str, User], demote: list[str], to_demote: dict[str, User]
) -> None:
    """Raise all problems at once, so that a long file is mended in one go."""
    found = {**to_approve, **to_demote}
    problems = [_unknown(email) for email in dict.fromkeys([*approve, *demote]) if email not in found]
    problems += [f"{_shown(email)}: to be approved and demoted at once?" for email in to_approve if email in to_demote]
    for email, user in to_approve.items():
        if user.role not in POWER:
            problems.append(f"{_shown(email)}: its stored role is {user.role!r}; there is nothing to approve.")
        elif user.is_superuser and user.approved_role != user.role:
            problems.append(f"{_shown(email)}: {SuperuserKeepsRole.default_detail}")
    problems += [f"{_shown(email)}: {SuperuserKeepsRole.default_detail}"
                 for email, user in to_demote.items() if user.is_superuser]  # fmt: skip
    if problems:
        raise CommandError("\n".join([*problems, "Nothing was changed."]))


def _unknown(email: str) -> str:
    alike = list(User.objects.filter(email__iexact=email).order_by("id").values_list("email", flat=True))
    hint = f" There is {', '.join(map(_shown, alike))}, but emails are compared as typed." if alike else ""
    return f"{_shown(email)}: no account has this email.{hint}"


def _emails_in(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    emails = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    if not emails or "\0" in text:
        raise CommandError(f"{file} names nobody.")
    return emails


def _admin(email: str) -> User:
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or not user.is_admin:
        raise CommandError(f"--by {_shown(email)}: no approved admin has this email.")
    return user


def _state(user: User) -> str:
    if user.is_superuser:
        return "superuser"
    return "approved" if user.approved_role == user.role else "waiting"


def _last_decision(user: User) -> RoleApproval | None:
    return next(iter(user.role_approvals.all()), None)


def _as_line(user: User) -> tuple[str, ...]:
    decision, last = _last_decision(user), "-"
    if decision:
        who = decision.decided_by.email if decision.decided_by else decision.operator or "unknown"
        last = f"{decision.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {decision.role or 'none'}, by {_shown(who)}"
    shown = (_shown(text) for text in (user.email, user.username, user.role, user.approved_role))
    return (str(user.pk), *shown, _state(user), last)


def _as_json(user: User) -> dict[str, Any]:
    decision = _last_decision(user)
    return {
        "id": user.pk,
        "email": user.email,
        "username": user.username,
        "role": user.role,
        "approved_role": user.approved_role,
        "state": _state(user),
        "last_decision": _decision_as_json(decision) if decision else None,
    }


def _decision_as_json(decision: RoleApproval) -> dict[str, Any]:
    return {
        "role": decision.role,
        "previous_role": decision.previous_role,
        "at": decision.created_at.astimezone(UTC).isoformat(),
        "by": decision.decided_by.email if decision.decided_by else None,
        "operator": decision.operator,
    }


def _shown(text: str | None) -> str:
    """Text of people, who may have signed up with anything: quoted where a terminal would not show all of it."""
    if text is None:
        return "-"
    return text if text.isprintable() and text and text == text.strip() else repr(text)


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"
