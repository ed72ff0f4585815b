"""Settings: one set of variables everywhere, nothing guessed in production, and a start that names what is missing."""

import functools
import json
import os
import re
import string
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jwt
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


# Most of a start is the loading of packages. They are loaded once, and each case is a fork in which nothing of ours is.
STARTER = """
import gc, json, os, sys
import celery.app.base, celery.fixups.django, celery.loaders.app, celery.schedules, celery.signals, celery.worker.worker
import corsheaders.defaults, django.conf, django.urls, django_structlog.celery.steps, environ, kombu.transport.redis
import packaging.version, structlog, tomllib
gc.freeze()
for line in sys.stdin:
    environment, names, output, errors = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.clear()
        os.environ.update(environment)
        for number, path in ((1, output), (2, errors)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
        try:
            from django.conf import settings
            print(json.dumps([getattr(settings, name) for name in names]), flush=True)
        except Exception:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)  # without taking down, and so copying, all that has been loaded
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@functools.cache
def starter() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error::ImportWarning", "-c", STARTER],
        env={"PATH": os.environ["PATH"]}, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def starter_ends() -> Iterator[None]:
    yield
    starter().communicate()
    starter.cache_clear()


def start(environment: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own, with only this environment; print the named ones as JSON."""
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = starter()
    assert process.stdin
    assert process.stdout
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        print(json.dumps([{**clean, **environment}, names, str(output), str(errors)]), file=process.stdin, flush=True)
        code = int(process.stdout.readline())
        return subprocess.CompletedProcess(process.args, code, output.read_text(), errors.read_text())


def read(environment: dict[str, str], *names: str) -> list:
    done = start(environment, *names)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_one_set_of_variables_in_the_example_the_docs_and_the_settings() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    read_here = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    example = set(re.findall(r"(?m)^([A-Z_]+)=", (ROOT / ".env.example").read_text()))
    told = set(re.findall(r"(?m)^\| `([A-Z_]+)`", (ROOT / "docs" / "configuration.md").read_text()))
    # The old API's block of settings goes in one piece, whoever still describes what it read.
    gone = {name for name in example | told if name.startswith(("COMPAT_", "COMPARE_"))} - read_here
    assert read_here == example - gone == told - gone


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


@pytest.mark.parametrize(
    "scheme",
    ["postgres", "postgresql", "POSTGRESQL", "psql", "postgresql+psycopg2", "postgresql+psycopg", "postgres+asyncpg"],
)
def test_the_address_of_the_database_may_be_that_of_the_old_service(scheme: str) -> None:
    address = f"{scheme}://someone:p%40ss%2Fword@db.invalid:5433/patients"
    database = read({**PRODUCTION, "DATABASE_URL": address}, "DATABASES")[0]["default"]
    assert database["ENGINE"] == "apps.core.postgresql"
    assert [database[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")] == [
        "db.invalid", 5433, "someone", "p@ss/word", "patients",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["db.invalid/patients", "mysql://someone:seCret@db.invalid/patients", "postgres://someone:seC/ret@db.invalid/p"],
)
def test_an_address_of_the_database_that_is_none_is_refused_without_its_password(address: str) -> None:
    done = start({**PRODUCTION, "DATABASE_URL": address}, "DATABASES")
    assert done.returncode != 0
    assert "DATABASE_URL is no address such as postgres://" in done.stderr.strip().splitlines()[-1]
    assert "seC" not in done.stdout + done.stderr


def test_a_value_is_taken_as_it_is() -> None:
    keys = {"SECRET_KEY": "$" + string.ascii_letters, "JWT_SIGNING_KEY": "$flask", "OPENAI_API_KEY": "$k\\$"}
    assert read({**PRODUCTION, **keys}, *keys) == list(keys.values())


def test_a_file_that_is_not_there_is_named() -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}
    done = start({**environment, "SECRET_KEY_FILE": "/nowhere/at-all"}, "SECRET_KEY")
    assert done.returncode != 0
    assert "SECRET_KEY_FILE" in done.stderr


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["open", []]),
        ({"REGISTRATION": "closed"}, ["closed", []]),
        ({"REGISTRATION": "domains", "REGISTRATION_DOMAINS": "uni.example, Bücher.example"},
         ["domains", ["uni.example", "Bücher.example"]]),
    ],
)  # fmt: skip
def test_registration_is_open_until_it_is_said_for_whom_it_is(given: dict[str, str], expected: list) -> None:
    assert read({**PRODUCTION, **given}, "REGISTRATION", "REGISTRATION_DOMAINS") == expected


def test_an_empty_list_is_an_empty_list() -> None:
    lists = ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS")
    assert read({**PRODUCTION, **dict.fromkeys(lists, "")}, *lists) == [[], []]


def test_what_the_address_of_the_database_asks_for_is_kept() -> None:
    address = PRODUCTION["DATABASE_URL"] + "?sslmode=require&connect_timeout=9"
    databases = read({**PRODUCTION, "DATABASE_URL": address}, "DATABASES")[0]
    options = databases["default"]["OPTIONS"]
    assert options == {"sslmode": "require", "connect_timeout": 9, "application_name": "virtual-patient"}


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


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [True, True, 29_000]),
        ({"FLASK_TOKENS": "false"}, [True, False, 29_000]),
        ({"FLASK_PARALLEL": "false", "PASSWORD_ROUNDS": "600000"}, [False, False, 600_000]),
    ],
)
def test_the_old_service_is_taken_to_run_until_it_is_said_that_it_does_not(
    given: dict[str, str], expected: list
) -> None:
    assert read({**PRODUCTION, **given}, "FLASK_PARALLEL", "FLASK_TOKENS", "PASSWORD_ROUNDS") == expected


def test_an_evaluation_has_a_deadline_of_its_own() -> None:
    given = {"DJANGO_ENV": "test", "RUN_DEADLINE_S": "600"}
    assert read(given, "EVALUATION_DEADLINE_S") == [1200]
    assert read({**given, "EVALUATION_DEADLINE_S": "90"}, "EVALUATION_DEADLINE_S") == [90]


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
        ({"EVALUATION_DEADLINE_S": "0"}, "EVALUATION_DEADLINE_S"),
        ({"DJANGO_ENV": "staging"}, "DJANGO_ENV"),
        ({"PASSWORD_ROUNDS": "600000"}, "FLASK_PARALLEL=false"),
        ({"PASSWORD_ROUNDS": "28999"}, "PASSWORD_ROUNDS"),
        ({"PASSWORD_ROUNDS": "2000001", "FLASK_PARALLEL": "false"}, "PASSWORD_ROUNDS"),
        ({"PASSWORD_RESET_PAGE": "patient.example.org"}, "https://patient.example.org/#/reset"),
        ({"REGISTRATION": "shut"}, "REGISTRATION is 'shut'; it takes open, domains, closed"),
        ({"REGISTRATION": "domains"}, "REGISTRATION_DOMAINS names none"),
        ({"REGISTRATION_DOMAINS": "uni.example"}, "REGISTRATION is open"),
        ({"REGISTRATION": "domains", "REGISTRATION_DOMAINS": "uni.example,@uni.example"}, "'@uni.example'"),
        ({"REGISTRATION": "domains", "REGISTRATION_DOMAINS": "*.uni.example"}, "'*.uni.example'"),
        ({"REGISTRATION": "domains", "REGISTRATION_DOMAINS": "uni"}, "'uni'"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_stops_the_start_and_says_why(given: dict[str, str], named: str) -> None:
    done = start({"DJANGO_ENV": "test", **given}, "DEBUG")
    assert done.returncode != 0
    assert named in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(("given", "found"), [({}, False), ({"NUM_PROXIES": ""}, False), ({"NUM_PROXIES": "0"}, True)])
def test_whether_it_was_said_how_many_proxies_there_are_is_known(given: dict[str, str], found: bool) -> None:
    assert read({**PRODUCTION, **given}, "NUM_PROXIES", "NUM_PROXIES_GIVEN") == [0, found]


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_short_key_of_the_old_service_signs_and_reads_its_tokens_without_a_warning() -> None:
    key, claims = "ключ", {"email": "jane@example.org", "exp": 4_000_000_000}
    code = """
import django, sys; django.setup()
from rest_framework_simplejwt.tokens import AccessToken
from apps.users.authentication import TokenAuthentication
ours = AccessToken(); ours["email"] = "jane@example.org"; ours = str(ours)
for token in (sys.argv[1], ours):
    assert TokenAuthentication().get_validated_token(token)["email"] == "jane@example.org"
print(ours)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code, jwt.encode(claims, key, "HS256")],
        env={**PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings", "JWT_SIGNING_KEY": key}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert jwt.decode(done.stdout.strip(), key, algorithms=["HS256"])["email"] == "jane@example.org"


@pytest.mark.parametrize(("hours", "seconds"), [("", 14_400), ("1", 3600)])
def test_how_long_a_session_of_the_admin_site_lasts(hours: str, seconds: int) -> None:
    assert read({**PRODUCTION, "ADMIN_SESSION_HOURS": hours}, "SESSION_COOKIE_AGE") == [seconds]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SIGN_IN_FAILURES_PER_HOUR", value) for value in ("0", "-1", "1.5", "many")),
        *(("REFRESH_REUSE_GRACE_S", value) for value in ("-1", "301", "nan", "soon")),
    ],
)
def test_limits_of_sign_ins_that_mean_nothing_do_not_start(name: str, value: str) -> None:
    assert start({**PRODUCTION, name: value}, "DEBUG").returncode != 0


def test_limits_of_sign_ins_are_read() -> None:
    names = ("SIGN_IN_FAILURES_PER_HOUR", "REFRESH_REUSE_GRACE_S")
    assert read(PRODUCTION, *names) == [20, 10.0]
    assert read({**PRODUCTION, names[0]: "5", names[1]: "0"}, *names) == [5, 0.0]


@pytest.mark.parametrize("hours", ["0", "-1", "soon"])
def test_a_session_without_a_length_does_not_start(hours: str) -> None:
    assert start({**PRODUCTION, "ADMIN_SESSION_HOURS": hours}, "DEBUG").returncode != 0


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
@pytest.mark.parametrize(
    "name", ["THREAD_MAX_MESSAGES", "THREADS_MAX_A_DAY", "THREAD_MAX_UNASKED", "MESSAGE_MAX_CHARACTERS"]
)
def test_a_bound_that_lets_nothing_through_does_not_start_and_is_named(name: str, value: str) -> None:
    done = start({**PRODUCTION, name: value}, "DEBUG")
    assert done.returncode != 0
    assert value in done.stderr.strip().splitlines()[-1]


def test_bounds_are_those_of_the_environment() -> None:
    given = {"THREAD_MAX_MESSAGES": "7", "THREAD_MAX_CHARACTERS": "", "THREADS_MAX_A_DAY": "1000000"}
    assert read({**PRODUCTION, **given}, *given) == [7, 200_000, 1_000_000]
