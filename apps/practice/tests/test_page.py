"""The page at / as it is delivered. tests/test_practice_page.py has it in a browser."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from apps.practice import urls

APP = Path(__file__).resolve().parents[1]
FILES = sorted(path for path in (APP / "static").rglob("*") if path.is_file())
MODULES = [path for path in FILES if path.suffix == ".js"]


def test_it_comes_with_a_policy_that_allows_this_sites_files_alone(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("require-trusted-types-for") == "'script'"
    assert policy.pop("img-src") == "'self' blob:"
    assert set(policy.values()) <= {"'self'", "'none'"}
    assert answer.headers["Cache-Control"] == "no-cache"
    assert not answer.cookies
    page = answer.content.decode()
    assert not re.search(r"https?://|<style|style=|<script(?! type=\"module\" src=)", page)


def test_it_asks_for_all_its_modules_at_once(client: Client) -> None:
    preloaded = re.findall(r'rel="modulepreload" href="/static/practice/([^"]+)"', client.get("/").content.decode())
    assert preloaded == sorted(str(path.relative_to(APP / "static" / "practice")) for path in MODULES)


def test_everybody_gets_the_same_page_and_only_reads_it(client: Client) -> None:
    assert client.get("/", headers={"accept": "application/json"}).content == client.get("/").content
    assert client.post("/").status_code == 405


def test_it_can_be_left_out() -> None:
    assert [str(one.pattern) for one in urls.patterns(shown=True)] == [""]
    assert urls.patterns(shown=False) == []


def test_it_asks_v2_alone_and_makes_no_html_of_text() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    assert set(re.findall(r"/api/\w+/", text)) == {"/api/v2/"}
    assert not re.search(r"https?://|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(", text)


def test_it_is_small() -> None:
    page = APP / "templates" / "practice" / "page.html"
    assert sum(path.stat().st_size for path in [page, *FILES]) < 120_000
    assert {str(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 300} == {}


def test_it_imports_nothing_of_the_project() -> None:
    imported = [
        line for path in APP.glob("*.py") for line in re.findall(r"^(?:from|import) (\S+)", path.read_text(), re.M)
    ]
    assert {name.split(".")[0] for name in imported if not name.startswith("apps.practice")} == {"django", "pathlib"}


def test_its_types_hold() -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("tsc is not installed")
    done = subprocess.run([compiler, "-p", APP], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
