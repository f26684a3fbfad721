"""Regions of a land: parts of about the same number of zones, searched by themselves and side by side."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.slices import slice_land
from gridplan.partition.land import Land

Task = tuple[int, Ints, Land]
"""A region: its number, its nodes, its land."""

Work = TypeVar("Work")
Done = TypeVar("Done")

DIRECTIONS = ((1.0, 0.0), (0.6, 0.8), (0.0, 1.0), (-0.8, 0.6), (0.8, 0.6), (-0.6, 0.8))
"""Axes of the first cut, one for each turn, so that a border between regions does not stay where it was."""


def regions(x: Floats, y: Floats, size: int, turn: int) -> Ints:
    """The region of each of n places, numbered from 0: parts of at most ``size``, halved by turns along two axes.

    ``turn`` chooses the axes. Cost n log n for each halving.
    """
    count = len(x)
    region = np.zeros(count, dtype=np.int64)
    parts = [(np.arange(count), 0)]
    cos, sin = DIRECTIONS[turn % len(DIRECTIONS)]
    along, across = x * cos + y * sin, y * cos - x * sin
    numbered = 0
    # The first halves differ in size from turn to turn, for the same reason.
    lean = (0.5, 0.4, 0.6)[turn % 3]
    while parts:
        rows, depth = parts.pop()
        if len(rows) <= size:
            region[rows] = numbered
            numbered += 1
            continue
        wide = np.ptp(along[rows]) >= np.ptp(across[rows])
        key = along[rows] if wide else across[rows]
        order = rows[np.lexsort((rows, key))]
        cut = max(1, int(len(order) * (lean if depth < 2 else 0.5)))
        parts.append((order[cut:], depth + 1))
        parts.append((order[:cut], depth + 1))
    return region


def tasks_of(land: Land, region: Ints) -> list[Task]:
    """Each region with its nodes and its land."""
    order = np.argsort(region, kind="stable")
    ends = np.cumsum(np.bincount(region))
    place = np.empty(len(region), dtype=np.int64)
    place[order] = np.arange(len(region)) - np.repeat(np.concatenate([[0], ends[:-1]]), np.diff(ends, prepend=0))
    split = np.split(order, ends[:-1])
    found = []
    for number, nodes in enumerate(split):
        part = slice_land(land, nodes, region, place)
        # Compounds are numbered anew, so that tables by compound are as small as the region.
        names = np.unique(part.compound[part.compound >= 0])
        compound = np.where(part.compound >= 0, np.searchsorted(names, part.compound), -1)
        found.append((number, nodes, part._replace(compound=compound)))
    return found


def together(count: int, tasks: Sequence[Task], labels: Iterable[Ints]) -> Ints:
    """One numbering of the zones of all regions."""
    zone = np.empty(count, dtype=np.int64)
    first = 0
    for (_, nodes, _), label in zip(tasks, labels, strict=True):
        zone[nodes] = first + label
        first += int(label.max()) + 1
    return zone


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(work: Callable[[Work], Done], tasks: Sequence[Work], threads: int) -> Iterator[Done]:
    """What ``work`` makes of each task, in their order; the number of threads changes nothing but the time."""
    if threads <= 1 or len(tasks) <= 1:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, tasks)
