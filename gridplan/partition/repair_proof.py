"""Repairs made as cheap as can be, window by window, and the proof of what no repair can cost less than."""

from dataclasses import dataclass, replace

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.repair_exact import cheapest
from gridplan.partition.repair_ground import Field, ground_of
from gridplan.partition.repair_ways import Charges, Task
from gridplan.partition.repair_windows import HOPS, changes, faulty

WHOLE = 60
"""Zones that are repaired as one, at most."""

LAND = 1000
"""Nodes of land that is repaired as one, at most."""


@dataclass(frozen=True)
class Proved:
    """The zone of each item, and what any repair moves at least."""

    label: Ints
    bound: float


def improved(field: Field, label: Ints, fresh: int, charged: Charges, nodes: int, *, whole: int = WHOLE) -> Proved:
    """``label`` made as cheap as can be, on all land as one where that is small enough, and window by window; and the bound.

    Windows share no zone, and a household that moves between two of them is charged to each by half: so their bounds add up
    to one for the whole land. Where the ``charged`` sum is reached, nothing is left to be done. ``whole``: land of at most so
    many zones is taken as one.
    """
    answer = Proved(label, charged.others(set()) + field.moved(field.home))
    small = len(np.unique(field.home)) <= whole and len(field.item) <= LAND
    if small and field.moved(label) > answer.bound:
        window = sorted(set(field.home.tolist()) | set(label.tolist()))
        answer = _windowed(field, answer, fresh, charged, nodes, [window], prove=True)
    if field.moved(answer.label) > answer.bound:
        answer = _windowed(field, answer, fresh, charged, nodes, windows_of(field, answer.label), prove=not small)
    return answer


def _windowed(
    field: Field, known: Proved, fresh: int, charged: Charges, nodes: int, windows: list[list[int]], *, prove: bool
) -> Proved:
    """The best of each window, and, to ``prove`` it, the sum of their bounds where that is more than is ``known``."""
    label, bound = known.label.copy(), 0.0
    price = 1.0 if len(windows) == 1 else 0.5
    for window in windows:
        ground = ground_of(field, label, window)
        start = label[ground.rows].tolist()
        reach = sum(ground.cost(row, number) for row, number in enumerate(start))
        here = replace(charged, least={number: least for number, least in charged.least.items() if number in window})
        least = price * here.others(set())
        if reach > here.others(set()):
            free = [number for number in range(fresh, fresh + len(label)) if number in window or not (label == number).any()]
            task = Task(ground, start, reach, free[: reach // field.rule.low + 1], here)
            inner = cheapest(task, nodes)
            if inner.label is not None:
                label[ground.rows] = inner.label
                reach = sum(ground.cost(row, number) for row, number in enumerate(inner.label))
                task = replace(task, start=inner.label, most=reach)
            if prove:
                least = max(least, (cheapest(replace(task, price=price), nodes) if ground.outside else inner).bound)
        bound += min(reach, least)
    return Proved(label, max(known.bound, bound) if prove else known.bound)


def windows_of(field: Field, label: Ints) -> list[list[int]]:
    """Sets of zones without one in common: those that changed together or are faulty, and what lies around them."""
    groups = changes(field, label)
    owner = {number: place for place, group in enumerate(groups) for number in sorted(group)}
    for number in faulty(field, label):
        owner.setdefault(number, len(groups) + number)
    beside = field.beside(label)
    ring = sorted(owner)
    for _ in range(HOPS):
        fresh: dict[int, int] = {}
        for number in ring:
            for other in sorted(beside.get(number, ())):
                if other not in owner:
                    fresh.setdefault(other, owner[number])
        owner |= fresh
        ring = sorted(fresh)
    found: dict[int, list[int]] = {}
    for number, place in sorted(owner.items()):
        found.setdefault(place, []).append(number)
    return list(found.values())
