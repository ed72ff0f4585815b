"""Settings: one set of variables everywhere, nothing guessed in production, and a start that names what is missing."""

import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": string.ascii_letters,
    "JWT_SIGNING_KEY": string.ascii_letters[::-1],
    "DATABASE_URL": "postgres://someone:secret@db.invalid:5432/patients",
    "REDIS_URL": "redis://cache.invalid:6379/0",
    "ALLOWED_HOSTS": "patients.example.org",
    "OPENAI_API_KEY": "sk-something",
}


def start(environment: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own, with only this environment; print the named ones as JSON."""
    code = f"import json; from django.conf import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", code],
        env={**clean, **environment}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def read(environment: dict[str, str], *names: str) -> list:
    done = start(environment, *names)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_one_set_of_variables_in_the_example_the_readme_and_the_settings() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    read_here = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    example = set(re.findall(r"(?m)^([A-Z_]+)=", (ROOT / ".env.example").read_text()))
    readme = set(re.findall(r"(?m)^\| `([A-Z_]+)`", (ROOT / "README.md").read_text()))
    assert read_here == example == readme


def test_nothing_reads_the_environment_outside_the_settings() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for folder in ("apps", "config")
        for path in (ROOT / folder).rglob("*.py")
        if "/tests/" not in str(path) and re.search(r"os\.(environ|getenv)", path.read_text())
    ]
    # wsgi, asgi and celery only name the settings module for Django.
    assert set(readers) <= {"config/settings/environment.py", "config/wsgi.py", "config/asgi.py", "config/celery.py"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "OPENAI_API_KEY"])
@pytest.mark.parametrize("blank", [True, False])
def test_production_does_not_start_without_what_it_needs_and_names_it(name: str, blank: bool) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    done = start({**environment, **({name: " "} if blank else {})}, "DEBUG")
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]


def test_production_is_production() -> None:
    assert read(PRODUCTION, "DEBUG", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", "OPENAI_BASE_URL", "OPENAI_API") == [
        False, ["patients.example.org"], True, "https://api.openai.com/v1", "responses",
    ]  # fmt: skip


def test_loading_production_loads_nothing_of_development() -> None:
    code = "import sys, config.settings; print([m for m in sys.modules if 'development' in m or 'debug_toolbar' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": os.environ["PATH"], **PRODUCTION}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_any_variable_can_be_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret key"
    secret.write_text("k" * 60 + "\n")
    environment = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}
    assert read({**environment, "SECRET_KEY_FILE": str(secret)}, "SECRET_KEY") == ["k" * 60]


def test_a_value_is_taken_as_it_is() -> None:
    keys = {"SECRET_KEY": "$" + string.ascii_letters, "JWT_SIGNING_KEY": "$flask", "OPENAI_API_KEY": "$k\\$"}
    assert read({**PRODUCTION, **keys}, *keys) == list(keys.values())


def test_a_file_that_is_not_there_is_named() -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}
    done = start({**environment, "SECRET_KEY_FILE": "/nowhere/at-all"}, "SECRET_KEY")
    assert done.returncode != 0
    assert "SECRET_KEY_FILE" in done.stderr


def test_an_empty_list_is_an_empty_list() -> None:
    lists = ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS")
    assert read({**PRODUCTION, **dict.fromkeys(lists, "")}, *lists) == [[], []]


def test_what_the_address_of_the_database_asks_for_is_kept() -> None:
    address = PRODUCTION["DATABASE_URL"] + "?sslmode=require&connect_timeout=9"
    databases = read({**PRODUCTION, "DATABASE_URL": address}, "DATABASES")[0]
    assert databases["default"]["OPTIONS"] == {"sslmode": "require", "connect_timeout": 9}


def test_the_old_name_of_the_key_is_accepted() -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != "OPENAI_API_KEY"}
    assert read({**environment, "OPENAI_KEY": "sk-old"}, "OPENAI_API_KEY") == ["sk-old"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["http://127.0.0.1:8090/v1", "responses", True]),
        ({"OPENAI_API_KEY": "sk-x"}, ["https://api.openai.com/v1", "responses", False]),
        ({"OPENAI_BASE_URL": "http://ollama:11434/v1"}, ["http://ollama:11434/v1", "chat_completions", False]),
        ({"OPENAI_BASE_URL": "emulator", "EMULATOR_URL": "http://e:1/"}, ["http://e:1/v1", "responses", True]),
        ({"OPENAI_BASE_URL": "http://vllm/v1", "OPENAI_API": "responses"}, ["http://vllm/v1", "responses", False]),
    ],
)
def test_which_model_and_which_wire(given: dict[str, str], expected: list) -> None:
    development = {"DJANGO_ENV": "test", **given}
    assert read(development, "OPENAI_BASE_URL", "OPENAI_API", "OPENAI_EMULATED") == expected


def test_production_uses_the_emulator_only_where_that_is_spelled_out() -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != "OPENAI_API_KEY"}
    assert read({**environment, "OPENAI_BASE_URL": "emulator"}, "OPENAI_EMULATED") == [True]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OPENAI_RUN_MODE": "poll", "OPENAI_API": "chat_completions"}, "poll needs OPENAI_API=responses"),
        ({"OPENAI_RUN_MODE": "sometimes"}, "OPENAI_RUN_MODE"),
        ({"OPENAI_API": "assistants"}, "OPENAI_API"),
        ({"RUN_DEADLINE_S": "0"}, "RUN_DEADLINE_S"),
        ({"DJANGO_ENV": "staging"}, "DJANGO_ENV"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_stops_the_start_and_says_why(given: dict[str, str], named: str) -> None:
    done = start({"DJANGO_ENV": "test", **given}, "DEBUG")
    assert done.returncode != 0
    assert named in done.stderr.strip().splitlines()[-1]


def test_the_check_of_a_deployment_has_no_warning() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **PRODUCTION}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_silenced_check_has_its_reason_beside_it() -> None:
    text = (ROOT / "config" / "settings" / "production.py").read_text()
    silenced = re.findall(r'"security\.(W\d+)"', text)
    assert silenced
    assert all(f"# {code}:" in text for code in silenced)
