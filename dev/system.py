"""Start all processes of this project on one machine, with production settings."""

import contextlib
import functools
import hashlib
import json
import os
import re
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.common import PYTHON, ROOT, OperatorError, locked
from deploy.dotenv import assignments
from dev.processes import Process, Supervisor
from dev.servers import free_port, start_data_servers
from dev.workers import ASYNC_CONNECTIONS, CELERY, PRODUCTION_WORKERS, Worker

MODEL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_KEY")


@dataclass(frozen=True)
class System:
    """A running system: ports by process, the environment of its processes, and two texts for people."""

    ports: Mapping[str, int]
    settings: Mapping[str, str]
    accounts: str
    model: str


class Progress:
    """Prints lines with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {text}", flush=True)


def bring_up(
    supervisor: Supervisor,
    folder: Path,
    progress: Progress,
    *,
    kept: bool,
    workers: Sequence[Worker] = PRODUCTION_WORKERS,
    **changes: str,
) -> System:
    """Start PostgreSQL, Redis, emulator, web, async, workers and beat in `folder`; return when they answer.

    With `kept` the data is durable, and static files are collected for a proxy in front. `changes` are environment
    variables for all processes.
    """
    progress.say("Starting PostgreSQL and Redis")
    data = start_data_servers(supervisor, folder, durable=kept)
    ports = {name: free_port() for name in ("web", "async", "emulator")}
    settings = {**production_environment(folder, data, ports, proxies=1 if kept else 0), **changes}
    if kept:
        progress.say("Collecting static files")
        collect_static_files(settings)

    def process(name: str, command: Sequence[str], **own: str) -> Process:
        return Process(name, [PYTHON, *command], folder / f"{name}.log", {**settings, **own})

    # They start before the migrations: loading Django takes seconds, and migrating leaves a core free.
    progress.say("Starting emulator, async and web; migrating, loading the samples")
    commands = _commands(folder, ports)
    pooled = {"DATABASE_POOL_SIZE": str(ASYNC_CONNECTIONS)}
    supervisor.start(
        process("emulator", commands["emulator"]),
        process("async", commands["async"], **pooled),
        process("web", commands["web"]),
    )
    manage(settings, "migrate", "--verbosity=0")
    accounts = _load_samples(folder, settings)
    progress.say("Starting workers and beat")
    supervisor.start(
        *(process(worker.name, worker.command, **worker.settings) for worker in workers),
        process("beat", commands["beat"]),
    )
    for name, path in (("emulator", "/v1/models"), ("web", "/health/ready"), ("async", "/health/live")):
        url = f"http://127.0.0.1:{ports[name]}{path}"
        supervisor.wait_for(f"{name} at {url}", functools.partial(responds, url))
    return System(ports, settings, accounts, _model_in_words(settings))


def production_environment(
    folder: Path, data: Mapping[str, str], ports: Mapping[str, int], *, proxies: int
) -> dict[str, str]:
    """Return the caller's environment with everything set that production settings require.

    The model is the one that the caller's environment or .env names, otherwise the emulator.
    """
    # Requests to the emulator must not go through the caller's proxy.
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1,localhost"]))
    ours = {
        **data,
        **_keys(folder),
        "DJANGO_ENV": "production",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SECURE_SSL_REDIRECT": "false",
        "NUM_PROXIES": str(proxies),
        "EMULATOR_URL": f"http://127.0.0.1:{ports['emulator']}",
        "NO_PROXY": direct,
        "no_proxy": direct,
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **ours, **(named_model() or {"OPENAI_BASE_URL": "emulator"})}


def named_model() -> dict[str, str]:
    """The variables that name the model's server, from .env and, with precedence, the caller's environment."""
    written: dict[str, str] = {}
    with contextlib.suppress(OSError):  # there is none, or only root can read it
        written = assignments(ROOT / ".env")
    merged = {**written, **{name: value for name, value in os.environ.items() if value.strip()}}
    names = [f"{name}{suffix}" for name in MODEL_VARIABLES for suffix in ("", "_FILE")]
    return {name: merged[name] for name in names if merged.get(name, "").strip()}


def _keys(folder: Path) -> dict[str, str]:
    """SECRET_KEY and JWT_SIGNING_KEY, kept in the folder so that sessions outlive a restart."""
    path = folder / "keys.json"
    if not path.exists():
        path.touch(mode=0o600)
        names = ("SECRET_KEY", "JWT_SIGNING_KEY")
        path.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in names}))
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def _model_in_words(settings: Mapping[str, str]) -> str:
    base_url = settings.get("OPENAI_BASE_URL")
    if base_url == "emulator":
        return "the offline emulator (OPENAI_API_KEY or OPENAI_BASE_URL names a real model)"
    file = settings.get("OPENAI_BASE_URL_FILE")
    return base_url or (f"the server that {file} names" if file else "https://api.openai.com/v1")


def _commands(folder: Path, ports: Mapping[str, int]) -> dict[str, list[str]]:
    def gunicorn(kind: str, port: int) -> list[str]:
        return ["-m", "gunicorn", "-c", f"deploy/gunicorn/{kind}.py", "--bind", f"127.0.0.1:{port}"]

    emulator = ["manage.py", "openai_emulator", "--host", "127.0.0.1", "--port", str(ports["emulator"])]
    return {
        "emulator": emulator,
        "web": [*gunicorn("web", ports["web"]), "config.wsgi:application"],
        "async": [*gunicorn("asgi", ports["async"]), "config.asgi:application"],
        "beat": [*CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile="],
    }


def manage(settings: Mapping[str, str], *arguments: str) -> str:
    """Run a Django command without system checks and return its output; OperatorError if it fails."""
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments, "--skip-checks"],
        check=False,
        cwd=ROOT,
        env=dict(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise OperatorError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout.strip()}")
    return done.stdout


def _load_samples(folder: Path, settings: Mapping[str, str]) -> str:
    """Load the samples the first time only, since users may change them later; return the lines on demo accounts."""
    accounts = folder / "accounts.txt"
    if not accounts.exists():
        lines = manage(settings, "load_samples", "--demo-accounts").splitlines()
        accounts.write_text("\n".join(line for line in lines if "account" in line))
    return re.sub(r"(?m)^(created|kept) +account +", "Account  ", accounts.read_text())


def collect_static_files(settings: Mapping[str, str]) -> None:
    """Fill staticfiles/ if a package or one of our static files has changed; one process at a time for this clone."""
    digest = hashlib.sha256((ROOT / "requirements" / "demo.lock").read_bytes())
    for path in (ROOT / "config" / "static_files.py", *sorted(ROOT.glob("apps/*/static/**/*"))):
        digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
    stamp = ROOT / "staticfiles" / ".made-from"
    with locked(ROOT / "apps"):
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            manage(settings, "collectstatic", "--noinput", "--verbosity=0")
            stamp.write_text(digest.hexdigest())


def responds(url: str) -> bool:
    """Whether a GET of this URL is answered with a 2xx."""
    # Never through a proxy that the caller's environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
