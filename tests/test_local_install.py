"""`make setup` in a small clone whose locks name no package, so that nothing is downloaded."""

import contextlib
import http.server
import json
import os
import shlex
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[1]
SETS = ("base", "production", "demo", "test", "development")
NOWHERE = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
HIDDEN = (
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "MAKEFLAGS",
    "MAKELEVEL",
    "PYTHON",
    "UV_SYSTEM_CERTS",
    "UV_NATIVE_TLS",
)
# A uv that installs nothing: it keeps what it was told of certificates, and says why it fails.
UV = """
import json, os, pathlib, sys
if "--version" not in sys.argv:
    told = {name: value for name, value in os.environ.items() if name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")}
    pathlib.Path(sys.prefix, "told.json").write_text(json.dumps(told))
    sys.exit(os.environ.get("UV_FAILS"))
"""


class Clone:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        for part in ("dev", "deploy"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "requirements").mkdir()
        for name in SETS:
            self.lock(name, "# nothing\n")

    def lock(self, name: str, text: str) -> None:
        (self.folder / "requirements" / f"{name}.lock").write_text(text)

    def have_uv(self) -> None:
        (site,) = self.venv.glob("lib/python3*/site-packages")
        (site / "uv.py").write_text(UV)

    def make(self, *arguments: str, python: str = sys.executable, **variables: str) -> subprocess.CompletedProcess[str]:
        ours = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        settings = ours | NOWHERE | variables
        command = ["make", *arguments, *([f"PYTHON={python}"] if python else [])]
        return subprocess.run(command, check=False, cwd=self.folder, env=settings, capture_output=True, text=True)


@contextlib.contextmanager
def untrusted_index(folder: Path) -> Iterator[str]:
    """The address of a server with a certificate of its own."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ("-subj", "/CN=127.0.0.1", "-days", "1", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        # Some versions of pip stumble over an address that is no name.
        yield f"https://localhost:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "a folder with spaces")


@pytest.fixture(scope="module")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    clone = Clone(tmp_path_factory.mktemp("once") / "a clone")
    done = clone.make("setup")
    assert done.returncode == 0, done.stderr
    return clone


@pytest.fixture
def ready_clone(clone: Clone, set_up_once: Clone) -> Clone:
    """A clone after `make setup`, copied, since pip takes seconds to be installed."""
    shutil.copytree(set_up_once.venv, clone.venv, symlinks=True)
    return clone


def test_setup_makes_a_venv_once_and_then_finds_it_there(ready_clone: Clone) -> None:
    assert (ready_clone.venv / "bin" / "python").exists()
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert "Making" not in again.stdout
    assert "Installing" not in again.stdout


def test_a_changed_lock_is_installed_into_the_same_venv(ready_clone: Clone) -> None:
    ready_clone.lock("demo", "# changed\n")
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert "Installing" in again.stdout
    assert "Making" not in again.stdout


def test_a_wider_set_that_is_installed_serves_for_a_smaller_one(ready_clone: Clone) -> None:
    stamp = ready_clone.venv / "installed.json"
    (digest,) = json.loads(stamp.read_text()).values()
    stamp.write_text(json.dumps({"test": digest}))
    assert "Installing" not in ready_clone.make("setup").stdout


@pytest.mark.parametrize("damage", ["an installation that was cut short", "a Python that is gone"])
def test_a_venv_that_cannot_be_trusted_is_made_anew(ready_clone: Clone, damage: str) -> None:
    if damage == "a Python that is gone":
        (ready_clone.venv / "bin" / "python").unlink()
    else:
        (ready_clone.venv / "unfinished").touch()
    stray = ready_clone.venv / "stray"
    stray.touch()
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert not stray.exists()
    assert "Installing" not in ready_clone.make("setup").stdout


@pytest.mark.parametrize("named", [True, False])
def test_a_python_that_is_named_is_the_one_used_and_one_that_is_only_on_path_is_not(
    ready_clone: Clone, tmp_path: Path, named: bool
) -> None:
    (tmp_path / "bin").mkdir()
    another = tmp_path / "bin" / "python3"
    start = (
        "import sys, runpy; sys.version = 'another'; sys.argv = sys.argv[2:]; runpy.run_module('dev', alter_sys=True"
    )
    another.write_text(f"""#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{start}, run_name='__main__')" "$@"\n""")
    another.chmod(0o755)
    if named:
        done = ready_clone.make("setup", python=str(another))
    else:
        done = ready_clone.make("setup", python="", PATH=f"{another.parent}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert ("Making .venv with Python another" in done.stdout) == named


def test_without_a_network_a_sentence_says_so(ready_clone: Clone) -> None:
    ready_clone.lock("demo", f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    done = ready_clone.make("setup")
    assert done.returncode != 0
    assert "The package index could not be reached" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}),
        ({"UV_SYSTEM_CERTS": ""}, {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}),
        ({"UV_SYSTEM_CERTS": "false"}, {"UV_SYSTEM_CERTS": "false"}),
        ({"UV_NATIVE_TLS": "0"}, {"UV_NATIVE_TLS": "0"}),
    ],
)
def test_uv_trusts_the_certificates_of_the_system_unless_the_caller_says_otherwise(
    ready_clone: Clone, given: dict[str, str], told: dict[str, str]
) -> None:
    ready_clone.have_uv()
    ready_clone.lock("demo", "# changed\n")
    assert ready_clone.make("setup", **given).returncode == 0
    assert json.loads((ready_clone.venv / "told.json").read_text()) == told


@pytest.mark.parametrize("reason", ["invalid peer certificate: UnknownIssuer", "error: unexpected argument", "x"])
def test_where_uv_fails_pip_installs(ready_clone: Clone, reason: str) -> None:
    ready_clone.have_uv()
    ready_clone.lock("demo", "# changed\n")
    done = ready_clone.make("setup", UV_FAILS=reason)
    assert done.returncode == 0, done.stderr
    assert "trying pip" in done.stdout
    assert "Installing" not in ready_clone.make("setup").stdout


def test_a_package_that_is_not_the_locked_one_is_not_asked_for_again(ready_clone: Clone) -> None:
    ready_clone.have_uv()
    ready_clone.lock("demo", "# changed\n")
    done = ready_clone.make("setup", UV_FAILS="error: Hash mismatch for `absent==1.0`")
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr
    assert "trying pip" not in done.stdout


def test_a_certificate_that_nobody_here_knows_is_told_with_what_to_do(ready_clone: Clone, tmp_path: Path) -> None:
    with untrusted_index(tmp_path) as address:
        ready_clone.lock("demo", f"absent==1.0 --hash=sha256:{'0' * 64}\n")
        done = ready_clone.make("setup", PIP_INDEX_URL=address, PIP_CERT="")
    assert done.returncode != 0
    assert "PIP_CERT and SSL_CERT_FILE" in done.stderr


def test_an_old_python_is_told_in_one_sentence() -> None:
    pretend = "import sys, runpy; sys.version_info = (3, 10, 4); runpy.run_module('dev', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer with venv is needed, and this is Python 3.10" in done.stderr


def test_clean_removes_the_venv(ready_clone: Clone, tmp_path: Path) -> None:
    done = ready_clone.make("clean", f"RUN_FOLDER={tmp_path / 'kept'}")
    assert done.returncode == 0
    assert not ready_clone.venv.exists()
