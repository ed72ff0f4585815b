"""Periodic clean-up of accounts."""

from celery import Task, shared_task
from django.core.management import call_command
from django.db.models.functions import Now

from apps.users import failed_sign_ins, password_reset
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


# Seconds until a mail is tried again that the mail server did not take. The link is made anew each time.
TRIED_AGAIN_AFTER_S = (10, 60, 300)


@shared_task(name="users.mail_password_link", bind=True)
def mail_password_link(self: Task, account_id: int, page: str) -> None:
    """Mail a link to set a new password; nothing for account 0, which stands for one that is not there."""
    tried = self.request.retries
    if not password_reset.mail_link(account_id, page) and tried < len(TRIED_AGAIN_AFTER_S):
        raise self.retry(countdown=TRIED_AGAIN_AFTER_S[tried], max_retries=None)
