"""`make run`: the whole system behind one address, until it is told to stop; its data is kept."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.install import install
from deploy.local.paths import LocalError, kept_folder, locked
from deploy.local.processes import Supervisor
from deploy.local.servers import port_is_free, start_data_servers, start_nginx
from deploy.local.system import (
    Stopwatch,
    System,
    answers,
    choose_ports,
    environment,
    load_samples,
    manage,
    model_in_words,
)


def run() -> None:
    """Serve until SIGINT or SIGTERM."""
    port = _port()
    watch = Stopwatch()
    install("demo")
    folder = kept_folder()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    with (
        _own_terminal_group(),
        locked(folder, refusal="`make run` is running for this clone already."),
        Supervisor() as supervisor,
        contextlib.suppress(KeyboardInterrupt),
    ):
        watch.say(f"Starting PostgreSQL and Redis in {folder}")
        data = start_data_servers(supervisor, folder, durable=True)
        ports = {"nginx": port, **choose_ports()}
        settings = environment(folder, data, ports, proxies=1)
        watch.say("Starting emulator and async; migrating, loading the samples, collecting static files")
        system = System(supervisor, folder, settings, ports)
        system.start("emulator", "async")
        with ThreadPoolExecutor() as beside:
            collecting = beside.submit(manage, settings, "collectstatic", "--noinput", "--verbosity=0")
            manage(settings, "migrate", "--verbosity=0")
            accounts = _accounts(folder, settings)
            collecting.result()
        watch.say("Starting worker, beat, web and nginx")
        system.start("worker", "beat", "web")
        system.wait_until_ready()
        start_nginx(supervisor, folder, ports)
        address = f"http://127.0.0.1:{port}"
        supervisor.wait_for("nginx", lambda: answers(f"{address}/health/ready"))
        watch.say("Ready")
        print(f"{accounts}\n\nAPI      {address}/api/v2/")
        print(f"Docs     {address}/api/docs/\nAdmin    {address}/admin/")
        print(f"Patient  {model_in_words(settings)}\nLogs     {folder}\nCtrl-C stops it.", flush=True)
        while True:
            supervisor.check()
            time.sleep(0.5)
    watch.say("Stopped")


def _accounts(folder: Path, settings: Mapping[str, str]) -> str:
    """The demo accounts in words; the samples are loaded once, since they are the users' own from then on."""
    said = folder / "accounts.txt"
    if not said.exists():
        said.write_text(load_samples(settings))
    return said.read_text()


def _port() -> int:
    text = os.environ.get("RUN_PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalError(f"RUN_PORT is a port number, not {text!r}.")
    if not port_is_free(int(text)):
        raise LocalError(f"Port {text} on 127.0.0.1 is in use: choose one as in `make run RUN_PORT=8080`.")
    return int(text)


@contextlib.contextmanager
def _own_terminal_group() -> Iterator[None]:
    """Have Ctrl-C reach this process and not make, which would report an interrupted build."""
    if not (sys.stdin.isatty() and os.tcgetpgrp(0) == os.getpgrp() and os.getpgrp() != os.getpid()):
        yield
        return
    parent_group = os.getpgrp()
    # Changing the terminal's group from the background stops a process that does not ignore SIGTTOU;
    # and make would never tell the shell that Ctrl-Z has stopped this one.
    for number in (signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, parent_group)
