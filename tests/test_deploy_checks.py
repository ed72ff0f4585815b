"""What `check --deploy` reports on the settings."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.test_settings import PRODUCTION, ROOT


def test_the_check_of_a_deployment_has_no_warning_with_the_short_key_of_the_old_service_either() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **PRODUCTION, "JWT_SIGNING_KEY": "flask's", "NUM_PROXIES": "0"}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("parallel", "key", "found"),
    [(True, "flask's", []), (False, "flask's", ["users.W001"]), (False, "x" * 32, []), (False, "é" * 16, [])],
)
def test_a_short_key_is_warned_of_once_the_old_service_is_off(
    parallel: bool, key: str, found: list[str], settings: Any
) -> None:
    settings.FLASK_PARALLEL, settings.JWT_SIGNING_KEY, settings.NUM_PROXIES_GIVEN = parallel, key, True
    warnings = run_checks(tags=["security"], include_deployment_checks=True)
    assert [warning.id for warning in warnings if (warning.id or "").startswith("users.")] == found


@pytest.mark.parametrize(("said", "found"), [(False, ["users.W002"]), (True, [])])
def test_a_proxy_that_nobody_has_told_of_is_warned_of_until_it_is_said_how_many(
    said: bool, found: list[str], settings: Any
) -> None:
    settings.NUM_PROXIES_GIVEN = said
    warnings = run_checks(tags=["security"], include_deployment_checks=True)
    assert [warning.id for warning in warnings if (warning.id or "").startswith("users.")] == found


def test_every_silenced_check_has_its_reason_beside_it() -> None:
    text = (ROOT / "config" / "settings" / "production.py").read_text()
    silenced = re.findall(r'"security\.(W\d+)"', text)
    assert silenced
    assert all(f"# {code}:" in text for code in silenced)
