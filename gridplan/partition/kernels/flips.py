"""Simulated annealing by single nodes that change to a neighbouring zone."""

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.chance import State, below, exponential
from gridplan.partition.kernels.compiled import kernel
from gridplan.partition.kernels.zones import (
    AREA,
    HOUSEHOLDS,
    LINEAR,
    MORE,
    PERIMETER,
    VALUE,
    by_compound,
    excess,
    holds_without,
    set_row,
    value,
)
from gridplan.partition.land import Land, Price

STEPS = 256
"""Moves between two steps of the temperature."""


@kernel
def anneal(
    land: Land, zone: Ints, sums: Floats, root: Ints, price: Price, moves: int, hot: float, cooling: float, chance: State
) -> int:
    """Try ``moves`` moves, from temperature ``hot`` (in cost of a zone), which falls by the factor ``cooling`` at every step.

    No zone leaves the range, or leaves it further; all stay connected. Returns how many were made (Kirkpatrick, Gelatt
    and Vecchi 1983, doi:10.1126/science.220.4598.671). Changes ``zone``, ``sums`` and ``root``.
    """
    count = len(zone)
    mark = np.zeros(count, dtype=np.int64)
    queue = np.zeros(count + 1, dtype=np.int64)
    stamp = 0
    made = 0
    heat = hot
    group_start, group = by_compound(land)
    extra = land.more.shape[1]
    rest, grown = np.zeros(extra), np.zeros(extra)
    for attempt in range(moves):
        if attempt % STEPS == STEPS - 1:
            heat *= cooling
        node = below(chance, count)
        degree = land.start[node + 1] - land.start[node]
        if degree == 0:
            continue
        source, target = zone[node], -1
        turn = below(chance, degree)
        for step in range(degree):
            edge = land.start[node] + (turn + step) % degree
            if zone[land.near[edge]] != source and land.open[edge]:
                target = zone[land.near[edge]]
                break
        if target < 0:
            continue
        a, b = sums[source], sums[target]
        households = land.households[node]
        left, joined = a[HOUSEHOLDS] - households, b[HOUSEHOLDS] + households
        for column in range(extra):
            rest[column] = a[MORE + column] - land.more[node, column]
            grown[column] = b[MORE + column] + land.more[node, column]
        if excess(price, left, rest) > excess(price, a[HOUSEHOLDS], a[MORE:]):
            continue
        if excess(price, joined, grown) > excess(price, b[HOUSEHOLDS], b[MORE:]):
            continue
        stay_length, stay_pair, go_length, go_pair = 0.0, 0.0, 0.0, 0.0
        for edge in range(land.start[node], land.start[node + 1]):
            where = zone[land.near[edge]]
            if where == source:
                stay_length += land.length[edge]
                stay_pair += land.pair[edge]
            elif where == target:
                go_length += land.length[edge]
                go_pair += land.pair[edge]
        area_left = a[AREA] - land.area[node]
        perimeter_left = a[PERIMETER] - land.perimeter[node] + 2 * stay_length
        linear_left = a[LINEAR] - land.own[node] - stay_pair
        area_joined = b[AREA] + land.area[node]
        perimeter_joined = b[PERIMETER] + land.perimeter[node] - 2 * go_length
        linear_joined = b[LINEAR] + land.own[node] + go_pair
        if land.compound[node] >= 0:
            linear_left -= price.split
            linear_joined += price.split
            stays, meets = False, False
            for row in range(group_start[land.compound[node]], group_start[land.compound[node] + 1]):
                if group[row] != node:
                    stays |= zone[group[row]] == source
                    meets |= zone[group[row]] == target
            linear_left += price.split if stays else 0.0
            linear_joined -= price.split if meets else 0.0
        value_left = value(price, left, area_left, perimeter_left, linear_left, rest)
        value_joined = value(price, joined, area_joined, perimeter_joined, linear_joined, grown)
        change = value_left + value_joined - a[VALUE] - b[VALUE]
        if change > -1e-12 and (heat <= 0 or change >= heat * exponential(chance)):
            continue
        stamp += 2
        if not holds_without(land, zone, node, mark, stamp, queue):
            continue
        if root[source] == node:
            for edge in range(land.start[node], land.start[node + 1]):
                if zone[land.near[edge]] == source:
                    root[source] = land.near[edge]
                    break
        zone[node] = target
        set_row(a, left, area_left, perimeter_left, linear_left, value_left, rest)
        set_row(b, joined, area_joined, perimeter_joined, linear_joined, value_joined, grown)
        made += 1
    return made
