"""The tokens of an account: access for an hour, refresh for two weeks.

The refresh tokens that one sign-in leads to are a family. All that is done to them is done under the lock of their
account's row, so that of a family never more than one is good: its newest.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.users.models import RefreshFamilyMember, User
from apps.users.services import InvalidCredentials

log = structlog.get_logger(__name__)


class InvalidRefreshToken(AuthenticationFailed):
    default_detail = "The refresh token is not valid, or was used before."
    default_code = "token_not_valid"


class UselessToken(ValidationError):
    default_detail = {"refresh": ["This is not a refresh token of yours that is still good."]}


class RefreshToken(tokens.RefreshToken):
    """simplejwt's, which by itself says nothing more of a used token than that it is one."""

    def check_blacklist(self) -> None:
        """It is looked at under the lock."""


def access_token(user: User) -> str:
    """A token for an hour. It names the email, by which the other service knows people; a refresh token must not,
    since the other service would take it for a sign-in of two weeks.
    """
    token = tokens.AccessToken.for_user(user)
    token["email"] = user.email
    token["version"] = user.token_version
    return str(token)


def tokens_for(user: User) -> dict[str, str]:
    """A new pair, as {"access", "refresh"}, which begins a family. InvalidCredentials as of `access_for`."""
    with transaction.atomic():
        signed_in = _still_signing_in(user)
        return {"access": access_token(signed_in), "refresh": _new_refresh_token(signed_in, uuid4())}


def access_for(user: User) -> str:
    """An access token alone, for who has just been found to know the password.

    InvalidCredentials where the account has been locked since it was read, or the password is another: whoever signs in
    with the old one while it is changed would stay.
    """
    with transaction.atomic():
        return access_token(_still_signing_in(user))


def rotate(refresh: str) -> dict[str, str]:
    """A new pair for a refresh token; InvalidRefreshToken where it is none, or its family has ended.

    Used again within REFRESH_REUSE_GRACE_S, as by two tabs or where the answer was lost, it gets the family's newest,
    which is the one that all of them get. Later there is a copy in somebody's hands, and the family ends.
    """
    with transaction.atomic():
        found = _find(refresh)
        pair = _next_pair(*found) if found else None
    # Out here, or what has ended a family would be taken back.
    if pair is None:
        raise InvalidRefreshToken
    return pair


def sign_out(*, user: User, refresh: str) -> None:
    """End the family of this user's refresh token, and all access tokens of the account.

    UselessToken if it is somebody else's, or its family has ended.
    """
    with transaction.atomic():
        found = _find(refresh)
        if found is None or found[0].pk != user.pk:
            raise UselessToken
        owner, token = found
        newest = _newest(_membership(token).family)
        if newest is None:
            raise UselessToken
        _end(newest)
        owner.end_access_tokens()


def _still_signing_in(user: User) -> User:
    """The account, whose row is locked until the transaction ends."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if locked is None or locked.password != user.password:
        raise InvalidCredentials
    return locked


def _find(refresh: str) -> tuple[User, OutstandingToken] | None:
    """Whose refresh token it is, locked, and its row; None where it is none, or the account is gone or locked out."""
    try:
        token = RefreshToken(refresh)  # type: ignore[arg-type]
    except TokenError:
        return None
    row = OutstandingToken.objects.filter(jti=token["jti"]).first()
    if row is None:
        return None
    user = User.objects.select_for_update(no_key=True).filter(pk=row.user_id, is_active=True).first()
    return (user, row) if user else None


def _next_pair(user: User, token: OutstandingToken) -> dict[str, str] | None:
    member = _membership(token)
    newest = _newest(member.family)
    if newest is None:
        return None
    if newest == token:
        if not _end(token):
            return None
        RefreshFamilyMember.objects.filter(pk=member.pk).update(used_at=Now())
        return {"access": access_token(user), "refresh": _new_refresh_token(user, member.family)}
    grace = timedelta(seconds=settings.REFRESH_REUSE_GRACE_S)
    if RefreshFamilyMember.objects.filter(pk=member.pk, used_at__gt=Now() - grace).exists():
        return {"access": access_token(user), "refresh": newest.token}
    _end(newest)
    user.end_access_tokens()
    log.warning("refresh_token_reused", user_id=user.pk, family=str(member.family))
    return None


def _end(token: OutstandingToken) -> bool:
    """False if it has been ended already: a sign-out of the release before takes no lock."""
    return BlacklistedToken.objects.get_or_create(token=token)[1]


def _membership(token: OutstandingToken) -> RefreshFamilyMember:
    """Its place; a token of the release before begins a family here."""
    return RefreshFamilyMember.objects.get_or_create(token=token, defaults={"family": uuid4()})[0]


def _newest(family: UUID) -> OutstandingToken | None:
    """The one that is good; None where the family has ended."""
    return OutstandingToken.objects.filter(membership__family=family, blacklistedtoken=None).first()


def _new_refresh_token(user: User, family: UUID) -> str:
    made = RefreshToken.for_user(user)
    RefreshFamilyMember.objects.create(token=OutstandingToken.objects.get(jti=made["jti"]), family=family)
    return str(made)
