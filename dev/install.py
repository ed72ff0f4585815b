"""The venv and its packages: made once, and again only when a lock has changed."""

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

# Each set holds the ones before it, in the same versions.
Command = list[str | Path]
SETS = ("base", "production", "demo", "test", "development")
STAMP = VENV / "installed.json"
UNFINISHED = VENV / "unfinished"
# With the extras, since pip 23, which Python 3.11 comes with, takes an extra for unpinned where only its package is.
LOCK_OPTIONS = (
    "--universal", "--python-version", "3.11.0", "--generate-hashes", "--no-header", "--no-strip-extras",
)  # fmt: skip
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", "htmlcov")
OFFLINE = re.compile(
    "name resolution|name or service not known|dns error|failed to establish|connection refused"
    "|connection reset|unreachable|timed out|error sending request|failed to fetch",
    re.IGNORECASE,
)
UNTRUSTED = re.compile("certificate verify failed|invalid peer certificate|unknownissuer", re.IGNORECASE)
NOT_AS_LOCKED = re.compile(r"\bhash(es)?\b", re.IGNORECASE)
# uv trusts a list of its own, and a network that looks into TLS is not on it. The second is its name for older uvs.
SYSTEM_CERTIFICATES = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")


def install(name: str) -> None:
    """Have the packages of a set in .venv; costs next to nothing when they are there."""
    with locked(ROOT):
        if not _has(name):
            _make_venv()
            _fill(name)


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def _digest(name: str) -> str:
    return hashlib.sha256(_lock(name).read_bytes()).hexdigest()


def _works() -> bool:
    """Whether .venv has a Python that starts, for it dies with the one it was made from; the one named, if one is."""
    if not PYTHON.exists():
        return False
    done = run_quietly([PYTHON, "-c", "import sys; print(sys.base_prefix, sys.version)"])
    named = os.environ.get("PYTHON_NAMED")  # by the Makefile: another one on PATH is no reason to make it anew
    return done.returncode == 0 and (not named or done.stdout.strip() == f"{sys.base_prefix} {sys.version}")


def _has(name: str) -> bool:
    if UNFINISHED.exists() or not STAMP.exists() or not _works():
        return False
    stamped = json.loads(STAMP.read_text())
    return any(stamped.get(wider) == _digest(wider) for wider in SETS[SETS.index(name) :])


def _make_venv() -> None:
    if UNFINISHED.exists() or not _works():
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        done = run_quietly([sys.executable, "-m", "venv", VENV])
        if done.returncode:
            raise OperatorError(f"The venv could not be made:\n{done.stdout}")
    UNFINISHED.touch()


def _fill(name: str) -> None:
    count = len(re.findall(r"^[A-Za-z0-9]", _lock(name).read_text(), flags=re.MULTILINE))
    print(f"Installing up to {count} packages: requirements/{name}.lock", flush=True)
    started = time.monotonic()
    pip: Command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv: Command = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
    wanted: Command = ["--require-hashes", "-r", _lock(name)]
    done = run_quietly([*uv, *wanted]) if _have_uv(pip) else None
    if done and done.returncode and not NOT_AS_LOCKED.search(done.stdout):
        # pip has settings of its own: another index, certificates, a proxy.
        print("uv could not install them, so pip is asked", flush=True)
        done = None
    done = done or run_quietly([*pip, *wanted])
    if done.returncode:
        # An installer that gave up by itself leaves whole packages; only a killed one is not trusted.
        UNFINISHED.unlink()
        raise OperatorError(why_not_installed(f"requirements/{name}.lock", done.stdout))
    # Each of a dozen processes would otherwise compile the same thousands of modules at its start, and every time
    # where PYTHONDONTWRITEBYTECODE is set. Its exit code is 1 when a package has a file that is no Python.
    print("Compiling them", flush=True)
    run_quietly([PYTHON, "-m", "compileall", "-qq", "-j", "0", VENV / "lib"])
    STAMP.write_text(json.dumps({name: _digest(name)}))
    UNFINISHED.unlink()
    print(f"Installed in {time.monotonic() - started:.0f} s", flush=True)


def _have_uv(pip: Command) -> bool:
    """uv in .venv, in the locked version; it installs four times as fast as pip."""
    if run_quietly([PYTHON, "-m", "uv", "--version"]).returncode == 0:
        return True
    entry = re.search(r"^uv==.*\n(?:[ \t].*\n)*", _lock("development").read_text(), flags=re.MULTILINE)
    if not entry:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(entry.group())
        only_uv.flush()
        return run_quietly([*pip, "--require-hashes", "-r", only_uv.name]).returncode == 0


def why_not_installed(lock: str, output: str) -> str:
    """What to tell a person, from what the installer of a lock has said."""
    tail = "\n".join(output.strip().splitlines()[-3:])
    if UNTRUSTED.search(output):
        return (
            "The package index showed a certificate that is not trusted here. Where the network looks into TLS, name "
            f"the file of its certificates in PIP_CERT and SSL_CERT_FILE.\n{tail}"
        )
    if OFFLINE.search(output):
        return f"The package index could not be reached, and the first set-up needs it.\n{tail}"
    return f"The packages of {lock} could not be installed.\n{tail}"


def run_quietly(command: Command) -> subprocess.CompletedProcess[str]:
    """Run to the end, with a line every 15 s so that nobody takes it for hung; output is kept, not shown."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=_environment())
        while True:
            try:
                code = process.wait(15)
                break
            except subprocess.TimeoutExpired:
                print(f"  still at it after {time.monotonic() - started:.0f} s", flush=True)
        output.seek(0)
        return subprocess.CompletedProcess(command, code, output.read())


def _environment() -> dict[str, str]:
    """The caller's, in which uv trusts the system's certificates as pip does, unless the caller says otherwise."""
    if any(os.environ.get(name) for name in SYSTEM_CERTIFICATES):
        return dict(os.environ)
    return {**os.environ, **dict.fromkeys(SYSTEM_CERTIFICATES, "1")}


def lock(arguments: list[str]) -> None:
    """Write every requirements/*.lock from its .txt, each in the versions of the one before."""
    install("demo")
    if not _have_uv([PYTHON, "-m", "pip", "install", "--quiet"]):
        raise OperatorError("uv could not be installed, and the locks are made with it.")
    before: list[str] = []
    for name in SETS:
        print(f"Locking requirements/{name}.txt", flush=True)
        compile_: Command = [PYTHON, "-m", "uv", "pip", "compile", *LOCK_OPTIONS, *before, *arguments]
        command = [*compile_, f"requirements/{name}.txt", "--output-file", f"requirements/{name}.lock"]
        if subprocess.run(command, check=False, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL).returncode:
            raise OperatorError(f"requirements/{name}.txt has no set of versions that fits; see above.")
        before = ["--constraint", f"requirements/{name}.lock"]


def clean(kept: Path) -> None:
    """Remove what the other commands made: the venv, caches, and the data of `make run`."""
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
