"""Zones of nodes: their sums and value, their members, and whether one holds together without a node."""

import math

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.land import Land, Price
from gridplan.partition.measures import SLIVER

HOUSEHOLDS, AREA, PERIMETER, LINEAR, VALUE, MORE, COLUMNS = 0, 1, 2, 3, 4, 5, 9
"""Columns of the sums of zones: households, m2, m, cost by borders and compounds, cost in all; from ``MORE`` on ``Land.more``."""

BAD, EACH = 1e6, 1e3
"""Cost of a zone out of range, and of each household that it is out, at weights of 1: above any other cost."""


@inner
def excess(price: Price, households: float, more: Floats) -> float:
    """How many households a zone is out of range, people counted as households; 0 where it is in range."""
    out = max(price.low - households, households - price.high, 0.0)
    if price.more > 0:
        out += price.ratio * max(price.fewest - more[0], more[0] - price.most, 0.0)
    return out


@inner
def value(price: Price, households: float, area: float, perimeter: float, linear: float, more: Floats) -> float:
    """What a zone with these sums costs."""
    relative = households / price.target
    shape = min(max(perimeter * perimeter / (4 * math.pi * area) - 1.0, 0.0), SLIVER) if area > 0 else 0.0
    times = max(relative, price.target / max(households, 1.0)) - 1.0
    cost = linear + price.compactness * shape * relative + price.evenness * times * times
    if price.more > 1 and households > 0:
        away = more[3] - (more[1] * more[1] + more[2] * more[2]) / households
        cost += price.service * max(away, 0.0) / price.target
    out = excess(price, households, more)
    return cost + (price.scale * (BAD + EACH * out) if out > 0 else 0.0)


@kernel
def sums_of(land: Land, zone: Ints, price: Price, slots: int) -> tuple[Floats, Ints]:
    """Sums of zones 0..slots-1 from scratch, and a node of each (-1: the zone is not in use)."""
    sums = np.zeros((slots, COLUMNS))
    root = np.full(slots, -1, dtype=np.int64)
    for node in range(len(zone)):
        add(land, zone, node, sums)
        root[zone[node]] = node
    start, group = by_compound(land)
    seen = np.full(slots, -1, dtype=np.int64)
    for compound in range(len(start) - 1):
        for row in range(start[compound], start[compound + 1]):
            where = zone[group[row]]
            if seen[where] != compound:
                seen[where] = compound
                sums[where, LINEAR] += price.split
    for number in range(slots):
        if root[number] >= 0:
            row = sums[number]
            row[VALUE] = value(price, row[HOUSEHOLDS], row[AREA], row[PERIMETER], row[LINEAR], row[MORE:])
    return sums, root


@inner
def by_compound(land: Land) -> tuple[Ints, Ints]:
    """The nodes of each tracked compound: of compound c those at places start[c]..start[c + 1]."""
    most = -1
    for number in land.compound:
        most = max(most, number)
    start = np.zeros(most + 2, dtype=np.int64)
    for number in land.compound:
        if number >= 0:
            start[number + 1] += 1
    for number in range(most + 1):
        start[number + 1] += start[number]
    group = np.zeros(start[most + 1], dtype=np.int64)
    fill = start.copy()
    for node in range(len(land.compound)):
        number = land.compound[node]
        if number >= 0:
            group[fill[number]] = node
            fill[number] += 1
    return start, group


@inner
def add(land: Land, zone: Ints, node: int, sums: Floats) -> None:
    """Add ``node`` to the sums of its zone; each pair inside is added half from either side, compounds are not."""
    where = zone[node]
    row = sums[where]
    row[HOUSEHOLDS] += land.households[node]
    row[AREA] += land.area[node]
    row[PERIMETER] += land.perimeter[node]
    row[LINEAR] += land.own[node]
    for column in range(land.more.shape[1]):
        row[MORE + column] += land.more[node, column]
    for edge in range(land.start[node], land.start[node + 1]):
        if zone[land.near[edge]] == where:
            row[PERIMETER] -= land.length[edge]
            row[LINEAR] += 0.5 * land.pair[edge]


@inner
def set_row(row: Floats, households: float, area: float, perimeter: float, linear: float, cost: float, more: Floats) -> None:
    """Write the sums of one zone."""
    row[HOUSEHOLDS], row[AREA], row[PERIMETER], row[LINEAR], row[VALUE] = households, area, perimeter, linear, cost
    for column in range(len(more)):
        row[MORE + column] = more[column]


@inner
def members(land: Land, zone: Ints, root: int, mark: Ints, stamp: int, found: Ints, count: int) -> int:
    """Append the nodes of the zone of ``root`` to ``found`` from place ``count`` on, mark them, and return the new count."""
    where = zone[root]
    place = count
    found[count] = root
    mark[root] = stamp
    count += 1
    while place < count:
        node = found[place]
        place += 1
        for edge in range(land.start[node], land.start[node + 1]):
            other = land.near[edge]
            if zone[other] == where and mark[other] != stamp and land.open[edge]:
                mark[other] = stamp
                found[count] = other
                count += 1
    return count


@inner
def holds_without(land: Land, zone: Ints, node: int, mark: Ints, stamp: int, queue: Ints) -> bool:
    """Whether the zone of ``node`` stays connected, and not empty, without it; uses the marks ``stamp`` and ``stamp`` + 1."""
    where = zone[node]
    wanted, seen = stamp, stamp + 1
    left = 0
    first = -1
    for edge in range(land.start[node], land.start[node + 1]):
        other = land.near[edge]
        if zone[other] == where and land.open[edge]:
            mark[other] = wanted
            left += 1
            first = other
    if left <= 1:
        return left == 1
    mark[node] = seen
    mark[first] = seen
    queue[0] = first
    count = 1
    left -= 1
    # The neighbours of a node mostly hang together by themselves: this is tried before the whole zone is walked.
    for whole in range(2):
        place = 0
        while place < count:
            current = queue[place]
            place += 1
            for edge in range(land.start[current], land.start[current + 1]):
                other = land.near[edge]
                if mark[other] == seen or not land.open[edge]:
                    continue
                if mark[other] == wanted:
                    left -= 1
                    if left == 0:
                        return True
                elif whole == 0 or zone[other] != where:
                    continue
                mark[other] = seen
                queue[count] = other
                count += 1
    return False
