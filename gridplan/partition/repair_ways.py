"""What is asked of the integer programme of a repair, and which zones each item can be in at all."""

import heapq
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import inf

from gridplan.partition.repair_ground import Ground
from gridplan.partition.subsets import bits

Row = tuple[float, float, list[int], list[float]]
"""Least and most of a sum, its columns and their factors."""

OUT = -1
"""The label of all that lies in zones outside."""

FIXED = -1
"""The column of what is in one zone in every answer."""


@dataclass(frozen=True)
class Charges:
    """What each zone out of range is charged at least, as ``repair_bounds.least`` has it; zones with too many, and too few."""

    least: Mapping[int, float]
    over: Set[int]
    under: Set[int]

    def share(self, ground: Ground, row: int, label: int, number: int) -> float:
        """Households that zone ``number`` is charged, at most, where the item moves to ``label``; those in parts charge none."""
        homes = ground.home[row]
        home = next(iter(homes))
        if len(homes) > 1 or label == home or number not in (home, label):
            return 0.0
        bad = label in self.over or label in self.under
        if home in self.over:
            part = 1.0 if number == home else 0.0
        elif home in self.under:
            part = 0.5 if bad else 1.0 if number == home else 0.0
        else:
            part = 1.0
        return part * ground.size[row]

    def others(self, labels: Set[int]) -> float:
        """What all zones but these are charged."""
        return sum(least for label, least in self.least.items() if label not in labels)


@dataclass(frozen=True)
class Task:
    """What is asked: a repair of ``ground`` that moves at most ``most`` households.

    ``start``: the label of each item: what is known to keep the rule as far as it can be kept; zones need be no better than in
    it. ``fresh``: labels of new zones. ``price``: None: zones outside stay as they are; else what a household costs that they
    give or take. ``charges``: what zones out of range must be charged at least. ``held``: the label of items that stay as they
    are. ``shared``: nodes that may lie in several zones at once.
    """

    ground: Ground
    start: Sequence[int]
    most: float
    fresh: Sequence[int]
    charges: Charges
    price: float | None = None
    held: Mapping[int, int] | None = None
    shared: int = 0


def reached(task: Task, label: int, source: int) -> list[int]:
    """The items that zone ``label``, which has the nodes ``source``, can hold with no more than ``most`` households moved.

    Whatever lies on the way moves too. What zones out of range must be charged is spent in any case: for what comes from zones in
    range only the rest is left, and what the zone itself is charged.
    """
    ground, price = task.ground, 1.0 if task.price is None else task.price
    cost = [
        0.0
        if task.charges.least.keys() & homes.keys()
        else (price * size if label == OUT else size - homes.get(label, 0)) / nodes.bit_count()
        for homes, size, nodes in zip(ground.home, ground.size, ground.nodes, strict=True)
    ]
    most = task.most - price * task.charges.others({label}) + 1e-6
    best = [inf] * len(ground.near)
    heap = []
    for node in bits(source):
        best[node] = cost[ground.item[node]] if label == OUT else 0.0
        if best[node] <= most:
            heap.append((best[node], node))
    heapq.heapify(heap)
    left = task.price is None
    while heap:
        way, node = heapq.heappop(heap)
        if way > best[node]:
            continue
        ahead = ground.near[node]
        if not left and ground.outside >> node & 1:
            left, ahead = True, ahead | ground.outside
        for other in bits(ahead):
            total = way + cost[ground.item[other]]
            if total < best[other] and total <= most:
                best[other] = total
                heapq.heappush(heap, (total, other))
    seen = sorted({ground.item[node] for node, way in enumerate(best) if way <= most})
    return [row for row in seen if _alone(task, row, label, price) <= task.most]


def _alone(task: Task, row: int, label: int, price: float) -> float:
    """What moves at least where the item goes to ``label``: itself, and what zones without a part in that are charged."""
    ground = task.ground
    moved = price * ground.size[row] if label == OUT else float(ground.cost(row, label))
    return moved + price * task.charges.others({label} | ground.home[row].keys()) - 1e-6
