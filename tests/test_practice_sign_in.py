"""Signing in on the students' page: as the school allows, and with a forgotten password."""

import contextlib
import re
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect

from dev.system import collect_static_files
from tests.browsers import new_page
from tests.practice_page import MARKS, PATIENCE_MS, PracticePage, practice
from tests.smtp_server import SmtpServer
from tests.stack import PASSWORD, Stack, wait_until

__all__ = ["practice"]  # the fixture
pytestmark = MARKS
NEW = "quite another pass phrase"


@contextlib.contextmanager
def another_origin() -> Iterator[str]:
    """The address of an empty page on another port of this machine, which for SameSite is the same site."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        serving.join()


def test_a_forgotten_password_is_replaced_through_the_mail(stack: Stack, chromium: str, tmp_path: Path) -> None:
    collect_static_files(stack.settings)
    email = f"{secrets.token_hex(4)}@example.org"
    with SmtpServer.running() as server:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        with stack.web(**mail) as url, stack.worker(**mail), new_page(chromium, tmp_path, url) as page:
            new = {"username": "Sam", "email": email, "password": PASSWORD}
            assert httpx2.post(f"{url}/api/v2/auth/register/", json=new, timeout=30).status_code == 201
            page.goto("/")
            page.get_by_role("link", name="Forgotten your password?").click()
            page.get_by_label("Email").fill(email)
            page.keyboard.press("Enter")
            expect(page.get_by_text("If there is an account with this email")).to_be_focused()
            wait_until(lambda: bool(server.mails), "the mail arrives")
            link = re.search(r"http\S+", server.mails[0].partition("Choose one here")[2])
            assert link
            page.goto(link[0])
            page.get_by_label("A new password").fill("short")
            page.keyboard.press("Enter")
            expect(page.locator("#password-error")).to_contain_text("too short")
            page.get_by_label("A new password").fill(NEW)
            page.keyboard.press("Enter")
            expect(page.get_by_text("Your new password is set.")).to_be_visible()
            page.goto(link[0])
            page.get_by_label("A new password").fill(NEW)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="This link was used or has expired")).to_be_focused()
            page.goto("/#/sign-in")
            page.get_by_label("Email").fill(email)
            page.get_by_label("Password").fill(NEW)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Hello, Sam")).to_be_focused(timeout=PATIENCE_MS)


def test_a_page_of_another_origin_gets_nothing_by_the_cookie_and_signing_out_ends_it(
    practice: PracticePage,
) -> None:
    page, url = practice.page, practice.gateway.url
    practice.register()
    (cookie,) = page.context.cookies(f"{url}/api/v2/auth/")
    assert (cookie["httpOnly"], cookie["sameSite"], page.context.cookies(url)) == (True, "Strict", [])
    assert page.evaluate("document.cookie + JSON.stringify(localStorage)").find(cookie["value"]) == -1
    second = page.context.new_page()
    second.goto("/")
    expect(second.get_by_role("heading", name="Hello, Sam")).to_be_visible()
    with another_origin() as elsewhere:
        evil = page.context.new_page()
        evil.goto(elsewhere)
        asked = """async (url) => {
            const request = { method: "POST", credentials: "include", headers: { "X-Refresh-Token": "cookie" } };
            try { return (await fetch(url, request)).status } catch (error) { return error.name }
        }"""
        assert evil.evaluate(asked, f"{url}/api/v2/auth/refresh/") == "TypeError"
        form = """(url) => {
            document.body.innerHTML = `<form method=post enctype=text/plain action=${url}><input name=x></form>`;
            document.forms[0].submit()
        }"""
        with evil.expect_navigation() as posted:
            evil.evaluate(form, f"{url}/api/v2/auth/refresh/")
        assert posted.value.status == 415
    now = {one["value"] for one in page.context.cookies(f"{url}/api/v2/auth/")}
    page.reload()
    expect(page.get_by_role("heading", name="Hello, Sam")).to_be_visible()
    assert len(now) == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.context.cookies(f"{url}/api/v2/auth/") == []


@pytest.mark.parametrize("registration", ["domains", "closed"])
def test_it_says_who_may_open_an_account(registration: str, stack: Stack, chromium: str, tmp_path: Path) -> None:
    collect_static_files(stack.settings)
    domains = {"REGISTRATION_DOMAINS": "uni.example"} if registration == "domains" else {}
    with (
        stack.web(REGISTRATION=registration, **domains) as url,
        new_page(chromium, tmp_path, url) as page,
    ):
        page.goto("/")
        expect(page.get_by_text("Ask an instructor or an admin of your school for a new one.")).to_be_visible()
        if registration == "closed":
            expect(page.get_by_text("This school opens the accounts itself.")).to_be_visible()
            expect(page.get_by_role("link", name="I have no account yet")).to_have_count(0)
            page.goto("/#/register")
            expect(page.get_by_role("button", name="Open an account")).to_have_count(0)
        else:
            page.get_by_role("link", name="I have no account yet").click()
            expect(page.get_by_text("It ends in: uni.example.")).to_be_visible()
