"""Mails the welfare contacts of suspended conversations."""

from datetime import timedelta
from smtplib import SMTPException

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from apps.openai_integration.models import WelfareFlag
from apps.openai_integration.tasks.sweeps import EXPIRES_S
from apps.users.welfare_contacts import contacts

log = structlog.get_logger(__name__)

# A worker that dies while it sends is given so long; the mail is then sent again, under the same Message-ID.
SENDING = timedelta(minutes=10)
_AT_ONCE = 20
_TEXT = """\
A conversation has been suspended because its student may be at risk.

{address}

Please look soon. This mail says nothing else, so that nobody else learns of it. Each look is recorded.
"""


@shared_task(name="openai_integration.mail_welfare_contacts", expires=EXPIRES_S)
def mail_welfare_contacts() -> None:
    """Send one mail for each suspended conversation that the contacts have not been told of.

    Beat sends this every 30 seconds, so what could not be sent is tried again.
    """
    if not settings.SENDS_MAIL:
        return
    unsent = WelfareFlag.objects.filter(mailed_at__isnull=True, handled_at__isnull=True).order_by("id")
    ids = list(unsent.values_list("pk", flat=True)[:_AT_ONCE])
    to = [contact.email for contact in contacts()] if ids else []
    for flag_id in ids if to else []:
        if not _send(flag_id, to):
            return  # the server is away; each further attempt would wait for its timeout


def _send(flag_id: int, to: list[str]) -> bool:
    """Send the mail of a flag unless another worker is at it; False if the server did not take it."""
    flag = WelfareFlag.objects.filter(pk=flag_id)
    free = Q(mail_begun_at__isnull=True) | Q(mail_begun_at__lt=Now() - SENDING)
    if not flag.filter(free, mailed_at__isnull=True).update(mail_begun_at=Now()):
        return True
    try:
        _mail(flag_id, to).send()
    except (SMTPException, OSError) as error:
        log.warning("welfare_mail_failed", flag_id=flag_id, error=type(error).__name__)
        flag.update(mail_begun_at=None)
        return False
    flag.update(mailed_at=Now())
    return True


def _mail(flag_id: int, to: list[str]) -> EmailMessage:
    page = reverse("admin:openai_integration_welfareflag_change", args=[flag_id])
    return EmailMessage(
        subject="A suspended conversation",
        body=_TEXT.format(address=f"{settings.WELFARE_SITE_URL}{page}"),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=to,
        headers={"Message-ID": f"<welfare-{flag_id}@virtual-patient>", "Auto-Submitted": "auto-generated"},
    )
