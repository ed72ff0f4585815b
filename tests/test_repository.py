"""Rules for the whole repository."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distributions, packages_distributions, requires
from pathlib import Path

import pytest
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from rest_framework.exceptions import APIException

from config.celery import app

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("apps", "config", "openai_emulator", "dev", "deploy", "tests", "benchmarks")
# What Django and Celery look for at the top of an app.
TOP_OF_AN_APP = {"__init__", "admin", "apps", "models", "serializers", "signals", "tasks", "urls", "views"}


def sources(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts
    ]


def test_every_task_has_a_queue_and_is_named_for_its_app() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    known = {queue.name for queue in app.conf.task_queues}
    assert len(ours) >= 5
    assert set(ours) == set(app.conf.task_routes)
    for name, task in ours.items():
        assert app.conf.task_routes[name]["queue"] in known, f"{name} goes to no queue of ours"
        assert task.__module__.split(".")[1] == name.split(".")[0], name


def test_what_beat_sends_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_no_file_is_longer_than_it_should_be() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*FOLDERS)
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 340
    }
    assert long == {}


def product() -> dict[Path, int]:
    """Lines of the code that is delivered, by file: neither tests nor migrations."""
    return {
        path.relative_to(ROOT): len(path.read_text().splitlines())
        for path in sources("apps", "config", "openai_emulator", "dev", "deploy")
        if not {"tests", "migrations"} & set(path.parts)
    }


def test_no_room_holds_most_of_the_house() -> None:
    lines = product()
    whole = sum(lines.values())
    rooms: dict[str, int] = {}
    for path, count in lines.items():
        room = "/".join(path.parts[:2] if path.parts[0] == "apps" else path.parts[:1])
        rooms[room] = rooms.get(room, 0) + count
    assert whole > 10_000
    assert {room: count for room, count in rooms.items() if count > 0.3 * whole} == {}
    assert rooms["apps/openai_integration"] < 10_500


def test_the_conversation_app_has_only_djangos_own_files_at_its_top() -> None:
    folder = ROOT / "apps" / "openai_integration"
    assert {path.stem for path in folder.glob("*.py")} - TOP_OF_AN_APP == set()


def test_work_goes_by_the_databases_clock() -> None:
    """`tests/test_clocks.py` has what comes of it otherwise."""
    folder = ROOT / "apps" / "openai_integration"
    own_clock = re.compile(r"timezone\.now|datetime\.now|time\.time\(")
    files = [path for path in sources("apps/openai_integration") if not {"tests", "migrations"} & set(path.parts)]
    readers = {str(path.relative_to(folder)) for path in files if own_clock.search(path.read_text())}
    assert readers == {
        "models/jobs.py",  # when a reader has the database look
        "conversation/events/publishing.py",  # how long a stream is kept
        # What is shown of a run while calls to the model are paused.
        "conversation/events/snapshots.py",
    }


def test_exceptions_that_the_api_answers_with_are_named_for_the_case_and_all_others_end_in_error() -> None:
    get_resolver().resolve("/api/v2/threads/")  # every view is imported, and with it what it raises
    by_django = (ObjectDoesNotExist, MultipleObjectsReturned)
    everything = [kind for kind in subclasses(Exception) if not issubclass(kind, by_django)]
    ours = [kind for kind in everything if kind.__module__.split(".")[0] in FOLDERS]
    assert len(ours) > 20
    answers = {kind.__name__ for kind in ours if issubclass(kind, APIException)}
    assert {name for name in answers if name.endswith(("Error", "Exception"))} == set()
    assert {kind.__name__ for kind in ours if not kind.__name__.endswith("Error")} == answers


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*map(subclasses, type.__subclasses__(kind)))


def test_the_openapi_description_is_valid_and_complete() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_locks_and_settings_name_no_package_index() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    looked_at = [name for name in tracked if name.endswith((".lock", ".txt", ".toml", ".ini", ".json", "Makefile"))]
    assert any(name.endswith("development.lock") for name in looked_at)
    for name in looked_at:
        text = (ROOT / name).read_text(errors="replace")
        assert not re.search(r"--(extra-)?index-url|--find-links|pypi\.org|files\.pythonhosted", text), name


def test_an_extra_is_pinned_with_its_package() -> None:
    """pip 23, which comes with Python 3.11, refuses a file with hashes in which coverage[toml] is only coverage."""
    pinned: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / "development.lock").read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[(.+?)\])?==", line):
            pinned[normalized(match[1])] = set(re.split(", *", match[2] or "")) - {""}
    here = installed()
    asked = [
        (found[1], set(re.split(", *", found[2])))
        for package, extras in pinned.items()
        if package in here
        for requirement in requires(package) or ()
        if (found := re.match(r"([A-Za-z0-9._-]+) *\[(.+?)\]", requirement))
        and ((extra := re.search(r"""extra *== *["'](.+?)["']""", requirement)) is None or extra[1] in extras)
    ]
    assert ("coverage", {"toml"}) in asked
    assert {name: extras for name, extras in asked if not extras <= pinned.get(normalized(name), extras)} == {}


def installed() -> set[str]:
    return {normalized(one.name) for one in distributions()}


def required_by(name: str) -> set[str]:
    """The distributions that a requirements file names, with those of the files it builds on."""
    found: set[str] = set()
    for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines():
        if line.startswith("-r "):
            found |= required_by(line.removeprefix("-r ").removesuffix(".txt"))
        elif match := re.match(r"[A-Za-z0-9._-]+", line):
            found.add(normalized(match[0]))
    return found


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_by(paths: Iterable[Path]) -> dict[str, Path]:
    """Top-level modules that the files import > one of those that do."""
    found: dict[str, Path] = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found.update({alias.name.split(".")[0]: path for alias in node.names})
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module.split(".")[0]] = path
    return found


@pytest.mark.parametrize("requirements", ["production", "development"])
def test_what_is_imported_is_required_by_name(requirements: str) -> None:
    """A package that comes along with another goes, or changes its major version, without a word."""
    started = [path for path in sources("apps", "config", "openai_emulator", "deploy") if "tests" not in path.parts]
    providers, required = packages_distributions(), required_by(requirements)
    missing = {
        module: str(path.relative_to(ROOT))
        for module, path in imported_by(started if requirements == "production" else sources(*FOLDERS)).items()
        if module not in {*FOLDERS, *sys.stdlib_module_names, "debug_toolbar"}  # imported where it is installed
        and not {normalized(name) for name in providers.get(module, ())} & required
    }
    assert missing == {}


@pytest.mark.parametrize("path", ["api/v2/threads", "api/v2/threads/", "health/ready", "health/ready/", "api/schema"])
def test_addresses_answer_with_and_without_their_last_slash(path: str) -> None:
    assert get_resolver().resolve(f"/{path}")


def test_the_admin_site_is_found_without_its_last_slash(client: Client) -> None:
    assert client.get("/admin").headers["Location"] == "/admin/"
