"""`deploy/switch --demote-rest`, stopped while approve_roles runs, leaves no phase with unvetted roles."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.nginx import switch
from dev.servers import free_port
from tests.gateway import Gateway
from tests.stack import wait_until
from tests.test_switch_vetting import VETTINGS, claim, real, sign_up

__all__ = ["real"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextlib.contextmanager
def held(gateway: Gateway, statement: str) -> Iterator[None]:
    """What this locks is somebody else's until the block ends, and until nobody waits for it any more."""
    with psycopg.connect(gateway.stack.database_url) as another:
        another.execute(statement)
        yield
    wait_until(lambda: not gateway.stack.rows(WAITING), "nobody waits for the lock")


@contextlib.contextmanager
def under_way(gateway: Gateway, real: dict[str, str], eve: int) -> Iterator[subprocess.Popen[str]]:
    """A switch whose nginx has found its files good, and whose approve_roles waits for Eve's row."""
    with held(gateway, f'SELECT id FROM "user" WHERE id = {eve} FOR UPDATE'):
        begun = gateway.begin_switch("1", "--demote-rest", **real)
        try:
            wait_until(lambda: bool(gateway.stack.rows(WAITING)), "approve_roles waits for the row")
            yield begun
        finally:
            begun.kill()
            begun.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_puts_everything_back_and_says_how_to_see_what_was_taken(
    number: signal.Signals, gateway: Gateway, real: dict[str, str]
) -> None:
    eve = sign_up(gateway, long_ago=True)
    phase = Path(gateway.variables["SWITCH_FOLDER"]) / "phase.conf"
    before = phase.read_text()
    with under_way(gateway, real, eve) as begun:
        assert phase.read_text() != before
        begun.send_signal(number)
        said = begun.communicate()[1]
    assert (begun.returncode, said.splitlines()[0]) == (1, f"Stopped by {number.name}.")
    assert "Nothing was taken, unless manage.py approve_roles --list names a vetting of this moment" in said
    assert phase.read_text() == before
    assert gateway.switch() == "phase 0 is served\n"
    assert (claim(gateway, eve), gateway.stack.rows(VETTINGS)) == (("admin", None), [])
    assert gateway.run_switch("1", **real).returncode == 1


def test_after_a_kill_the_phase_that_it_wrote_is_not_taken_for_one_that_was_vetted(
    gateway: Gateway, real: dict[str, str]
) -> None:
    eve = sign_up(gateway, long_ago=True)
    with under_way(gateway, real, eve) as begun:
        begun.kill()
        begun.communicate()
        # It would go on by itself, in a session of its own.
        assert gateway.stack.rows(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting") == [(True,)]
    assert claim(gateway, eve) == ("admin", None)
    for step in ("1", "3"):
        refused = gateway.run_switch(step, **real)
        assert (refused.returncode, refused.stderr.split(" sends ")[0]) == (1, f"Refused: phase {step}")
    done = gateway.run_switch("1", "--demote-rest", **real)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("before: phase 1, not served\n")
    assert (claim(gateway, eve), len(gateway.stack.rows(VETTINGS))) == (("student", None), 1)


def test_a_failure_after_a_kill_does_not_serve_what_the_killed_one_wrote(
    gateway: Gateway, real: dict[str, str]
) -> None:
    eve = sign_up(gateway, long_ago=True)
    phase = Path(gateway.variables["SWITCH_FOLDER"]) / "phase.conf"
    served = phase.read_text()
    phase.write_text(served.replace('default "0 0 ', 'default "1 0 1'))
    try:
        with under_way(gateway, real, eve) as begun:
            begun.terminate()
            begun.communicate()
    finally:
        phase.write_text(served)
    # Had nginx been reloaded, it would tell of the other one.
    assert gateway.switch() == "phase 0 is served\n"
    assert claim(gateway, eve) == ("admin", None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_after_the_taking_gives_back_what_was_taken(
    number: signal.Signals, gateway: Gateway, real: dict[str, str]
) -> None:
    eve = sign_up(gateway, long_ago=True)
    phase = Path(gateway.variables["SWITCH_FOLDER"]) / "phase.conf"
    before = phase.read_text()
    # It is reloaded, and goes on waiting for nginx to tell of the phase elsewhere.
    elsewhere = {**real, "SWITCH_URL": f"http://127.0.0.1:{free_port()}/"}
    with gateway.begin_switch("1", "--demote-rest", **elsewhere) as begun:
        wait_until(lambda: gateway.run_switch().stdout == "phase 1 is served\n", "nginx serves the phase")
        begun.send_signal(number)
        said = begun.communicate()[1]
    ((vetting, given_back),) = gateway.stack.rows(VETTINGS)
    assert (begun.returncode, given_back, f"Gave back what vetting {vetting} took" in said) == (1, True, True)
    assert (claim(gateway, eve), phase.read_text()) == (("admin", None), before)
    wait_until(lambda: gateway.run_switch().stdout == "phase 0 is served\n", "nginx serves what it did")


@pytest.mark.parametrize("option", [[], ["--demote-rest"]])
def test_roles_that_cannot_be_had_refuse_the_switch_in_time(
    option: list[str],
    gateway: Gateway,
    real: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {**gateway.variables, **real}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(switch, "APPROVE_ROLES_TIMEOUT_S", 0.2)
    with held(gateway, 'LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE'):
        assert switch.main(["1", *option]) == 1
    what = "approve_roles --demote-rest" if option else "approve_roles --check"
    assert f"Refused: manage.py {what} did not end within 0.2 s." in capsys.readouterr().err
    assert gateway.switch() == "phase 0 is served\n"
