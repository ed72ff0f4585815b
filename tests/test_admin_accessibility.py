"""Every page of the admin site in a real browser: what axe finds of serious faults, in light and in dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.users.models import User
from apps.users.tests.factories import PASSWORD
from apps.users.welfare_contacts import name_contact
from tests.browsers import new_page
from tests.test_admin_site import make_rows
from tests.test_browser import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.timeout(3000),
    pytest.mark.django_db(transaction=True),
]
SERIOUS = {"serious", "critical"}


def pages() -> Iterator[str]:
    """The address of each list, of one row of it, and of an empty form."""
    yield reverse("admin:index")
    yield reverse("dashboard:not-begun")
    yield reverse("dashboard:failed-twice")
    yield reverse("admin:password_change")
    for model, pages in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        row = model._default_manager.values_list("pk", flat=True).first()
        yield reverse(f"{name}_change", args=[row])
        if type(pages).has_add_permission is admin.ModelAdmin.has_add_permission:
            yield reverse(f"{name}_add")


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in SERIOUS for node in one["nodes"]]


def test_no_page_of_the_admin_site_has_a_serious_fault(chromium: str, tmp_path: Path, live_server: LiveServer) -> None:
    root = User.objects.create_superuser("root@example.org", "Root", PASSWORD)
    name_contact(root)
    make_rows()
    addresses = [*pages()]  # before an event loop runs in this thread
    found: dict[str, list[str]] = {}
    with new_page(chromium, tmp_path, live_server.url) as page:
        page.goto("/admin/login/")
        found["sign-in"] = faults(page)
        sign_in(page, root.email)
        page.wait_for_url(lambda url: "login" not in url)
        for address in addresses:
            page.goto(address)
            expect(page.locator("h1").first).to_be_visible()
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                found[f"{address} {scheme}"] = faults(page)
    assert {address: one for address, one in found.items() if one} == {}
