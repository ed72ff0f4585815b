"""Use cases for accounts and roles, shared by the API, the admin site and the commands."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, update_last_login
from django.core.exceptions import ValidationError as ImpossibleEmail
from django.db import IntegrityError, transaction
from rest_framework.exceptions import AuthenticationFailed, ValidationError

from apps.core.api.exceptions import Conflict
from apps.users.emails import EMAIL_IN_USE
from apps.users.models import Role, RoleApproval, User, Vetting
from apps.users.registration import admit
from apps.users.roles import GROUPS


class InvalidCredentials(AuthenticationFailed):
    default_detail = "Wrong email or password."
    default_code = "invalid_credentials"


class EmailTaken(ValidationError):
    """An equal email is in use, or was until recently; `message` says which."""

    def __init__(self, message: str = EMAIL_IN_USE) -> None:
        super().__init__({"email": [message]})
        self.message = message


class WrongPassword(ValidationError):
    default_detail = {"old_password": ["This is not your current password."]}


class SuperuserKeepsRole(Conflict):
    default_detail = "A superuser is always an admin. Another superuser must first remove that flag in the admin site."
    default_code = "superuser_keeps_role"


class OwnAccount(Conflict):
    default_detail = "You cannot remove your own role or lock your own account."
    default_code = "own_account"


def sign_in(*, email: str, password: str, as_typed: bool = False) -> User:
    """The active account with this email and password; InvalidCredentials otherwise.

    With `as_typed` the email must match exactly. An unknown email takes as long as a wrong password, since the backend
    hashes in both cases.
    """
    user = authenticate(email=email, password=password, as_typed=as_typed)
    if not isinstance(user, User):
        raise InvalidCredentials
    update_last_login(None, user)  # type: ignore[arg-type]
    return user


def register(*, username: str, email: str, password: str, role: str | None = Role.STUDENT) -> User:
    """Create an account. `role` is a claim, which gives no rights.

    RegistrationClosed and DomainRefused come first and so reveal nothing about other accounts; then EmailTaken.
    """
    admit(email)
    try:
        return User.objects.create_user(email=email, username=username, password=password, role=role)
    except ImpossibleEmail as error:
        raise EmailTaken(error.messages[0]) from error
    except IntegrityError as error:
        raise EmailTaken from error


def change_password(*, user: User, old_password: str, new_password: str) -> User:
    """Set a new password, given the old one (WrongPassword otherwise), and end all tokens of the account."""
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not locked.check_password(old_password):
            raise WrongPassword
        locked.set_password(new_password)
        locked.save(update_fields=["password"])
    return locked


def change_account(*, user: User, by: User, **fields: Any) -> User:
    """Change an account's username, email, role and is_active, as an admin, or one's own name.

    EmailTaken; OwnAccount if admins would lock or demote themselves; SuperuserKeepsRole if the account is a superuser's
    and `by` is not one. A new claim drops the approval of the previous one.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        changed = {name: value for name, value in fields.items() if getattr(locked, name) != value}
        if locked.is_superuser and not by.is_superuser and changed:
            raise SuperuserKeepsRole
        if locked.pk == by.pk and changed.keys() & {"role", "is_active"}:
            raise OwnAccount
        for name, value in changed.items():
            setattr(locked, name, value)
        try:
            with transaction.atomic():
                if "email" in changed:
                    User.objects.claim_email(changed["email"], account=locked)
                locked.save(update_fields=list(changed))
        except ImpossibleEmail as error:
            raise EmailTaken(error.messages[0]) from error
        except IntegrityError as error:
            raise EmailTaken from error
        if "role" in changed and locked.approved_role:
            return approve_role(user=locked, role=None, by=by)
    return locked


def approve_role(*, user: User, role: str | None, by: User | None, operator: str = "") -> User:
    """Approve a role, or withdraw the approval with None; who decided is recorded.

    The claim stays as it is, and an approval gives power only while it equals the claim. On the command line `operator`
    is the person who runs it, and `by` may be None.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if locked.is_superuser and role != locked.approved_role:
            raise SuperuserKeepsRole
        previous, locked.approved_role = locked.approved_role, role
        if previous != role:
            locked.save(update_fields=["approved_role"])
            RoleApproval.objects.create(
                user=locked, email=locked.email, role=role, previous_role=previous, decided_by=by, operator=operator
            )
        join_role_group(locked)
    return locked


def demote(*, users: Iterable[User], by: User | None, operator: str = "", vetting: Vetting | None = None) -> list[User]:
    """Make these accounts students in both services: removes claim and approval, and records who decided.

    The claim is recorded too and can be given back; `vetting` is the one that takes it. Returns the accounts that
    changed. SuperuserKeepsRole if one of them is a superuser; then nobody is demoted.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk for user in users])
        demoted = [user for user in locked if (user.role, user.approved_role) != (Role.STUDENT, None)]
        if any(user.is_superuser for user in demoted):
            raise SuperuserKeepsRole
        RoleApproval.objects.bulk_create(
            RoleApproval(
                user=user,
                email=user.email,
                role=Role.STUDENT,
                previous_role=user.approved_role,
                claim=Role.STUDENT if user.role != Role.STUDENT else None,
                previous_claim=user.role if user.role != Role.STUDENT else None,
                vetting=vetting,
                decided_by=by,
                operator=operator,
            )
            for user in demoted
        )
        keys = [user.pk for user in demoted]
        User.objects.filter(pk__in=keys).update(role=Role.STUDENT, approved_role=None)
        User.groups.through.objects.filter(user__in=keys, group__name__in=GROUPS.values()).delete()
    return demoted


def join_role_group(user: User) -> None:
    """Put the account into the admin-site group of its approved role, and take it out of the others."""
    mine = GROUPS.get(user.approved_role) if user.approved_role else None  # type: ignore[call-overload]
    user.groups.remove(*Group.objects.filter(name__in=GROUPS.values()).exclude(name=mine))
    if mine:
        user.groups.add(Group.objects.get_or_create(name=mine)[0])
