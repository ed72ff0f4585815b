"""The venv and its packages: installed once, and again only after a lock has changed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.common import PYTHON, ROOT, OperatorError, locked
from dev.paths import VENV
from dev.processes import Command

# Each set holds the ones before it, in the same versions.
SETS = ("base", "production", "demo", "test", "development")
STAMP = VENV / "installed.json"
UNFINISHED = VENV / "unfinished"
# Extras are kept: pip 23, which comes with Python 3.11, treats an extra as unpinned if only its package is locked.
LOCK_OPTIONS = (
    "--universal", "--python-version", "3.11.0", "--generate-hashes", "--no-header", "--no-strip-extras",
)  # fmt: skip
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", "htmlcov", "build")
OFFLINE = re.compile(
    "name resolution|name or service not known|dns error|failed to establish|connection refused"
    "|connection reset|unreachable|timed out|error sending request|failed to fetch",
    re.IGNORECASE,
)
UNTRUSTED = re.compile("certificate verify failed|invalid peer certificate|unknownissuer", re.IGNORECASE)
NOT_AS_LOCKED = re.compile(r"\bhash(es)?\b", re.IGNORECASE)
# uv has its own list of certificates, which lacks that of a network that inspects TLS. Older uvs read the second name.
SYSTEM_CERTIFICATES = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")


def install(name: str) -> None:
    """Make sure that .venv has the packages of a set; this is cheap when they are there."""
    with locked(ROOT):
        if not _is_installed(name):
            _make_venv()
            _install_packages(name)


def _lock_file(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def _lock_digest(name: str) -> str:
    return hashlib.sha256(_lock_file(name).read_bytes()).hexdigest()


def _venv_works() -> bool:
    """Whether the Python in .venv starts, and is the one that the caller has named, if any.

    It stops working when the Python that it was made from is removed.
    """
    if not PYTHON.exists():
        return False
    done = run_quietly([PYTHON, "-c", "import sys; print(sys.base_prefix, sys.version)"])
    named = os.environ.get("PYTHON_NAMED")  # set by the Makefile; another Python on PATH is no reason to rebuild
    return done.returncode == 0 and (not named or done.stdout.strip() == f"{sys.base_prefix} {sys.version}")


def _is_installed(name: str) -> bool:
    if UNFINISHED.exists() or not STAMP.exists() or not _venv_works():
        return False
    stamped = json.loads(STAMP.read_text())
    return any(stamped.get(wider) == _lock_digest(wider) for wider in SETS[SETS.index(name) :])


def _make_venv() -> None:
    if UNFINISHED.exists() or not _venv_works():
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        done = run_quietly([sys.executable, "-m", "venv", VENV])
        if done.returncode:
            raise OperatorError(f"The venv could not be made:\n{done.stdout}")
    UNFINISHED.touch()


def _install_packages(name: str) -> None:
    count = len(re.findall(r"^[A-Za-z0-9]", _lock_file(name).read_text(), flags=re.MULTILINE))
    print(f"Installing up to {count} packages: requirements/{name}.lock", flush=True)
    started = time.monotonic()
    pip: Command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv: Command = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
    wanted: Command = ["--require-hashes", "-r", _lock_file(name)]
    done = run_quietly([*uv, *wanted]) if _ensure_uv(pip) else None
    if done and done.returncode and not NOT_AS_LOCKED.search(done.stdout):
        # pip has settings of its own: another index, certificates, a proxy.
        print("uv could not install them, trying pip", flush=True)
        done = None
    done = done or run_quietly([*pip, *wanted])
    if done.returncode:
        # An installer that fails by itself leaves complete packages; only after a kill is .venv made again.
        UNFINISHED.unlink()
        raise OperatorError(failure_message(f"requirements/{name}.lock", done.stdout))
    # Otherwise each of a dozen processes compiles the same thousands of modules at its start, and again each time if
    # PYTHONDONTWRITEBYTECODE is set. The exit code is ignored: it is 1 if a package has a file that is not Python.
    print("Compiling them", flush=True)
    run_quietly([PYTHON, "-m", "compileall", "-qq", "-j", "0", VENV / "lib"])
    STAMP.write_text(json.dumps({name: _lock_digest(name)}))
    UNFINISHED.unlink()
    print(f"Installed in {time.monotonic() - started:.0f} s", flush=True)


def _ensure_uv(pip: Command) -> bool:
    """Install the locked version of uv into .venv, and return whether it works; it is four times as fast as pip."""
    if run_quietly([PYTHON, "-m", "uv", "--version"]).returncode == 0:
        return True
    entry = re.search(r"^uv==.*\n(?:[ \t].*\n)*", _lock_file("development").read_text(), flags=re.MULTILINE)
    if not entry:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(entry.group())
        only_uv.flush()
        return run_quietly([*pip, "--require-hashes", "-r", only_uv.name]).returncode == 0


def failure_message(lock: str, output: str) -> str:
    """What to tell a person, from what the installer of a lock has said."""
    tail = "\n".join(output.strip().splitlines()[-3:])
    if UNTRUSTED.search(output):
        return (
            "The certificate of the package index is not trusted here. If your network inspects TLS, set PIP_CERT and "
            f"SSL_CERT_FILE to the file with its certificates.\n{tail}"
        )
    if OFFLINE.search(output):
        return f"The package index could not be reached, and the first set-up needs it.\n{tail}"
    return f"The packages of {lock} could not be installed.\n{tail}"


def run_quietly(command: Command) -> subprocess.CompletedProcess[str]:
    """Run to the end and capture the output; print a line every 15 s to show that it has not hung."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=_installer_environment()
        )
        while True:
            try:
                code = process.wait(15)
                break
            except subprocess.TimeoutExpired:
                print(f"  still running after {time.monotonic() - started:.0f} s", flush=True)
        output.seek(0)
        return subprocess.CompletedProcess(command, code, output.read())


def _installer_environment() -> dict[str, str]:
    """Return the caller's environment, with uv trusting the system's certificates unless the caller decides that."""
    if any(os.environ.get(name) for name in SYSTEM_CERTIFICATES):
        return dict(os.environ)
    return {**os.environ, **dict.fromkeys(SYSTEM_CERTIFICATES, "1")}


def lock(arguments: list[str]) -> None:
    """Write every requirements/*.lock from its .txt; each keeps the versions of the one before."""
    install("demo")
    if not _ensure_uv([PYTHON, "-m", "pip", "install", "--quiet"]):
        raise OperatorError("The locks are made with uv, which could not be installed.")
    before: list[str] = []
    for name in SETS:
        print(f"Locking requirements/{name}.txt", flush=True)
        compile_: Command = [PYTHON, "-m", "uv", "pip", "compile", *LOCK_OPTIONS, *before, *arguments]
        command = [*compile_, f"requirements/{name}.txt", "--output-file", f"requirements/{name}.lock"]
        if subprocess.run(
            command, check=False, cwd=ROOT, env=_installer_environment(), stdout=subprocess.DEVNULL
        ).returncode:
            raise OperatorError(f"requirements/{name}.txt has no set of versions that fits; see above.")
        before = ["--constraint", f"requirements/{name}.lock"]


def clean(kept: Path) -> None:
    """Remove the venv, the caches and the data of `make run`; OperatorError while that is running."""
    if kept.exists():
        with locked(kept, refusal="`make run` is running for this clone: stop it first."):
            _remove(kept)
    folders = ("apps", "benchmarks", "config", "deploy", "dev", "openai_emulator", "tests")
    bytecode = [path for name in folders for path in (ROOT / name).rglob("__pycache__")]
    for path in [VENV, ROOT / "staticfiles", *(ROOT / name for name in CACHES), *bytecode]:
        if path.exists():
            _remove(path)


def _remove(path: Path) -> None:
    print(f"Removing {path}", flush=True)
    shutil.rmtree(path)
