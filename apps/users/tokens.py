"""The tokens of an account: access for an hour, refresh for two weeks."""

from typing import Any

from django.db import transaction
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import TokenError

from apps.users.models import User


class InvalidRefreshToken(AuthenticationFailed):
    default_detail = "The refresh token is not valid, or was used before."
    default_code = "token_not_valid"


class UselessToken(ValidationError):
    default_detail = {"refresh": ["This is not a refresh token of yours that is still good."]}


class RefreshToken(tokens.RefreshToken):
    """simplejwt's, which answers a token without an id, such as the other service's, with a KeyError."""

    def check_blacklist(self) -> None:
        if "jti" not in self.payload:
            raise TokenError("Token has no id")
        super().check_blacklist()


def access_token(user: User) -> str:
    """A token for an hour. It names the email, by which the other service knows people; a refresh token must not,
    since the other service would take it for a sign-in of two weeks.
    """
    token = tokens.AccessToken.for_user(user)
    token["email"] = user.email
    return str(token)


def tokens_for(user: User) -> dict[str, str]:
    """A new pair, as {"access", "refresh"}."""
    return {"access": access_token(user), "refresh": str(RefreshToken.for_user(user))}


def rotate(refresh: str) -> dict[str, str]:
    """Use a refresh token up for a new pair; InvalidRefreshToken for all callers but the first."""
    try:
        token = _parse(refresh)
    except TokenError as error:
        raise InvalidRefreshToken from error
    with transaction.atomic():
        # Under the lock a change of the password sees either this token or the one that takes its place.
        user = User.objects.select_for_update(no_key=True).filter(pk=token["user_id"], is_active=True).first()
        if user is None or not _blacklist(token):
            raise InvalidRefreshToken
        return tokens_for(user)


def sign_out(*, user: User, refresh: str) -> None:
    """Make a refresh token of this user useless; UselessToken if it is that already."""
    try:
        token = _parse(refresh)
    except TokenError as error:
        raise UselessToken from error
    if token["user_id"] != str(user.pk):
        raise UselessToken
    _blacklist(token)


def _parse(refresh: str) -> RefreshToken:
    token = RefreshToken(refresh)  # type: ignore[arg-type]
    if "user_id" not in token:
        raise TokenError("Token names no user")
    return token


def _blacklist(token: RefreshToken) -> bool:
    """Whether it was this call that did it: the row is unique, so of any number of callers it is one."""
    # Annotated as the row alone, it returns what get_or_create does.
    row_and_created: Any = token.blacklist()
    return row_and_created[1]
