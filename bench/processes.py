"""CPU time and memory of processes, from /proc."""

import os
import resource
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid):
    """What a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def limit_files():
    """Lets this process, and those it starts, open as many files as it may."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class CpuMeter:
    """CPU that named processes use from now on."""

    def __init__(self, pids):
        self._pids = pids
        self._began = {name: cpu_seconds(pid) for name, pid in pids.items()}

    def used(self):
        """Seconds by name."""
        return {name: cpu_seconds(pid) - self._began[name] for name, pid in self._pids.items()}
