"""Which server programs are started: only those that work, under the name that they were found by."""

import os
import stat
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from deploy.common import OperatorError
from dev import binaries
from dev.binaries import NGINX, POSTGRES, REDIS, ServerProgram, find_program
from dev.paths import temporary_folder
from dev.processes import Account, Supervisor
from dev.servers import start_data_servers

KINDS = [POSTGRES, REDIS, NGINX]


@pytest.fixture(autouse=True)
def _nothing_is_known_of_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_broken", set())
    # It says where the servers of the tests themselves come from.
    monkeypatch.delenv("LOCAL_SERVERS", raising=False)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is alone on PATH, but for what every script needs; also Debian's folder of PostgreSQL is unseen."""
    folder = tmp_path / "bin"
    folder.mkdir()
    # nobody runs the servers of root, and has to reach it.
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.getuid() and not place.stat().st_mode & stat.S_IXOTH:
            place.chmod(place.stat().st_mode | 0o755)
    monkeypatch.setattr(os, "get_exec_path", lambda: [str(folder)])
    # The script's own folder first, so that nothing of the machine is found.
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    return folder


def program(place: Path, script: str) -> Path:
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return place


def wheel_of(server: ServerProgram, folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCAL_SERVERS", "wheels")
        return find_program(server, folder, Account())


def test_a_program_is_started_under_the_name_of_the_link_that_was_found(on_path: Path, tmp_path: Path) -> None:
    # As Debian has it: one program, which does by its name this or that.
    one = program(
        tmp_path / "redis-check-rdb", 'case "$0" in *server) echo "Redis server v=7.0.15 sha";; *) exit 1;; esac'
    )
    (on_path / "redis-server").symlink_to(one)
    assert find_program(REDIS, tmp_path, Account()) == on_path / "redis-server"


def test_a_program_that_answers_for_another_is_passed_over(
    on_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(on_path / "redis-server", "echo redis-check-rdb 7.0.15")
    found = find_program(REDIS, tmp_path, Account())
    assert found == wheel_of(REDIS, tmp_path)
    said = capsys.readouterr().out
    assert "This system's Redis does not work" in said
    assert str(on_path / "redis-server") in said
    assert said.count("\n") == 1


def test_a_linked_postgres_is_found_with_the_programs_beside_it(on_path: Path, tmp_path: Path) -> None:
    home = tmp_path / "opt"
    home.mkdir()
    for name in ("postgres", "initdb"):
        program(home / name, f'echo "{name} (PostgreSQL) 17.2"')
    (on_path / "postgres").symlink_to(home / "postgres")
    assert find_program(POSTGRES, tmp_path, Account()) == home / "postgres"


@pytest.mark.parametrize("server", KINDS, ids=lambda server: server.title)
def test_a_folder_of_path_that_cannot_be_looked_into_is_passed_over(
    server: ServerProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root's are for others; root itself cannot look into one whose name is too long."""
    monkeypatch.setattr(os, "get_exec_path", lambda: [f"/root/{'x' * 300}"])
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    assert find_program(server, tmp_path, Account()) == wheel_of(server, tmp_path)


@pytest.mark.parametrize("server", KINDS, ids=lambda server: server.title)
@pytest.mark.parametrize(
    "script",
    ["exit 1", "echo version 0.9.9", "echo", "kill -9 $$", "printf '\\377\\376 garbage'"],
    ids=["fails", "unknown", "silent", "dies", "garbage"],
)
def test_a_program_of_the_system_that_does_not_work_gives_way_to_the_wheel(
    server: ServerProgram, script: str, on_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*server.names, *server.beside):
        program(on_path / name, script)
    assert find_program(server, tmp_path, Account()) == wheel_of(server, tmp_path)
    assert f"This system's {server.title} does not work" in capsys.readouterr().out


def test_one_that_is_too_old_gives_way_and_says_so(
    on_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(on_path / "redis-server", 'echo "Redis server v=5.0.7 sha=0"')
    assert find_program(REDIS, tmp_path, Account()) == wheel_of(REDIS, tmp_path)
    assert "version 5 is older than 6" in capsys.readouterr().out


def test_the_system_alone_is_not_replaced(on_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_SERVERS", "system")
    program(on_path / "redis-server", "exit 1")
    with pytest.raises(OperatorError, match="No Redis 6 or newer runs here"):
        find_program(REDIS, tmp_path, Account())


def test_servers_that_know_their_version_and_do_not_start_give_way_too(
    on_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(on_path / "redis-server", 'echo "Redis server v=7.2.0 sha=0"')
    program(on_path / "postgres", 'echo "postgres (PostgreSQL) 16.1"')
    program(on_path / "initdb", 'echo "initdb (PostgreSQL) 16.1"; [ "$1" = --version ]')
    with temporary_folder() as folder, Supervisor() as supervisor:
        addresses = start_data_servers(supervisor, folder)
        supervisor.check()
        with closing(psycopg.connect(addresses["DATABASE_URL"])) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    said = capsys.readouterr().out
    assert "This system's PostgreSQL does not work" in said
    assert "This system's Redis does not work" in said
