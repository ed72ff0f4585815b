"""A forgotten password from the request to the mail, on the real processes."""

import re
import secrets

import httpx2
import pytest

from tests.smtp_server import SmtpServer
from tests.stack import PASSWORD, Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
NEW = "quite another pass phrase"


def test_a_mail_that_is_refused_at_first_arrives_and_no_log_has_a_word_of_it(stack: Stack) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    with SmtpServer.running() as server:
        settings = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}", "LOG_LEVEL": "DEBUG", "WEB_CONCURRENCY": "1"}
        with stack.web(**settings) as url, stack.worker(**settings) as worker:
            auth = httpx2.Client(base_url=f"{url}/api/v2/auth", timeout=30)
            new = {"username": "Sam", "email": email, "password": PASSWORD}
            assert auth.post("/register/", json=new).status_code == 201
            server.refuses = True
            assert auth.post("/password-reset/", json={"email": email}).status_code == 202
            wait_until(lambda: "password_mail_failed" in worker.log.read_text(), "the mail was refused", worker)
            server.refuses = False
            wait_until(lambda: bool(server.mails), "the mail is sent again", worker)
            uid, token = re.search(rf"{url}/#/reset/(\S+)/(\S+)\r", server.mails[0]).groups()  # type: ignore[union-attr]
            link = {"uid": uid, "token": token, "password": NEW}
            assert [auth.post("/password-reset/confirm/", json=link).status_code for _ in range(2)] == [204, 400]
            signed_in = httpx2.post(f"{url}/api/login", json={"email": email, "password": NEW}, timeout=30)
            assert signed_in.status_code == 200
            logged = worker.log.read_text()
    logged += "".join(log.read_text() for log in stack.folder.glob("web-*.log"))
    assert "users.mail_password_link" in logged
    assert not [word for word in (email, token, f"reset/{uid}", NEW) if word in logged]
