"""`deploy/switch --demote-rest` while the old sign-up makes admins; a failure restores everything."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apps.users.tests.test_vetting import INSERT_OF_FLASK
from deploy.nginx import switch
from dev.servers import free_port
from tests.gateway import Gateway
from tests.legacy.writer import HASH
from tests.stack import wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SIX = [("1",), ("2", "5"), ("2", "20"), ("2", "50"), ("3",), ("4",)]
UNVETTED = "role IN ('instructor', 'admin') AND approved_role IS DISTINCT FROM role AND NOT is_superuser"
# Each vetting, and whether what it took was given back.
VETTINGS = "SELECT id, given_back_at IS NOT NULL FROM vettings ORDER BY id"


@pytest.fixture
def real(gateway: Gateway) -> dict[str, str]:
    """With these the switch asks the real approve_roles. nginx is in phase 0, and nothing was ever vetted."""
    gateway.switch(0)
    gateway.stack.rows("DELETE FROM vettings RETURNING id")
    return {**gateway.stack.settings, "PYTHON": ""}


def sign_up(gateway: Gateway, *, long_ago: bool) -> int:
    """The id of somebody who signed up as an admin at the old service."""
    with psycopg.connect(gateway.stack.database_url, autocommit=True) as flask:
        made = flask.execute(INSERT_OF_FLASK, ["Eve", f"{secrets.token_hex(6)}@example.org", HASH, "admin"])
        pk = int(made.fetchone()[0])  # type: ignore[index]
        if long_ago:
            flask.execute('UPDATE "user" SET date_joined = NULL WHERE id = %s', [pk])
    return pk


def claim(gateway: Gateway, pk: int) -> tuple[Any, ...]:
    return gateway.stack.rows('SELECT role, approved_role FROM "user" WHERE id = %s', pk)[0]


@contextmanager
def people_sign_up_as_admins(gateway: Gateway) -> Iterator[list[int]]:
    """All the while; their ids."""
    stop = threading.Event()
    made: list[int] = []

    def go_on() -> None:
        while not stop.wait(0.02):
            made.append(sign_up(gateway, long_ago=False))

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        wait_until(lambda: bool(made), "people sign up")
        yield made
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("demoting", [SIX[:1], SIX], ids=["once", "each time"])
def test_six_switches_in_a_row_go_through_while_people_sign_up_as_admins(
    demoting: list[tuple[str, ...]], gateway: Gateway, real: dict[str, str]
) -> None:
    before = sign_up(gateway, long_ago=True)
    refused = gateway.run_switch("1", **real)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Refused: phase 1 sends authoring here")
    with people_sign_up_as_admins(gateway) as made:
        for step in SIX:
            count = len(made)
            option = ["--demote-rest"] if step in demoting else []
            done = gateway.run_switch(*step, *option, **real)
            assert (done.returncode, done.stderr) == (0, ""), step
            assert f"phase {step[0]}" in done.stdout.splitlines()[-1]
            assert "Newcomers since" in done.stdout or option or step == ("4",), done.stdout
            assert len(made) > count
    assert claim(gateway, before) == ("student", None)
    unvetted = {pk for (pk,) in gateway.stack.rows(f'SELECT id FROM "user" WHERE {UNVETTED}')}
    assert unvetted <= set(made)
    assert made[-1] in unvetted
    assert len(gateway.stack.rows(VETTINGS)) == len(demoting) - (SIX[-1] in demoting)


def test_what_was_taken_comes_back_where_nginx_does_not_serve_the_phase(
    gateway: Gateway, real: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    eve = sign_up(gateway, long_ago=True)
    # Its files are good, it is reloaded, and then it does not tell of the phase.
    for name, value in {**gateway.variables, **real, "SWITCH_URL": f"http://127.0.0.1:{free_port()}/"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(switch, "RELOAD_TIMEOUT_S", 0.5)
    assert switch.main(["1", "--demote-rest"]) == 1
    said = capsys.readouterr().err
    assert "did not tell of phase 1" in said
    ((vetting, given_back),) = gateway.stack.rows(VETTINGS)
    assert given_back
    assert f"Gave back what vetting {vetting} took" in said
    assert claim(gateway, eve) == ("admin", None)
    wait_until(lambda: gateway.run_switch().stdout == "phase 0 is served\n", "nginx serves what it did")
    assert gateway.run_switch("1", **real).returncode == 1


def test_where_the_claims_cannot_be_given_back_it_says_by_which_command(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.switch(0)
    # As if the database were gone after the taking.
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$3" = --demote-rest ] && echo "(vetting 7)" || { echo "no database"; exit 1; }\n')
    python.chmod(0o755)
    url = f"http://127.0.0.1:{free_port()}/"
    for name, value in {**gateway.variables, "SWITCH_URL": url, "PYTHON": str(python)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(switch, "RELOAD_TIMEOUT_S", 0.5)
    assert switch.main(["1", "--demote-rest"]) == 1
    by_hand = "manage.py approve_roles --give-back --vetting 7"
    assert f"are not given back yet; {by_hand} says:\nno database" in capsys.readouterr().err
    wait_until(lambda: gateway.run_switch().stdout == "phase 0 is served\n", "nginx serves what it did")


def test_nothing_is_taken_before_nginx_has_found_its_files_good(gateway: Gateway, real: dict[str, str]) -> None:
    eve = sign_up(gateway, long_ago=True)
    flask = Path(gateway.variables["SWITCH_FOLDER"]) / "flask.conf"
    good = flask.read_text()
    flask.write_text(good.replace("server 127", "severe 127"))
    try:
        done = gateway.run_switch("1", "--demote-rest", **real)
    finally:
        flask.write_text(good)
    assert (done.returncode, 'unknown directive "severe"' in done.stderr) == (1, True)
    assert (claim(gateway, eve), gateway.stack.rows(VETTINGS)) == (("admin", None), [])
    assert gateway.switch() == "phase 0 is served\n"


def test_a_database_that_does_not_answer_leaves_nginx_as_it_was(gateway: Gateway, real: dict[str, str]) -> None:
    away = real | {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/none"}
    done = gateway.run_switch("1", "--demote-rest", **away)
    assert done.returncode == 1
    assert "Refused: manage.py approve_roles --demote-rest failed:\n" in done.stderr
    assert "Nothing was taken, unless manage.py approve_roles --list names a vetting" in done.stderr
    assert gateway.switch() == "phase 0 is served\n"


def test_a_step_that_sends_no_authors_takes_nothing_and_is_not_refused(gateway: Gateway, real: dict[str, str]) -> None:
    gateway.switch(3)
    eve = sign_up(gateway, long_ago=True)
    for step in (("4",), ("3",), ("2", "50"), ("1",), ("0",)):
        for option in ([], ["--demote-rest"]):
            done = gateway.run_switch(*step, *option, **real)
            assert (done.returncode, done.stderr) == (0, ""), step
    assert (claim(gateway, eve), gateway.stack.rows(VETTINGS)) == (("admin", None), [])
    assert gateway.run_switch("--demote-rest", **real).returncode == 2
