"""Write nginx's configuration files into its folder."""

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SITE, PHASE = "site.conf", "phase.conf"
CANARY = 2
# By name: the line in machine/, for a machine of its own, and the line with a port that replaces it on a shared one.
MACHINE_DEFAULTS = {
    "nginx": ("listen 80;", "listen 127.0.0.1:{};"),
    "web": ("server 127.0.0.1:8001;", "server 127.0.0.1:{};"),
    "async": ("server 127.0.0.1:8002;", "server 127.0.0.1:{};"),
    "flask": ("server 127.0.0.1:5000;", "server 127.0.0.1:{};"),
    "switch": ("listen 127.0.0.1:8009;", "listen 127.0.0.1:{};"),
}


@dataclass(frozen=True, order=True)
class Step:
    """How far the move is: a later step sends more to the new service. `percent` is the canary's share, else 0."""

    phase: int
    percent: int = 0

    def __str__(self) -> str:
        share = f" with {self.percent} % of the clients" if self.phase == CANARY else ""
        return f"phase {self.phase}{share}"


LAST_STEP = Step(4)


@dataclass(frozen=True)
class WrittenPhase:
    """A phase as written in nginx's folder; nginx answers with `stamp` while it serves exactly this file."""

    step: Step
    stamp: str


def phases() -> list[int]:
    return sorted(int(path.stem) for path in (HERE / "phases").glob("*.conf"))


def write_phase(folder: Path, step: Step, nginx: Sequence[str | Path]) -> WrittenPhase:
    """Write the site and the phase into nginx's folder, each file atomically.

    `nginx` is the command of the nginx that will read them; its version decides one line.
    """
    stamp = f"{step.phase} {step.percent} {time.time_ns()}"
    text = (HERE / "phases" / f"{step.phase}.conf").read_text()
    if step.phase == CANARY:
        text = text.replace("    5% web;", f"    {step.percent}% web;")
    written_by = f'# Written by deploy/switch, which overwrites it.\nmap "" $switched {{\n    default "{stamp}";\n}}\n'
    site = (HERE / SITE).read_text()
    if _version(nginx) < (1, 27, 4):
        site = site.replace("keepalive_min_timeout 1s;", "keepalive_timeout 0;")
    replace_file(folder / SITE, site)
    replace_file(folder / PHASE, f"{written_by}\n{text}")
    return WrittenPhase(step, stamp)


def _version(nginx: Sequence[str | Path]) -> tuple[int, ...]:
    done = subprocess.run([*nginx, "-v"], check=False, capture_output=True, text=True)
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", done.stderr)
    return tuple(map(int, found.groups())) if found else ()


def current_phase(folder: Path) -> WrittenPhase | None:
    """Return the phase in nginx's folder; None before the first one."""
    try:
        text = (folder / PHASE).read_text()
    except FileNotFoundError:
        return None
    found = re.search(r'default "((\d) (\d+) \d+)";', text)
    return WrittenPhase(Step(int(found[2]), int(found[3])), found[1]) if found else None


def replace_file(path: Path, text: str | None) -> None:
    """Replace a file atomically; None removes it."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.chmod(0o644)  # nginx may run as somebody else
    os.replace(new, path)


def lay_out(home: Path, ports: Mapping[str, int], step: Step, nginx: Sequence[str | Path]) -> Path:
    """Make `home` a complete configuration for nginx on loopback; return the folder that deploy/switch writes to.

    `ports` has the names of MACHINE_DEFAULTS; those left out stay as in machine/.
    """
    folder = home / "virtual-patient"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    replace_file(home / "nginx.conf", (HERE / "local.conf").read_text())
    for sample in (HERE / "machine").glob("*.conf"):
        text = sample.read_text().replace("/var/log/nginx/", "")
        for name, (usual, ours) in MACHINE_DEFAULTS.items():
            if name in ports:
                text = text.replace(usual, ours.format(ports[name]))
        replace_file(folder / sample.name, text)
    write_phase(folder, step, nginx)
    return folder
