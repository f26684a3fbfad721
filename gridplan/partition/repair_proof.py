"""Repairs made as cheap as can be, window by window, and the proof of what no repair can cost less than."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridplan.graph.atom_graph import Ints
from gridplan.partition.repair_exact import cheapest, keeps
from gridplan.partition.repair_ground import Field, ground_of
from gridplan.partition.repair_windows import HOPS, changes, faulty


@dataclass(frozen=True)
class Proved:
    """The zone of each item, and what any repair moves at least."""

    label: Ints
    bound: float


def improved(field: Field, label: Ints, fresh: int, charged: Mapping[int, float], nodes: int) -> Proved:
    """``label`` made as cheap as can be in one window, or window by window where that is too large, and the bound.

    The windows share no zone, and a household that moves between two of them is charged to each by half: so their bounds
    add up to one for the whole land. Where the ``charged`` sum is reached, nothing is left to be done.
    """
    known = sum(charged.values()) + field.moved(field.home)
    windows = windows_of(field, label)
    answer = Proved(label, known)
    for several in ([sorted(number for window in windows for number in window)], windows):
        if field.moved(answer.label) <= answer.bound or not windows:
            break
        tried = _windowed(field, answer.label, fresh, charged, nodes, several)
        if tried is not None:
            answer = Proved(tried.label, max(answer.bound, tried.bound))
            break
    return answer


def _windowed(
    field: Field, label: Ints, fresh: int, charged: Mapping[int, float], nodes: int, windows: list[list[int]]
) -> Proved | None:
    """The best of each window; None where one alone is too large."""
    label = label.copy()
    bound = 0.0
    price = 1.0 if len(windows) == 1 else 0.5
    for window in windows:
        ground = ground_of(field, label, window)
        start = label[ground.rows].tolist()
        reach = sum(ground.cost(row, number) for row, number in enumerate(start))
        here = {number: charged[number] for number in window if number in charged}
        free = [number for number in range(fresh, fresh + len(label)) if number in window or not (label == number).any()][:4]
        least = price * sum(here.values())
        if reach > sum(here.values()):
            inner = cheapest(ground, start, reach=reach, price=None, fresh=free, charged=here, nodes=nodes)
            if inner is None and len(windows) == 1:
                return None
            if inner is not None and inner.label is not None and keeps(ground, start, inner.label):
                cost = sum(ground.cost(row, number) for row, number in enumerate(inner.label))
                if cost <= reach:
                    label[ground.rows] = inner.label
                    start, reach = inner.label, cost
            outer = cheapest(ground, start, reach=reach, price=price, fresh=free, charged=here, nodes=nodes)
            least = max(least, outer.bound if outer is not None else 0.0)
        bound += min(reach, least)
    return Proved(label, bound)


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
