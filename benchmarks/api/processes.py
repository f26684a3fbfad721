"""What processes used, from ``/proc``: CPU seconds and memory of a process and its children."""

import os
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def family(process: int) -> list[int]:
    """The process and all that descend from it and still run."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            below.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [process]
    for one in found:
        found += below.get(one, [])
    return found


def cpu_s(process: int) -> float:
    """CPU seconds of the process and its family, with those of children that have ended."""
    ticks = [sum(map(int, fields[11:15])) for one in family(process) if (fields := _fields(one))]
    return sum(ticks) / _TICKS


def resident_mb(process: int) -> float:
    """Memory that the process alone holds now, without its children."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def postmaster(url: str) -> int:
    """The process of a PostgreSQL server on this machine."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])


def _fields(process: int) -> list[str]:
    """The fields of ``stat`` after the name: state, parent, ...; empty where the process is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
