"""What processes cost, read from /proc, and figures in words."""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dev.processes import Supervisor

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """Of the process and its descendants, those included that have ended and been waited for."""
    total = 0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def memory(pid: int, field: str = "VmRSS") -> float:
    """MiB of the process and its descendants; the field VmHWM gives the most that each has ever had."""
    total = 0
    for each in family(pid):
        try:
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
        except FileNotFoundError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))
    return total / MIB


class Meter:
    """CPU seconds of each process that a supervisor has started, from the making of the meter on."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._before = self._now()
        self._own = sum(os.times()[:2])

    def _now(self) -> dict[str, float]:
        return {name: cpu_seconds(self._supervisor.named(name).popen.pid) for name in self._supervisor.names}

    def seconds(self) -> dict[str, float]:
        """By process, the load generator (this process) among them."""
        spent = {name: now - self._before.get(name, 0.0) for name, now in self._now().items()}
        return {**spent, "load generator": sum(os.times()[:2]) - self._own}


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest rank; nan of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def show(title: str, rows: Sequence[tuple[str, str]]) -> None:
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:44} {value}")


def show_costs(seconds: Mapping[str, float], supervisor: Supervisor, workers: Sequence[str]) -> float:
    """Print CPU and memory by process; returns the most memory that the workers ever had, in MiB."""
    print(f"\n  {'process':16} {'CPU, s':>8} {'MiB at most':>12}")
    peaks = {name: memory(supervisor.named(name).popen.pid, "VmHWM") for name in supervisor.names}
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {name:16} {spent:8.1f} {peaks.get(name, math.nan):12.0f}")
    apart = {"emulator", "load generator"}
    print(f"  {'the service':16} {sum(spent for name, spent in seconds.items() if name not in apart):8.1f}")
    return sum(peaks[name] for name in workers)
