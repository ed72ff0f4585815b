"""Mails to welfare contacts, through a real SMTP server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.openai_integration.models import WelfareFlag
from apps.openai_integration.tasks import mail_welfare_contacts
from apps.openai_integration.tests.factories import RunFactory
from apps.openai_integration.welfare.suspension import suspend
from apps.users.models import User
from apps.users.welfare_contacts import name_contact
from dev.servers import free_port
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db
SAID = "words of the student that no mail repeats"


@pytest.fixture
def server(settings) -> Iterator[SmtpServer]:
    with SmtpServer.running() as smtp:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
        settings.WELFARE_SITE_URL = "https://patient.example.org"
        yield smtp


@pytest.fixture
def flag(student: User) -> WelfareFlag:
    run = RunFactory(thread__student=student, user_message__content=SAID, status="cancelled")
    suspend(run, found_by=WelfareFlag.FoundBy.RULES)
    return WelfareFlag.objects.get()


@pytest.fixture
def contact(instructor: User) -> User:
    name_contact(instructor)
    return instructor


def test_a_mail_has_a_link_and_neither_a_name_nor_words(
    server: SmtpServer, flag: WelfareFlag, contact: User, student: User
) -> None:
    mail_welfare_contacts()
    (mail,) = server.mails
    assert f"https://patient.example.org/admin/openai_integration/welfareflag/{flag.pk}/change/" in mail
    assert f"To: {contact.email}" in mail
    assert not any(words in mail for words in (SAID, student.username, student.email, str(flag.thread_id)))
    flag.refresh_from_db()
    assert flag.mailed_at


def test_a_mail_is_sent_once(server: SmtpServer, flag: WelfareFlag, contact: User) -> None:
    for _ in range(3):
        mail_welfare_contacts()
    assert len(server.mails) == 1


@pytest.mark.parametrize("failure", ["refused", "unreachable"])
def test_a_mail_that_failed_is_sent_again(
    server: SmtpServer, flag: WelfareFlag, contact: User, settings, failure: str
) -> None:
    server.refuses, port = failure == "refused", settings.EMAIL_PORT
    if failure == "unreachable":
        settings.EMAIL_PORT = free_port()
    mail_welfare_contacts()
    flag.refresh_from_db()
    assert (flag.mailed_at, server.mails) == (None, [])
    server.refuses, settings.EMAIL_PORT = False, port
    mail_welfare_contacts()
    assert len(server.mails) == 1


def test_a_worker_that_died_while_it_sent_is_waited_for(server: SmtpServer, flag: WelfareFlag, contact: User) -> None:
    begun = WelfareFlag.objects.filter(pk=flag.pk)
    begun.update(mail_begun_at=timezone.now())
    mail_welfare_contacts()
    assert server.mails == []
    begun.update(mail_begun_at=timezone.now() - timedelta(minutes=11))
    mail_welfare_contacts()
    assert len(server.mails) == 1
    assert f"Message-ID: <welfare-{flag.pk}@virtual-patient>" in server.mails[0]


def test_nothing_is_sent_without_a_server_or_to_nobody_and_later_it_is(
    server: SmtpServer, flag: WelfareFlag, instructor: User, settings
) -> None:
    mail_welfare_contacts()
    name_contact(instructor)
    settings.SENDS_MAIL = False
    mail_welfare_contacts()
    assert server.mails == []
    settings.SENDS_MAIL = True
    mail_welfare_contacts()
    assert len(server.mails) == 1


def test_what_was_handled_before_needs_no_mail(server: SmtpServer, flag: WelfareFlag, contact: User) -> None:
    WelfareFlag.objects.update(handled_at=timezone.now())
    mail_welfare_contacts()
    assert server.mails == []
