"""What nodes are worth to a set at most: prices less costs, borders charged to one side or the other."""

import math
from typing import NamedTuple

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.compiled import inner
from gridplan.partition.land import Land, Price


class Trail(NamedTuple):
    """The set being grown, step by step.

    ``state`` of each node; ``line``: nodes beside the set in the order they are tried; ``way``: households
    on the way there from the lowest node. Rows of ``at`` and ``sums`` (by depth): see
    the columns below. ``near``: the nodes that can still be reached, by ``worth`` a household; ``worth``: what a node is worth to
    a set at most, prices less costs, where no two nodes are counted for one border; ``charge``: the part of the cost of each
    border that its node is charged already; ``dues``: that cost in full. ``base`` and ``outer``: cost and border that a node
    has in any set. ``held``: nodes of each tracked compound in the set.
    """

    state: Ints
    line: Ints
    way: Ints
    at: Ints
    sums: Floats
    held: Ints
    near: Ints
    worth: Floats
    charge: Floats
    dues: Floats
    back: Ints
    edge: Floats
    base: Floats
    outer: Floats
    density: Floats


AREA, PERIMETER, LINEAR, PRICED, WORTH, FURTHER = 0, 1, 2, 3, 4, 5
"""Columns of ``sums``: of the set; ``WORTH`` is the worth of its nodes less the dues of borders that are there to stay; from
``FURTHER`` on ``Land.more``."""

NEXT, END, HOUSEHOLDS, NODE, BEGIN, ENDED = 0, 1, 2, 3, 4, 5
"""Columns of ``at``: place in line of the next node to try, end of the line, households of the set, its newest node, place in
line where its own trials began, and end of the line before it."""

FREE, LINED, INSIDE, LEFT = 0, 1, 2, 3
"""States of a node."""

LONGER = 1.4
"""Perimeter^2 / (4 pi area) of a usual set."""

SWEEPS = 12
"""Rounds in which charges are shifted between neighbours."""


def trail_of(land: Land, price: Price) -> Trail:
    """What the enumeration needs to know beforehand about each node."""
    count = len(land.households)
    ends = np.repeat(np.arange(count), np.diff(land.start))
    edge = np.maximum(-0.5 * land.pair, 0.0)
    base = land.own - np.bincount(ends, edge, minlength=count)
    tracked = land.compound >= 0
    nodes = np.bincount(land.compound[tracked], minlength=1)
    base[tracked] += price.split / nodes[land.compound[tracked]]
    forth = np.argsort(ends * count + land.near, kind="stable")
    back = np.empty(len(forth), dtype=np.int64)
    back[forth] = np.argsort(land.near * count + ends, kind="stable")
    whole, real = np.zeros(count + 2, dtype=np.int64), np.zeros(len(land.near))
    return Trail(
        state=whole, line=whole.copy(), way=whole.copy(), at=np.zeros((count + 2, 6), np.int64),
        sums=np.zeros((count + 2, FURTHER + 4)),
        held=np.zeros(int(land.compound.max(initial=-1)) + 1, np.int64), near=whole.copy(), worth=np.zeros(count),
        charge=real, dues=real.copy(), back=back, edge=edge, base=base,
        outer=land.perimeter - np.bincount(ends, land.length, minlength=count), density=np.zeros(count),
    )  # fmt: skip


@inner
def appraise(land: Land, price: Price, dual: Floats, root: int, low: int, high: int, near: int, trail: Trail) -> float:
    """Set the worth of the nodes that a set of ``root`` can hold; return what any set costs besides.

    For any rate r, perimeter^2 / area >= 2 r perimeter - r^2 area: at a fixed rate the cost of a set is that of its nodes and of
    the borders it cuts. Charges on either side of a border that add up to nothing inside a set, and to no more than its
    cost where it is cut, move worth from node to node (the dual of a minimum cut); they are shifted to even it out.
    """
    area, households = land.area[root], land.households[root]
    for row in range(near):
        area += land.area[trail.near[row]]
        households += land.households[trail.near[row]]
    # That of a set of the usual land for its households, somewhat longer than a circle.
    rate = math.sqrt(4 * math.pi * LONGER * households / max(0.5 * (low + high) * area, 1e-9))
    scale = price.compactness * low / (4 * math.pi * price.target)
    by_border, by_area = 2 * scale * rate, scale * rate * rate
    for row in range(-1, near):
        node = root if row < 0 else trail.near[row]
        trail.worth[node] = (
            dual[node] - trail.base[node] + by_area * land.area[node] - by_border * trail.outer[node]
            + price.compactness * land.households[node] / price.target
        )  # fmt: skip
        for edge in range(land.start[node], land.start[node + 1]):
            other = land.near[edge]
            trail.dues[edge] = by_border * land.length[edge] + trail.edge[edge]
            trail.charge[edge] = 0.0
            if other < root or trail.way[other] > high:
                # A border that is there to stay from the beginning: nothing is due when the other node is left out later.
                trail.charge[edge] = trail.dues[edge]
                trail.worth[node] -= trail.dues[edge]
                trail.dues[trail.back[edge]], trail.charge[trail.back[edge]] = trail.dues[edge], -trail.dues[edge]
    for _ in range(SWEEPS):
        for row in range(-1, near):
            node = root if row < 0 else trail.near[row]
            for edge in range(land.start[node], land.start[node + 1]):
                other = land.near[edge]
                if other > node and trail.way[other] <= high:
                    _even_out(land, node, other, edge, trail)
    for row in range(near):
        node = trail.near[row]
        trail.density[node] = trail.worth[node] / max(land.households[node], 1e-6)
    for row in range(1, near):
        node = trail.near[row]
        place = row
        while place > 0 and trail.density[trail.near[place - 1]] < trail.density[node]:
            trail.near[place] = trail.near[place - 1]
            place -= 1
        trail.near[place] = node
    spare = np.inf
    for size in range(low, high + 1):
        times = max(size / price.target, price.target / max(size, 1)) - 1.0
        spare = min(spare, price.evenness * times * times)
    return spare


@inner
def reach(land: Land, root: int, high: int, trail: Trail) -> int:
    """Put the other nodes that a set of ``root`` can hold into ``near``, by the lightest ways there (Bellman and Ford)."""
    count, way = len(land.households), trail.way
    for node in range(count):
        way[node] = high + 1
    way[root] = land.households[root]
    changed = True
    while changed:
        changed = False
        for node in range(root, count):
            for edge in range(land.start[node], land.start[node + 1]):
                other = land.near[edge]
                through = way[node] + land.households[other]
                if other > root and land.open[edge] and through < way[other] and through <= high:
                    way[other] = through
                    changed = True
    near = 0
    for node in range(root + 1, count):
        if way[node] <= high:
            trail.near[near] = node
            near += 1
    return near


@inner
def _even_out(land: Land, node: int, other: int, edge: int, trail: Trail) -> None:
    """Shift charge over one border so that the two nodes are worth the same a household, as far as its cost allows."""
    one, two = max(land.households[node], 0.5), max(land.households[other], 0.5)
    shift = (trail.worth[node] / one - trail.worth[other] / two) / (1 / one + 1 / two)
    fresh = min(max(trail.charge[edge] + shift, -trail.dues[edge]), trail.dues[edge])
    shift = fresh - trail.charge[edge]
    trail.charge[edge] = fresh
    trail.charge[trail.back[edge]] = -fresh
    trail.worth[node] -= shift
    trail.worth[other] += shift
