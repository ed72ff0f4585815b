"""Every page of the admin site in a real browser: what axe finds of serious faults, and pictures in five forms."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from apps.openai_integration.models import Thread
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from apps.users.tests.factories import PASSWORD
from apps.users.welfare_contacts import name_contact
from deploy.common import ROOT
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
# Kept for whoever looks at the pages; not part of the repository.
PICTURES = ROOT / "build" / "screenshots"
FORMS = {f"{size}-{scheme}": (size, scheme) for size in ("desk", "phone") for scheme in ("light", "dark")}
FORMS["tablet-light"] = ("tablet", "light")
SIZES: dict[str, ViewportSize] = {
    "desk": {"width": 1300, "height": 900},
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
}


def pages() -> Iterator[str]:
    """The address of each list, of one row of it, of an empty form, and of the pages that are no model's."""
    yield reverse("admin:index")
    yield reverse("dashboard:not-begun")
    yield reverse("dashboard:failed-twice")
    yield reverse("admin:password_change")
    yield reverse("admin:activities_import")
    yield reverse("admin:openai_integration_student", args=[Thread.objects.values_list("student", flat=True).first()])
    yield reverse("tryout", args=[AssistantScenario.objects.values_list("pk", flat=True).first()])
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


def looked_at(page: Page, address: str, form: str) -> list[str]:
    """What is wrong with a page in one of the FORMS; a picture of it is kept."""
    size, scheme = FORMS[form]
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("html.dark")).to_have_count(int(scheme == "dark"))
    name = re.sub(r"[0-9a-f]{8}-[-0-9a-f]+", "one", address.strip("/")).replace("/", "-").partition("?")[0]
    page.screenshot(path=PICTURES / form / f"{name}.png", full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"it is {width} pixels wide"] if width > SIZES[size]["width"] else []
    # The rules that axe checks do not depend on the size, but for the targets' size, and the phone has those too.
    return wide + (faults(page) if form in {"desk-dark", "phone-light"} else [])


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
            for form in FORMS:
                found[f"{address} {form}"] = looked_at(page, address, form)
    assert {address: one for address, one in found.items() if one} == {}


def test_the_menu_and_the_filters_open_by_keyboard(chromium: str, tmp_path: Path, live_server: LiveServer) -> None:
    root = User.objects.create_superuser("root@example.org", "Root", PASSWORD)
    with new_page(chromium, tmp_path, live_server.url) as page:
        page.set_viewport_size({"width": 1024, "height": 768})
        sign_in(page, root.email)
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(reverse("admin:scenarios_assistantscenario_changelist"))
        press(page, "Menu")
        expect(page.locator("#nav-sidebar-apps").get_by_text("Rubrics", exact=True)).to_be_visible()
        press(page, root.email)
        expect(page.get_by_text("Log out")).to_be_visible()
        page.reload()
        press(page, "Filters")
        expect(page.get_by_role("link", name="In the archive").first).to_be_visible()


def press(page: Page, name: str) -> None:
    """Tab until the button has the focus, and press Enter."""
    button = page.get_by_role("button", name=name).filter(visible=True).first
    expect(button).to_be_visible()
    for _ in range(60):
        if button.evaluate("(one) => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never came to {name}.")
