"""A new password for somebody who has forgotten the old one, through a link in a mail.

A link is good for PASSWORD_RESET_TIMEOUT, and until the account has another password or signs in to this service.
"""

from smtplib import SMTPException

import structlog
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError as ImpossibleEmail
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from apps.core.api.serializers import HIGHEST_ID
from apps.users.models import User
from apps.users.serializers import password_problems

log = structlog.get_logger(__name__)

_TEXT = """\
Somebody, probably you, asked for a new password for your account at {site}. Choose one here:

{page}/{uid}/{token}

The link works once, for {minutes} minutes. If it was not you, do nothing: your password stays as it is.
"""


class PasswordResetClosed(PermissionDenied):
    default_detail = "This service sends no mail about passwords. Ask an admin for a new one."
    default_code = "password_reset_closed"


class UselessLink(ValidationError):
    default_detail = {"token": ["This link was used or has expired. Ask for a new one."]}


def is_offered() -> bool:
    """Whether mails leave, and nobody can make their links lead elsewhere by asking under a false name."""
    return settings.SENDS_MAIL and bool(settings.PASSWORD_RESET_PAGE or "*" not in settings.ALLOWED_HOSTS)


def page_for(request: Request | HttpRequest) -> str:
    """The beginning of the link in a mail. The name in a request is one of ALLOWED_HOSTS."""
    return settings.PASSWORD_RESET_PAGE or f"{request.scheme}://{request.get_host()}/#/reset"


def account_for(email: str) -> int:
    """The id of the active account that this email means; 0 if there is none."""
    user = User.objects.meant_by(email)
    return user.pk if user and user.is_active else 0


def mail_link(account_id: int, page: str) -> bool:
    """Mail a link to the account, at the email that it has. False if the mail server did not take it."""
    user = User.objects.filter(pk=account_id, is_active=True).first()
    if user is None or not _is_deliverable(user.email):
        return True
    try:
        _mail(user, page).send()
    except (SMTPException, OSError) as error:
        # The errors of smtplib have the address in them.
        log.warning("password_mail_failed", error=type(error).__name__)
        return False
    return True


def set_password(*, uid: str, token: str, password: str) -> User:
    """Set the password of the account that the link is for, and end all its tokens.

    UselessLink; ValidationError for a password that the rules refuse.
    """
    with transaction.atomic():
        user = _named_by(uid)
        if user is None or not default_token_generator.check_token(user, token):
            raise UselessLink
        if problems := password_problems(password, user):
            raise ValidationError({"password": problems})
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _named_by(uid: str) -> User | None:
    """The active account, with its row locked: of two uses of one link at once, the second finds it used."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    if not 0 < pk <= HIGHEST_ID:
        return None
    return User.objects.select_for_update(no_key=True).filter(pk=pk, is_active=True).first()


def _is_deliverable(email: str) -> bool:
    """The other service takes any text for an email."""
    try:
        validate_email(email)
    except ImpossibleEmail:
        return False
    return True


def _mail(user: User, page: str) -> EmailMessage:
    body = _TEXT.format(
        site=page.partition("/#")[0],
        page=page,
        uid=urlsafe_base64_encode(force_bytes(user.pk)),
        token=default_token_generator.make_token(user),
        minutes=settings.PASSWORD_RESET_TIMEOUT // 60,
    )
    return EmailMessage(
        subject="A new password",
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
