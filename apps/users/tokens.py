"""The tokens of an account: access tokens for an hour, refresh tokens for two weeks.

The refresh tokens that one sign-in leads to form a family. Every change to them holds the lock of the account's row, so
at most one token of a family is valid: the newest.
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
    default_detail = "The refresh token is invalid or was already used."
    default_code = "token_not_valid"


class UselessToken(ValidationError):
    default_detail = {"refresh": ["This is not a valid refresh token of this account."]}


class RefreshToken(tokens.RefreshToken):
    """simplejwt's token without its blacklist check, which would run before the lock."""

    def check_blacklist(self) -> None:
        """Do nothing: `rotate` and `sign_out` check the token while they hold the lock."""


def access_token(user: User) -> str:
    """A token for an hour. It names the email, by which the other service identifies people. A refresh token must not:
    the other service would accept it as a sign-in of two weeks.
    """
    token = tokens.AccessToken.for_user(user)
    token["email"] = user.email
    token["version"] = user.token_version
    return str(token)


def tokens_for(user: User) -> dict[str, str]:
    """A new pair, as {"access", "refresh"}, which begins a family. InvalidCredentials as for `access_for`."""
    with transaction.atomic():
        signed_in = _still_signing_in(user)
        return {"access": access_token(signed_in), "refresh": _new_refresh_token(signed_in, uuid4())}


def access_for(user: User) -> str:
    """An access token alone, for a user whose password was just checked.

    InvalidCredentials if the account was locked or its password changed since it was read: otherwise a sign-in with the
    old password during the change would stay valid.
    """
    with transaction.atomic():
        return access_token(_still_signing_in(user))


def rotate(refresh: str) -> dict[str, str]:
    """Exchange a refresh token for a new pair; InvalidRefreshToken if it is invalid or its family has ended.

    If it is used again within REFRESH_REUSE_GRACE_S, as by two tabs or after a lost response, it gets the family's
    newest token, as all of them do. Later reuse means that somebody has a copy, and the family ends.
    """
    with transaction.atomic():
        found = _find(refresh)
        pair = _next_pair(*found) if found else None
    # Raised outside the transaction, which would otherwise roll back the end of the family.
    if pair is None:
        raise InvalidRefreshToken
    return pair


def sign_out(*, user: User, refresh: str) -> None:
    """End the family of this user's refresh token, and all access tokens of the account.

    UselessToken if the token is somebody else's or its family has ended.
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
    """The account, with its row locked until the transaction ends."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if locked is None or locked.password != user.password:
        raise InvalidCredentials
    return locked


def _find(refresh: str) -> tuple[User, OutstandingToken] | None:
    """The token's user, locked, and its row; None if it is invalid, or the account is deleted or locked out."""
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
    """End the family; False if it had already ended, since a sign-out of the previous release takes no lock."""
    return BlacklistedToken.objects.get_or_create(token=token)[1]


def _membership(token: OutstandingToken) -> RefreshFamilyMember:
    """The token's place in its family; a token of the previous release begins a family here."""
    return RefreshFamilyMember.objects.get_or_create(token=token, defaults={"family": uuid4()})[0]


def _newest(family: UUID) -> OutstandingToken | None:
    """The valid token of the family; None if it has ended."""
    return OutstandingToken.objects.filter(membership__family=family, blacklistedtoken=None).first()


def _new_refresh_token(user: User, family: UUID) -> str:
    made = RefreshToken.for_user(user)
    RefreshFamilyMember.objects.create(token=OutstandingToken.objects.get(jti=made["jti"]), family=family)
    return str(made)
