"""The processes of this project: how each is started on one machine, with production settings."""

import contextlib
import functools
import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from deploy.local.paths import PYTHON, ROOT, LocalError
from deploy.local.processes import Process, Supervisor
from deploy.local.servers import free_port

CELERY = ("-m", "celery", "-A", "config")
# Threads, since a worker mostly waits for the model; one worker has nobody to gossip with.
WORKER_OPTIONS = ("--pool=threads", "--concurrency=8", "--without-gossip", "--without-mingle")
MODEL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_KEY")


def choose_ports() -> dict[str, int]:
    """A free port for each process that listens."""
    return {name: free_port() for name in ("web", "async", "emulator")}


def environment(folder: Path, data: Mapping[str, str], ports: Mapping[str, int], *, proxies: int) -> dict[str, str]:
    """The caller's environment with everything set that production settings require.

    A model named by the caller is used; without one it is the emulator.
    """
    # A proxy of the caller's must not be asked for the emulator.
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
    if not any(os.environ.get(name) for name in MODEL_VARIABLES):
        ours["OPENAI_BASE_URL"] = "emulator"
    return {**os.environ, **ours}


def model_in_words(settings: Mapping[str, str]) -> str:
    """Who plays the patient, for the person who started it."""
    base_url = settings.get("OPENAI_BASE_URL")
    if base_url == "emulator":
        return "the offline emulator (OPENAI_API_KEY or OPENAI_BASE_URL names a real model)"
    return base_url or "https://api.openai.com/v1"


def _keys(folder: Path) -> dict[str, str]:
    """SECRET_KEY and JWT_SIGNING_KEY, kept in the folder so that sessions outlive a restart."""
    path = folder / "keys.json"
    if not path.exists():
        path.touch(mode=0o600)
        names = ("SECRET_KEY", "JWT_SIGNING_KEY")
        path.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in names}))
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def manage(settings: Mapping[str, str], *arguments: str) -> str:
    """Run a Django command to its end and return what it printed; the checks are for `make test`."""
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
        raise LocalError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout.strip()}")
    return done.stdout


def load_samples(settings: Mapping[str, str]) -> str:
    """Load the teaching set and the demo accounts; the lines of what it said that name the accounts."""
    lines = manage(settings, "load_samples", "--demo-accounts").splitlines()
    return "\n".join(line for line in lines if "account" in line)


class System:
    """The five processes, with their logs in `folder`."""

    def __init__(
        self, supervisor: Supervisor, folder: Path, settings: Mapping[str, str], ports: Mapping[str, int]
    ) -> None:
        self._supervisor = supervisor
        self._folder = folder
        self._settings = settings
        self._ports = ports

    def start(self, *names: str) -> None:
        """Start some of emulator, web, async, worker and beat, as a group."""
        ports = {name: str(port) for name, port in self._ports.items()}
        commands: dict[str, list[str]] = {
            "emulator": ["manage.py", "openai_emulator", "--host", "127.0.0.1", "--port", ports["emulator"]],
            "web": [*_gunicorn("web", ports["web"]), "config.wsgi:application"],
            "async": [*_gunicorn("asgi", ports["async"]), "config.asgi:application"],
            "worker": [*CELERY, "worker", "-Q", "runs,evaluations,maintenance", *WORKER_OPTIONS],
            "beat": [*CELERY, "beat", "--schedule", str(self._folder / "beat"), "--pidfile="],
        }
        logs = {name: self._folder / f"{name}.log" for name in names}
        group = [Process(name, [PYTHON, *commands[name]], logs[name], self._settings) for name in names]
        self._supervisor.start(*group)

    def wait_until_ready(self) -> None:
        """Return when every process that listens answers."""
        for name, path in (("emulator", "/v1/models"), ("web", "/health/ready"), ("async", "/health/live")):
            url = f"http://127.0.0.1:{self._ports[name]}{path}"
            self._supervisor.wait_for(f"{name} at {url}", functools.partial(answers, url))


def _gunicorn(kind: str, port: str) -> list[str]:
    return ["-m", "gunicorn", "-c", f"deploy/gunicorn/{kind}.py", "--bind", f"127.0.0.1:{port}"]


def answers(url: str) -> bool:
    """Whether a GET there is answered with a 2xx."""
    # Never through a proxy that the caller's environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError, urllib.error.URLError), opener.open(url, timeout=5):
        return True
    return False


class Stopwatch:
    """Progress lines with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {text}", flush=True)
