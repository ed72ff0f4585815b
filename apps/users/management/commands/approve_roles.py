"""Review the roles that accounts claim: list them, approve some, and make students of the others."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Count, Min, Prefetch

from apps.users.models import Role, RoleApproval, User, Vetting
from apps.users.operators import operator
from apps.users.services import SuperuserKeepsRole, approve_role, demote
from apps.users.vetting import (
    give_back,
    give_back_vetting,
    is_newcomer,
    newcomers,
    newcomers_since,
    taken_claims,
    vet,
    waiting,
)

SUPERUSER, APPROVED, WAITING, NEWCOMER = "superuser", "approved", "waiting", "newcomer"
POWER = {Role.INSTRUCTOR.value, Role.ADMIN.value}
COLUMNS = ("id", "email", "username", "stored role", "approved role", "state", "last decision")


class Command(BaseCommand):
    help = (
        "A stored role is a claim: the old sign-up lets everyone claim to be an admin. It gives rights here once it is "
        "approved. Emails are compared exactly as typed. Either all requested changes are made, or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true",
                            help="list the accounts that claim a teaching role and their state, and the number of each "
                                 "--demote-rest (its vetting), and whether its claims were given back")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="with --list: as JSON")
        parser.add_argument("--check", action="store_true",
                            help="exit 1 while a claim from before the last --demote-rest is unvetted")  # fmt: skip
        parser.add_argument("--approve", nargs="+", action="extend", default=[], metavar="EMAIL",
                            help="let the stored role count, instructor or admin")  # fmt: skip
        parser.add_argument("--approve-file", type=Path, metavar="FILE",
                            help="approve the emails in a file: one on each line, # begins a comment")  # fmt: skip
        parser.add_argument("--demote", nargs="+", action="extend", default=[], metavar="EMAIL",
                            help="make them students, in the Flask service too")  # fmt: skip
        parser.add_argument("--demote-rest", action="store_true",
                            help="demote every account whose claim is not approved; accounts "
                            "created later are newcomers, for which --check does not fail")  # fmt: skip
        parser.add_argument("--give-back", nargs="*", metavar="EMAIL",
                            help="restore claims that were taken, but not approvals; without EMAIL, all that the "
                                 "last --demote-rest took")  # fmt: skip
        parser.add_argument("--vetting", type=int, metavar="NUMBER",
                            help="with --give-back: restore all that this --demote-rest took")  # fmt: skip
        parser.add_argument("--by", metavar="EMAIL", help="the admin who decides, for the record")

    def handle(self, *args: Any, **options: Any) -> None:
        decides = any(options[name] for name in ("approve", "approve_file", "demote", "demote_rest"))
        gives_back = options["give_back"] is not None
        if sum((options["list"], options["check"], decides, gives_back)) != 1:
            raise CommandError("Ask for one of: --list; --check; --give-back; or any of --approve, --approve-file, "
                               "--demote, --demote-rest.")  # fmt: skip
        if options["json"] and not options["list"]:
            raise CommandError("--json goes with --list.")
        if options["vetting"] is not None and options["give_back"] != []:
            raise CommandError("--vetting goes with --give-back, without EMAIL.")
        if options["by"] and not (decides or gives_back):
            raise CommandError("--by goes with a decision.")
        if options["list"]:
            self._list(as_json=options["json"])
        elif options["check"]:
            self._check()
        else:
            with transaction.atomic():
                by = _admin(options["by"]) if options["by"] else None
                decider: dict[str, Any] = {"by": by, "operator": operator()}
                done = _given_back(options, decider) if gives_back else _decided(options, decider)
                done.append(f"Now {_accounts(waiting().count())} waiting.")
            # Report only after the commit, since readers rely on it.
            self.stdout.write("\n".join(done))

    def _list(self, *, as_json: bool) -> None:
        decisions = Prefetch("role_approvals", RoleApproval.objects.order_by("-id").select_related("decided_by"))
        since = newcomers_since()
        users = list(User.objects.claiming_power().order_by("id").prefetch_related(decisions))
        states = [_state(user, since) for user in users]
        if as_json:
            accounts = [_as_json(user, state) for user, state in zip(users, states, strict=True)]
            listed = {"accounts": accounts, "vettings": _vettings()}
            self.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False))
            return
        lines = [COLUMNS, *(_as_line(user, state) for user, state in zip(users, states, strict=True))]
        widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
        for line in lines:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        for vetting in _vettings():
            self.stdout.write(_vetting_as_line(vetting))
        new = f", {states.count(NEWCOMER)} newcomers" if NEWCOMER in states else ""
        self.stdout.write(f"{_accounts(len(users))} claiming power, {states.count(WAITING)} of them waiting{new}.")

    def _check(self) -> None:
        if number := waiting().count():
            raise CommandError(f"{_accounts(number)} claiming a power that nobody has approved. See --list.")
        emails = list(newcomers().order_by("id").values_list("email", flat=True))
        if not emails:
            self.stdout.write("Every claim to power is approved.")
            return
        self.stdout.write("Every claim to power from before the last vetting is approved. Newcomers since, whose claim "
                          "gives them none here:")  # fmt: skip
        self.stdout.write("\n".join(f"  {_shown(email)}" for email in emails))


def _decided(options: dict[str, Any], decider: dict[str, Any]) -> list[str]:
    """Approve and demote as requested; returns a line for each."""
    wanted = [*options["approve"], *(_emails_in(options["approve_file"]) if options["approve_file"] else [])]
    to_approve, to_demote = _find(wanted), _find(options["demote"])
    _refuse_what_cannot_be(wanted, to_approve, options["demote"], to_demote)
    done = [_approve(user, decider) for user in to_approve.values()]
    changed = {user.pk for user in demote(users=to_demote.values(), **decider)}
    for user in to_demote.values():
        done.append(f"{'Made' if user.pk in changed else 'Was'} a student: {_shown(user.email)}")
    if options["demote_rest"]:
        vetting, rest = vet(**decider)
        done.append(f"Made students of the rest: {_accounts(len(rest))} ({vetting}).")
    return done


def _given_back(options: dict[str, Any], decider: dict[str, Any]) -> list[str]:
    """Give claims back as requested; returns a line for each."""
    if emails := options["give_back"]:
        found = _find(emails)
        decisions = taken_claims(found.values())
        able = {decision.user_id for decision in decisions}
        problems = [_unknown(email) for email in dict.fromkeys(emails) if email not in found]
        problems += [f"{_shown(email)}: the last decision about it took no claim, or its role is another by now."
                     for email, user in found.items() if user.pk not in able]  # fmt: skip
        if problems:
            raise CommandError("\n".join([*problems, "Nothing was changed."]))
        return _claims(give_back(decisions=decisions, **decider))
    vetting = _vetting(options["vetting"])
    taken = vetting.decisions.count()
    changed = give_back_vetting(vetting, **decider)
    left = taken - len(changed)
    done = [f"Gave back what {vetting} took: {_accounts(len(changed))}.", *_claims(changed)]
    return [*done, *([f"Left as they are, since they were decided about or changed: {left}."] if left else [])]


def _vetting(number: int | None) -> Vetting:
    vetting = Vetting.objects.filter(**{} if number is None else {"pk": number}).order_by("-id").first()
    if vetting is None:
        raise CommandError(f"There is no vetting {number}." if number is not None else "Nothing has been vetted.")
    if vetting.given_back_at:
        raise CommandError(f"What {vetting} took was given back already. --list names the others.")
    return vetting


def _claims(users: Iterable[User]) -> list[str]:
    return [f"Claims to be {user.role or 'nothing'} again: {_shown(user.email)}" for user in users]


def _find(emails: Iterable[str]) -> dict[str, User]:
    """The existing accounts by email, locked until the decisions are written."""
    return {user.email: user for user in User.objects.select_for_update(no_key=True).filter(email__in=set(emails))}


def _approve(user: User, decider: dict[str, Any]) -> str:
    already = user.approved_role == user.role
    approve_role(user=user, role=user.role, **decider)
    return f"{'Was approved' if already else 'Approved'} as {user.role}: {_shown(user.email)}"


def _refuse_what_cannot_be(
    approve: list[str], to_approve: dict[str, User], demote: list[str], to_demote: dict[str, User]
) -> None:
    """Raise all problems at once, so that a long file can be corrected in one go."""
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


def _state(user: User, since: datetime | None) -> str:
    if user.is_superuser:
        return SUPERUSER
    if user.approved_role == user.role:
        return APPROVED
    return NEWCOMER if is_newcomer(user, since) else WAITING


def _last_decision(user: User) -> RoleApproval | None:
    return next(iter(user.role_approvals.all()), None)


def _as_line(user: User, state: str) -> tuple[str, ...]:
    decision, last = _last_decision(user), "-"
    if decision:
        who = decision.decided_by.email if decision.decided_by else decision.operator or "unknown"
        last = f"{decision.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {decision.role or 'none'}, by {_shown(who)}"
    shown = (_shown(text) for text in (user.email, user.username, user.role, user.approved_role))
    return (str(user.pk), *shown, state, last)


def _as_json(user: User, state: str) -> dict[str, Any]:
    decision = _last_decision(user)
    return {
        "id": user.pk,
        "email": user.email,
        "username": user.username,
        "role": user.role,
        "approved_role": user.approved_role,
        "state": state,
        "last_decision": _decision_as_json(decision) if decision else None,
    }


def _vettings() -> list[dict[str, Any]]:
    """The vettings, oldest first, with the decider and the number of claims taken; each has a single decider."""
    vettings = Vetting.objects.order_by("id").annotate(
        taken=Count("decisions"), by=Min("decisions__decided_by__email"), operator=Min("decisions__operator")
    )
    return [
        {
            "number": vetting.pk,
            "at": vetting.made_at.astimezone(UTC).isoformat(),
            "by": vetting.by,
            "operator": vetting.operator or "",
            "claims": vetting.taken,
            "given_back_at": vetting.given_back_at and vetting.given_back_at.astimezone(UTC).isoformat(),
        }
        for vetting in vettings
    ]


def _vetting_as_line(vetting: dict[str, Any]) -> str:
    who = vetting["by"] or vetting["operator"]
    by = f", by {_shown(who)}" if who else ""
    back = f"; given back {_minute(vetting['given_back_at'])}" if vetting["given_back_at"] else ""
    return f"vetting {vetting['number']}: {_minute(vetting['at'])}{by}, took {vetting['claims']} claims{back}"


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"


def _decision_as_json(decision: RoleApproval) -> dict[str, Any]:
    return {
        "role": decision.role,
        "previous_role": decision.previous_role,
        "claim": decision.claim,
        "previous_claim": decision.previous_claim,
        "at": decision.created_at.astimezone(UTC).isoformat(),
        "by": decision.decided_by.email if decision.decided_by else None,
        "operator": decision.operator,
    }


def _shown(text: str | None) -> str:
    """Text that users entered, quoted if a terminal would not show all of it."""
    if text is None:
        return "-"
    return text if text.isprintable() and text and text == text.strip() else repr(text)


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"
