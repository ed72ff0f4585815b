"""The Content-Security-Policy of pages, and a real browser that shows that they need no more."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient, Client, RequestFactory
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory
from apps.users.models import User
from config import wsgi
from tests.annotations import Browse, ClientFor
from tests.browsers import new_page
from tests.test_browser import browse, sign_in

__all__ = ["browse"]  # the fixture, which fails at every line of the console that is an error
EVERYWHERE = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGES = ["/admin/login/", "/admin/", "/admin/nowhere/", "/api/docs/", "/api/docs"]


def headers_by_client(path: str) -> Any:
    return Client().get(path).headers


def headers_by_async_client(path: str) -> Any:
    async def ask() -> Any:
        return (await AsyncClient().get(path)).headers

    return asyncio.run(ask())


def headers_by_production(path: str) -> Any:
    """Over config.wsgi, where the API has a way without pages' middleware, and the docs are under it."""
    told: dict[str, str] = {}
    list(wsgi.Application()(RequestFactory().get(path).environ, lambda status, headers, *rest: told.update(headers)))
    return told


@pytest.mark.django_db
@pytest.mark.parametrize("ask", [headers_by_client, headers_by_production])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_comes_with_its_policies(path: str, ask: Callable[[str], Any]) -> None:
    headers = ask(path)
    assert {name: headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= {
        *policy.split("; ")
    }
    assert ("'unsafe-eval'" in policy, "'unsafe-inline'" in policy) == (path.startswith("/admin"),) * 2
    assert "script-src 'self' 'unsafe-eval';" in policy or "script-src" not in policy


def test_they_come_in_async_too() -> None:
    assert headers_by_async_client("/api/docs/")["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.django_db
def test_what_is_no_page_has_none(client_for: ClientFor) -> None:
    answer = client_for("student").get("/api/v2/threads/")
    assert "Content-Security-Policy" not in answer.headers
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE


@pytest.fixture
def pages_of_the_admin(db: None) -> list[str]:
    run = RunFactory.create(status="completed")
    MessageFactory.create(thread=run.thread, role="assistant", content="It's my back.")
    evaluation = EvaluationFactory.create(thread=run.thread)
    app = "/admin/openai_integration"
    return [
        "/admin/",
        "/admin/scenarios/assistantscenario/",
        "/admin/scenarios/assistantscenario/add/",
        f"/admin/scenarios/assistantscenario/{run.thread.scenario_id}/change/",
        f"/admin/scenarios/assistantscenario/{run.thread.scenario_id}/delete/",
        f"/admin/activities/activity/{run.activity_id}/change/",
        "/admin/assessments/category/add/",
        f"{app}/thread/",
        f"{app}/thread/{run.thread_id}/change/",
        f"{app}/evaluation/",
        f"{app}/evaluation/{evaluation.pk}/change/",
        f"{app}/run/{run.pk}/change/",
        f"{app}/usage/",
        f"{app}/modelpause/",
        "/admin/users/user/",
        "/admin/users/roleapproval/",
        "/admin/password_change/",
    ]


@pytest.mark.browser
@pytest.mark.enable_socket
def test_no_page_of_the_admin_does_what_its_policy_forbids(
    browse: Browse, admin_user: User, pages_of_the_admin: list[str]
) -> None:
    with browse() as page:
        sign_in(page, admin_user.email)
        expect(page.locator("#nav-sidebar-apps")).to_be_visible()
        for path in pages_of_the_admin:
            page.goto(path, wait_until="networkidle")
            expect(page.locator("#nav-sidebar-apps")).to_be_visible()


@pytest.mark.browser
@pytest.mark.enable_socket
def test_the_docs_do_nothing_that_their_policy_forbids(browse: Browse, admin_user: User) -> None:
    with browse() as page:
        page.goto("/api/docs/", wait_until="networkidle")
        page.locator("#operations-students-sign_in").click()
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_role("button", name="Execute")).to_be_visible()
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(250, 250, 250)", "the style in drf-spectacular's page has another hash now"


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs/"])
def test_a_script_that_got_into_a_page_does_not_run(
    chromium: str, tmp_path: Path, live_server: LiveServer, path: str
) -> None:
    refused: list[str] = []

    def add_scripts(page: Page) -> None:
        page.evaluate(
            """() => { for (const give of [s => s.text = "window.ran = 1", s => s.src = "http://127.0.0.1:9/x.js"]) {
                const script = document.createElement("script"); give(script); document.body.append(script) } }"""
        )

    with new_page(chromium, tmp_path, live_server.url) as page:
        page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(path, wait_until="networkidle")
        add_scripts(page)
        for _ in range(200):  # lines of the console come while the page is waited for
            if len(refused) == 2:
                break
            page.wait_for_timeout(50)
        assert page.evaluate("window.ran") is None
    assert len(refused) == 2
