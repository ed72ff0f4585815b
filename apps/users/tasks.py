"""Housekeeping of accounts."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="users.flush_expired_tokens")
def flush_expired_tokens() -> None:
    """Forget refresh tokens that have run out: each sign-in and each refresh leaves a row."""
    call_command("flushexpiredtokens")
