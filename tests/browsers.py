"""A real browser for tests."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def chromium() -> str:
    """Debian's chromium; without it the tests are skipped, or fail if BROWSER_REQUIRED is set."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "chromium is not installed (apt-get install chromium)"
        if os.environ.get("BROWSER_REQUIRED"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@contextlib.contextmanager
def new_page(program: str, home: Path, base_url: str) -> Iterator[Page]:
    """An empty page in a new browser, whose files are in `home`."""
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(home))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, env={**os.environ, **places})
        page = browser.new_context(base_url=base_url, viewport={"width": 1300, "height": 900}).new_page()
        page.set_default_timeout(20_000)
        yield page
        browser.close()
