"""Memory of this process."""

import os
import resource
from pathlib import Path

SHARE = 0.75
STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """The most memory this process has held, megabytes (10^6 bytes)."""
    # What getrusage says starts at the size of the parent, which lent this process its memory until it became a program.
    kilobytes = _status("VmHWM")
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if kilobytes is None else kilobytes) * 1024 / 1e6


def held_mb() -> float:
    """The memory this process holds now, megabytes; the peak where the system does not say."""
    kilobytes = _status("VmRSS")
    return peak_mb() if kilobytes is None else kilobytes * 1024 / 1e6


def limit_memory() -> None:
    """Lets this process ask for three quarters of the machine's memory and no more, so that it fails before the machine does."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    resource.setrlimit(resource.RLIMIT_AS, (int(SHARE * physical),) * 2)


def _status(field: str) -> int | None:
    if not STATUS.exists():
        return None
    values = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return int(values[field].split()[0])
