"""Vettings: the points in time at which all claims were reviewed, the claims they took, and later claims."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now

from apps.users.models import Role, RoleApproval, User, UserQuerySet, Vetting
from apps.users.services import demote

# A sign-up may have begun before a vetting and been committed after it, unseen.
ON_THE_WAY = timedelta(minutes=1)


def vet(*, by: User | None, operator: str = "") -> tuple[Vetting, list[User]]:
    """Demote everyone whose claim nobody has approved; returns the vetting and the changed accounts."""
    with transaction.atomic():
        vetting = Vetting.objects.create()
        rest = User.objects.unvetted().select_for_update(no_key=True)
        return vetting, demote(users=rest, by=by, operator=operator, vetting=vetting)


def newcomers_since() -> datetime | None:
    """Accounts created after this are newcomers, unseen by the last vetting; None if there was none."""
    vetting = Vetting.objects.filter(given_back_at=None).order_by("-id").first()
    return vetting.made_at - ON_THE_WAY if vetting else None


def is_newcomer(user: User, since: datetime | None) -> bool:
    """Whether the account was created after `newcomers_since()`."""
    return bool(since and user.date_joined and user.date_joined > since)


def newcomers() -> UserQuerySet:
    """Newcomers with unvetted claims. The claims give no power here, and the old sign-up keeps creating them."""
    since = newcomers_since()
    return User.objects.unvetted().filter(date_joined__gt=since) if since else User.objects.none()


def waiting() -> UserQuerySet:
    """The other unvetted claims. Somebody has to review these before authoring moves to this service."""
    since = newcomers_since()
    made_before = Q(date_joined=None) | Q(date_joined__lte=since) if since else Q()
    return User.objects.unvetted().filter(made_before)


def give_back(*, decisions: Iterable[RoleApproval], by: User | None, operator: str = "") -> list[User]:
    """Undo what these decisions did to claims, but not to approvals; returns the accounts that got theirs back.

    An account is left alone if there was a later decision about it, or if it has changed since.
    """
    with transaction.atomic():
        wanted = {decision.pk for decision in decisions}
        people = RoleApproval.objects.filter(pk__in=wanted).values("user_id")
        locked = {user.pk: user for user in User.objects.select_for_update(no_key=True).filter(pk__in=people)}
        standing = [decision for decision in taken_claims(locked.values()) if decision.pk in wanted]
        for decision in standing:
            locked[decision.user_id].role = decision.previous_claim
        changed = [locked[decision.user_id] for decision in standing]
        User.objects.bulk_update(changed, ["role"])
        RoleApproval.objects.bulk_create(
            RoleApproval(
                user=user,
                email=user.email,
                claim=user.role,
                previous_claim=Role.STUDENT,
                decided_by=by,
                operator=operator,
            )
            for user in changed
        )
    return changed


def give_back_vetting(vetting: Vetting, *, by: User | None, operator: str = "") -> list[User]:
    """Give back all that a vetting took, as `give_back` does; it then no longer counts. Returns the accounts."""
    with transaction.atomic():
        Vetting.objects.filter(pk=vetting.pk).update(given_back_at=Now())
        return give_back(decisions=vetting.decisions.all(), by=by, operator=operator)


def taken_claims(users: Iterable[User]) -> list[RoleApproval]:
    """The decisions that took a claim from these accounts which can be given back."""
    last = RoleApproval.objects.filter(user=OuterRef("user")).order_by("-id").values("pk")[:1]
    return list(
        RoleApproval.objects.filter(
            pk=Subquery(last),
            user__in=[user.pk for user in users],
            claim=Role.STUDENT,
            user__role=Role.STUDENT,
            user__approved_role=None,
        )
    )
