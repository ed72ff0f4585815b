"""Periodic clean-up of accounts."""

from celery import shared_task
from django.core.management import call_command
from django.db.models.functions import Now

from apps.users import failed_sign_ins
from apps.users.emails import HELD_FOR
from apps.users.models import FreedEmail


@shared_task(name="users.flush_expired_tokens")
def flush_expired_tokens() -> None:
    """Delete expired refresh tokens: each sign-in and each refresh leaves a row."""
    call_command("flushexpiredtokens")


@shared_task(name="users.forget_sign_in_addresses")
def forget_sign_in_addresses() -> None:
    """Delete sign-in addresses that have not been used for a long time."""
    failed_sign_ins.forget_addresses()


@shared_task(name="users.forget_freed_emails")
def forget_freed_emails() -> None:
    """Delete freed emails that are no longer reserved."""
    FreedEmail.objects.filter(freed_at__lte=Now() - HELD_FOR).delete()
