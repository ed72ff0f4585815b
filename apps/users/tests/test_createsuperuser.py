import os
import pty
import select
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from passlib.hash import pbkdf2_sha256

from apps.users.models import User
from apps.users.tests.test_models import stored_password

EMAIL, NAME, SECRET = "Root.User@Example.ORG", "root", "a superuser's phrase"


def is_an_approved_admin_who_signs_in(email: str) -> bool:
    user = User.objects.get(email=email)
    return (
        user.is_superuser
        and user.is_admin
        and (user.username, user.role, user.approved_role) == (NAME, "admin", "admin")
        and pbkdf2_sha256.verify(SECRET, stored_password(user))
    )


@pytest.mark.django_db
def test_a_superuser_is_made_from_the_environment(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", SECRET)
    call_command("createsuperuser", "--noinput", email=EMAIL, username=NAME)
    assert is_an_approved_admin_who_signs_in(EMAIL)


@pytest.mark.django_db
def test_everything_may_come_from_the_environment_and_a_second_one_is_refused(monkeypatch):
    for name, value in (("EMAIL", EMAIL), ("USERNAME", NAME), ("PASSWORD", SECRET)):
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", value)
    call_command("createsuperuser", "--noinput")
    assert is_an_approved_admin_who_signs_in(EMAIL)
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput")


@pytest.mark.django_db(transaction=True)
def test_a_superuser_is_made_by_answering_at_a_terminal():
    database = connection.settings_dict
    address = "postgres://{USER}:{password}@{HOST}:{PORT}/{NAME}".format(
        **database, password=quote(database["PASSWORD"])
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "createsuperuser"],
        env={**os.environ, "DATABASE_URL": address},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # or getpass would ask at the terminal that the tests run in
    )
    os.close(theirs)
    try:
        for prompt, answer in (
            ("Email: ", EMAIL),
            ("Username: ", NAME),
            ("Password: ", SECRET),
            ("Password (again): ", SECRET),
        ):
            wait_for(ours, prompt)
            os.write(ours, f"{answer}\n".encode())
        wait_for(ours, "created successfully")
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert is_an_approved_admin_who_signs_in(EMAIL)


def wait_for(terminal: int, text: str) -> None:
    """Read the terminal until it ends with, or shows, `text`."""
    seen, end = "", time.monotonic() + 60
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        assert ready, f"{text!r} did not come; the terminal shows {seen!r}"
        seen += os.read(terminal, 1000).decode()
