"""`make run`: serve the whole system behind one address until it is stopped, and keep its data."""

import contextlib
import functools
import os
import signal
import sys
import time
from collections.abc import Iterator

from deploy.common import OperatorError, locked
from dev.install import install
from dev.paths import kept_folder
from dev.processes import Supervisor
from dev.servers import port_is_free, start_nginx
from dev.system import Progress, bring_up, responds


def run() -> None:
    """Serve until SIGINT or SIGTERM."""
    port = chosen_port()
    if not port_is_free(port):
        raise OperatorError(f"Port {port} on 127.0.0.1 is in use: choose one as in `make run RUN_PORT=8080`.")
    install("demo")
    progress = Progress()
    folder = kept_folder()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    with (
        _own_terminal_group(),
        locked(folder, refusal="`make run` is running for this clone already."),
        Supervisor() as supervisor,
        contextlib.suppress(KeyboardInterrupt),
    ):
        system = bring_up(supervisor, folder, progress, kept=True)
        start_nginx(supervisor, folder, {**system.ports, "nginx": port})
        address = f"http://127.0.0.1:{port}"
        supervisor.wait_for("nginx", functools.partial(responds, f"{address}/health/ready"))
        progress.say("Ready")
        print(f"Open     {address}/\n{system.accounts}\n\nAPI      {address}/api/v2/\nDocs     {address}/api/docs/")
        print(f"Admin    {address}/admin/\nPatient  {system.model}\nData     {folder}", flush=True)
        print("Ctrl-C stops it.", flush=True)
        while True:
            supervisor.check()
            time.sleep(0.5)
    progress.say("Stopped")


def chosen_port() -> int:
    """The port that `make run` serves on: RUN_PORT, else 8000."""
    text = os.environ.get("RUN_PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise OperatorError(f"RUN_PORT is a port number, not {text!r}.")
    return int(text)


@contextlib.contextmanager
def _own_terminal_group() -> Iterator[None]:
    """Let Ctrl-C reach this process but not make, which would report an interrupted build."""
    if not (sys.stdin.isatty() and os.tcgetpgrp(0) == os.getpgrp() and os.getpgrp() != os.getpid()):
        yield
        return
    parent_group = os.getpgrp()
    # A process that changes the terminal's group from the background is stopped unless it ignores SIGTTOU. SIGTSTP is
    # ignored because make would never report to the shell that Ctrl-Z has stopped this process.
    for number in (signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, parent_group)
