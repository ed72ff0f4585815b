"""Each command in the pages is run by a test, or docs/development.md lists it as run by hand."""

import re
import shlex

from django.apps import apps

from tests.test_docs import INLINE, PAGES, ROOT

# tests/test_api_walk.py runs every block of docs/api.md.
OTHER_PAGES = [path for path in PAGES if path.name not in ("api.md", "CHANGELOG.md")]
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE_COMMAND = re.compile(
    r"(make [a-z]+|docker compose|systemctl|pre-commit install|(?:python )?manage\.py [a-z_]+"
    r"|python -m [a-z_.]+[a-z](?![\w.]*[A-Z])|pip install|deploy/switch|journalctl|\.ci/run)(?![\w/])"
)
# Programs of the shell and of the system that need no test of ours.
SHELL_WORDS = {".", "awk", "cd", "cp", "curl", "grep", "install", "ln", "mkdir", "rm", "sed", "umask", "zcat"}
TWO_WORDS = {"docker", "git", "make", "pip", "pre-commit"}
LAUNCHED = "tests/test_local_install.py"
RUN_BY_TESTS = {
    "celery -A": "tests/faults.py",
    "deploy/switch": "tests/test_switch.py",
    "gunicorn": "tests/stack.py",
    "make clean": LAUNCHED,
    "make run": "tests/test_local_run.py",
    "make setup": LAUNCHED,
    "manage.py adopt_flask": "apps/adoption/tests/school.py",
    "manage.py approve_roles": "apps/users/tests/test_approve_roles.py",
    "manage.py changepassword": "apps/users/tests/test_hashes.py",
    "manage.py check": "tests/test_settings.py",
    "manage.py check_openai": "apps/openai_integration/tests/test_check_openai.py",
    "manage.py collectstatic": "dev/system.py",
    "manage.py compare_flask": "apps/flask_compat/tests/test_compare_flask.py",
    "manage.py createsuperuser": "apps/users/tests/test_createsuperuser.py",
    "manage.py load_samples": "apps/activities/tests/test_load_samples.py",
    "manage.py makemigrations": "tests/test_migrations.py",
    "manage.py migrate": "tests/stack.py",
    "manage.py model_calls": "apps/openai_integration/tests/test_pausing.py",
    "manage.py openai_emulator": "dev/system.py",
    "manage.py runserver": "tests/test_plain_way.py",
    "manage.py spectacular": "tests/test_repository.py",
    "pg_dump": "apps/adoption/tests/test_backup.py",
    "pg_restore": "apps/adoption/tests/test_backup.py",
    "pip install": "tests/test_plain_way.py",
    "python -m benchmarks.hostile": "tests/test_hostile.py",
    "python -m benchmarks.soak": "tests/test_soak.py",
    "python -m tests.fuzzing": "tests/test_fuzzing.py",
    "python -m tests.seeded_faults": "tests/test_seeded_faults.py",
    "python -m venv": "tests/test_plain_way.py",
    "systemd-analyze": "tests/test_processes.py",
}


def commands_in_block(block: str) -> set[str]:
    """The commands of a block for the shell, each by its program and what it is asked to do."""
    text = re.sub(r"(^|\s)#.*", "", block.replace("\\\n", " "), flags=re.MULTILINE)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    found, words = set(), list[str]()
    for word in [*lexer, "\n"]:
        if not set(word) <= set("();<>|&\n"):
            words.append(word)
            continue
        while words and re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        if words:
            found.add(command_of(words))
        words = []
    return found


def command_of(words: list[str]) -> str:
    """Name a command: `manage.py migrate` for `python manage.py migrate --check`, `git pull`, `sed`."""
    program = words[0].rsplit("/", 1)[-1] if "python" in words[0] else words[0]
    if program.startswith("python"):
        if words[1].endswith(".py"):
            return " ".join(words[1:3])
        return f"python -m {words[2]}" if words[1] == "-m" else f"python {words[1]}"
    return " ".join(words[:2]) if program in TWO_WORDS or words[:2] == ["celery", "-A"] else program


def commands_in(text: str) -> set[str]:
    found = {name for block in SHELL.findall(text) for name in commands_in_block(block)}
    for span in INLINE.findall(SHELL.sub("", text)):
        if match := INLINE_COMMAND.match(span.strip("`").replace("\n", " ")):
            found.add(match[1].removeprefix("python ") if "manage.py" in match[1] else match[1])
    return found - SHELL_WORDS - {"python -c"}


def listed_as_run_by_hand() -> set[str]:
    page = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    section = page.split("\n## Commands that no test runs\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_commands_are_found_with_quotes_variables_pipes_and_several_lines() -> None:
    block = """A=1 python manage.py migrate --check   # a comment; with no command
cd /srv && git pull | sed 's|a; b|c|' ; (umask 077; pg_dump "$OLD # no comment")
T=$(curl -s x |
  python3 -c 'import json; print(1)')
.venv/bin/python -m pytest a \\
    b
"""
    found = {"manage.py migrate", "cd", "git pull", "sed", "umask", "pg_dump", "curl", "python -c", "python -m pytest"}
    assert commands_in_block(block.replace(" # no comment", "")) == found


def test_every_command_is_run_by_a_test_or_listed_as_run_by_hand() -> None:
    named = {name for page in OTHER_PAGES for name in commands_in(page.read_text(encoding="utf-8"))}
    by_hand = listed_as_run_by_hand()
    assert not by_hand & RUN_BY_TESTS.keys()
    assert named - RUN_BY_TESTS.keys() - by_hand == set(), "neither run by a test nor listed"
    assert by_hand - named == set(), "listed, but no page names them any more"
    if apps.is_installed("apps.flask_compat"):
        assert RUN_BY_TESTS.keys() - named == set()


def test_the_file_that_is_said_to_run_a_command_names_it() -> None:
    for command, path in RUN_BY_TESTS.items():
        if path.startswith("apps/flask_compat") and not apps.is_installed("apps.flask_compat"):
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        word = re.split(r"[ ./]", command.removesuffix(" -A"))[-1]
        # The test of the plain way reads its commands from the page.
        assert word in text or path.endswith("test_plain_way.py"), (command, path)
