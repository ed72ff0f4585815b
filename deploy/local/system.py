"""The processes of this project: how each is started on one machine, with production settings."""

import contextlib
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
    """Run a Django command to its end and return what it printed."""
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments],
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


def start_processes(
    supervisor: Supervisor, folder: Path, settings: Mapping[str, str], ports: Mapping[str, int]
) -> None:
    """Start emulator, worker, beat, async and web, and wait until they answer."""
    commands = {
        "emulator": ["manage.py", "openai_emulator", "--host", "127.0.0.1", "--port", str(ports["emulator"])],
        "worker": [*CELERY, "worker", "-Q", "runs,evaluations,maintenance", *WORKER_OPTIONS],
        "beat": [*CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile="],
        "async": [*_gunicorn("asgi", ports["async"]), "config.asgi:application"],
        "web": [*_gunicorn("web", ports["web"]), "config.wsgi:application"],
    }
    for name, command in commands.items():
        supervisor.start(Process(name, [PYTHON, *command], folder / f"{name}.log", settings))
    emulator, web, asgi = (f"http://127.0.0.1:{ports[name]}" for name in ("emulator", "web", "async"))
    supervisor.wait_for("The emulator", lambda: answers(f"{emulator}/v1/models"))
    supervisor.wait_for("The web process", lambda: answers(f"{web}/health/ready"))
    supervisor.wait_for("The async process", lambda: answers(f"{asgi}/health/live"))


def _gunicorn(kind: str, port: int) -> list[str]:
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
