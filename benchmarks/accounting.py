"""CPU and memory of processes, read from /proc, and the printing of figures."""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dev.processes import Supervisor

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def family(pid: int) -> list[int]:
    """Return the ids of a process and all its descendants."""
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """CPU seconds of the process and its descendants, including those that have ended and been waited for."""
    total = 0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def memory(pid: int, field: str = "VmRSS") -> float:
    """MiB of the process and its descendants; with the field VmHWM, the sum of their peaks."""
    total = 0
    for each in family(pid):
        try:
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
        except FileNotFoundError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))
    return total / MIB


class Meter:
    """CPU seconds of each process of a supervisor, counted since the meter was made."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._before = self._now()
        self._own = sum(os.times()[:2])

    def _now(self) -> dict[str, float]:
        return {name: cpu_seconds(self._supervisor.named(name).popen.pid) for name in self._supervisor.names}

    def seconds(self) -> dict[str, float]:
        """CPU seconds by process, including the load generator (this process)."""
        spent = {name: now - self._before.get(name, 0.0) for name, now in self._now().items()}
        return {**spent, "load generator": sum(os.times()[:2]) - self._own}


def percentile(values: Iterable[float], share: float) -> float:
    """The percentile by nearest rank; nan without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def print_figures(title: str, rows: Sequence[tuple[str, str]]) -> None:
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:44} {value}")


def print_costs(seconds: Mapping[str, float], supervisor: Supervisor, workers: Sequence[str]) -> float:
    """Print CPU and memory by process; return the sum of the workers' peaks in MiB."""
    print(f"\n  {'process':16} {'CPU, s':>8} {'MiB at most':>12}")
    peaks = {name: memory(supervisor.named(name).popen.pid, "VmHWM") for name in supervisor.names}
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {name:16} {spent:8.1f} {peaks.get(name, math.nan):12.0f}")
    apart = {"emulator", "load generator"}
    print(f"  {'the service':16} {sum(spent for name, spent in seconds.items() if name not in apart):8.1f}")
    return sum(peaks[name] for name in workers)
