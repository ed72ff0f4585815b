"""The table of addresses, the commands and the files in MIGRATION_GUIDE.md exist as it says."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import Resolver404, resolve
from rest_framework.views import APIView

from apps.users.models import User

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "MIGRATION_GUIDE.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (GET|POST|PUT|DELETE) `(/[^`]+)` \| (.+) \|$", re.MULTILINE)
# What stands for a value in the guide > one that fits.
VALUES = {"{id}": "1", "{activity id}": "1"}
UUID = "6f0c3f0e-5a43-4c0e-9d59-1f2f6f3c7c11"


def filled(path: str) -> str:
    path = path.split("?")[0]
    for name in ("threads", "runs", "evaluations"):
        path = path.replace(f"/{name}/{{id}}", f"/{name}/{UUID}")
    for name, value in VALUES.items():
        path = path.replace(name, value)
    return path


def view_class(view: Any) -> type[APIView]:
    """As `as_view` leaves it on the function."""
    return view.cls


@pytest.mark.old_api
def test_every_old_address_is_in_the_table_once_with_each_of_its_methods() -> None:
    from apps.flask_compat.urls import urlpatterns

    listed = [(method, view_class(resolve(f"/api{filled(path)}").func)) for method, path, _ in ROW.findall(GUIDE)]
    answered = {
        (method.upper(), view)
        for view in (view_class(pattern.callback) for pattern in urlpatterns)
        for method in ("get", "post", "put", "delete")
        if hasattr(view, method)
    }
    assert len(listed) == len(set(listed)) == 31
    assert set(listed) == answered


def test_every_new_address_in_the_table_is_there() -> None:
    new = re.findall(r"`(/[^`]+)`", "\n".join(place for _, _, place in ROW.findall(GUIDE)))
    assert len(new) > 31
    for path in new:
        try:
            resolve(f"/api/v2{filled(path)}")
        except Resolver404:
            pytest.fail(f"/api/v2{path} is nowhere")


def test_every_command_file_and_table_that_it_names_is_there() -> None:
    commands = set(re.findall(r"manage\.py (\w+)", GUIDE))
    missing = commands - set(get_commands())
    assert commands >= {"adopt_flask", "approve_roles", "compare_flask", "migrate"}
    assert missing <= (set() if apps.is_installed("apps.flask_compat") else {"compare_flask"})
    files = set(re.findall(r"\b(?:deploy|apps|config)/[\w./-]+\w", GUIDE))
    assert {name for name in files if not (ROOT / name).exists()} <= {"apps/flask_compat"}
    tables = set(re.findall(r"`([a-z_]+)`", GUIDE.split("New tables:")[1].split("and Django's own")[0]))
    ours = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("apps.")}
    assert tables <= ours
    added = re.search(r"^\| `user` \| (.+) \|$", GUIDE, re.MULTILINE)
    assert added
    columns = {field.column for field in User._meta.concrete_fields}
    assert set(re.findall(r"`(\w+)`", added[1])) == columns - {"id", "username", "email", "password", "role"}
