"""Mails to welfare contacts, through a real SMTP server."""

import socketserver
import threading
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

pytestmark = pytest.mark.django_db
SAID = "words of the student that no mail repeats"


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that sends a mail; the server's `refuses` answers DATA with 451."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            match line.split(b" ")[0].strip().upper():
                case b"DATA" if self.server.refuses:
                    self._say("451 not now")
                case b"DATA":
                    self._say("354 go on")
                    self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[str] = []
        self.refuses = False


@pytest.fixture
def server(settings) -> Iterator[SmtpServer]:
    with SmtpServer() as smtp:
        serving = threading.Thread(target=smtp.serve_forever)
        serving.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.server_address[1]
        settings.WELFARE_SITE_URL = "https://patient.example.org"
        yield smtp
        smtp.shutdown()
        serving.join()


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
    host, settings.EMAIL_HOST = settings.EMAIL_HOST, ""
    mail_welfare_contacts()
    assert server.mails == []
    settings.EMAIL_HOST = host
    mail_welfare_contacts()
    assert len(server.mails) == 1


def test_what_was_handled_before_needs_no_mail(server: SmtpServer, flag: WelfareFlag, contact: User) -> None:
    WelfareFlag.objects.update(handled_at=timezone.now())
    mail_welfare_contacts()
    assert server.mails == []
