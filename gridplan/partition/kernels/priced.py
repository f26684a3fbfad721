"""Connected sets in range whose cost is below the prices of their nodes, found without listing the others."""

import math
from typing import NamedTuple

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.worth import (
    AREA,
    BEGIN,
    END,
    ENDED,
    FREE,
    FURTHER,
    HOUSEHOLDS,
    INSIDE,
    LEFT,
    LINEAR,
    LINED,
    NEXT,
    NODE,
    PERIMETER,
    PRICED,
    SWEEPS,
    WORTH,
    Trail,
    appraise,
    reach,
)  # fmt: skip
from gridplan.partition.kernels.zones import value
from gridplan.partition.land import Land, Price
from gridplan.partition.measures import SLIVER


class Priced(NamedTuple):
    """Room for sets: their nodes one set after another, where each begins, their cost, and how far that is above the prices."""

    node: Ints
    begin: Ints
    cost: Floats
    over: Floats


def room_for_priced(most: int, nodes: int) -> Priced:
    """Room for ``most`` sets that have ``nodes`` nodes in all."""
    return Priced(np.zeros(nodes, np.int64), np.zeros(most + 1, np.int64), np.zeros(most), np.zeros(most))


@kernel
def priced_sets(
    land: Land, price: Price, dual: Floats, limit: float, each: int, width: int, trail: Trail, priced: Priced, work: int
) -> tuple[int, int, float]:
    """How many sets were found (-1: no room, or over ``work`` steps), the steps, and the least cost above prices below ``limit``.

    A set is wanted if its cost less the prices of its nodes is below ``limit``; of those with the same lowest node the ``each``
    best are kept at least. Sets grow as in the enumeration of Wernicke (2006, doi:10.1109/TCBB.2006.51), for each lowest node
    and ``width`` numbers of households by themselves; one is given up when the border that it has with nodes left out, which no
    growth can take away, costs more than the rest can be worth.
    """
    count = len(land.households)
    found, steps, least = 0, 0, limit
    at, sums = trail.at, trail.sums
    ample = 0.0
    for node in range(count):
        ample += max(dual[node], 0.0)
    if 0 < price.compactness * SLIVER * price.low / price.target < limit + ample:
        # Prices so high that a shape of any length could be worth it.
        return -1, 0, limit
    for root in range(count):
        if land.households[root] > price.high:
            continue
        first, bar = found, limit
        for low in range(price.low, price.high + 1, width):
            high = min(low + width - 1, price.high)
            if land.households[root] > high:
                continue
            for node in range(count):
                trail.state[node] = LEFT if node < root else FREE
            at[0, :] = 0
            sums[0, :] = 0.0
            near = reach(land, root, high, trail)
            steps += SWEEPS * (near + 1) // 2
            spare = appraise(land, price, dual, root, low, high, near, trail)
            held = _include(land, dual, root, 1, trail)
            depth = 1
            grown = True
            while depth > 0:
                steps += 1
                if steps > work:
                    return -1, steps, least
                if grown and at[depth, HOUSEHOLDS] >= low:
                    row = sums[depth]
                    cost = value(
                        price, at[depth, HOUSEHOLDS], row[AREA], row[PERIMETER], row[LINEAR] + price.split * held, row[FURTHER:]
                    )
                    if cost - row[PRICED] < bar:
                        if found == len(priced.cost) or priced.begin[found] + depth > len(priced.node):
                            return -1, steps, least
                        _write(trail, depth, found, cost, priced)
                        least = min(least, priced.over[found])
                        found += 1
                        if found - first == 2 * each:
                            found, bar = _best(priced, first, each)
                place = at[depth, NEXT]
                if place < at[depth, END] and _least_over(land, depth, low, high, near, spare, trail) < bar:
                    node = trail.line[place]
                    at[depth, NEXT] += 1
                    grown = at[depth, HOUSEHOLDS] + land.households[node] <= high
                    if grown:
                        depth += 1
                        held += _include(land, dual, node, depth, trail)
                    else:
                        _leave_out(land, node, depth, trail)
                    continue
                held -= _undo(land, depth, trail)
                node = at[depth, NODE]
                depth -= 1
                grown = False
                if depth > 0:
                    _leave_out(land, node, depth, trail)
    return found, steps, least


@inner
def _include(land: Land, dual: Floats, node: int, depth: int, trail: Trail) -> int:
    """Grow the set by ``node``: fill the rows of ``depth``; return how many tracked compounds are new in it."""
    above, row = trail.sums[depth - 1], trail.sums[depth]
    at = trail.at
    shared, pairs, dues = 0.0, 0.0, 0.0
    end = at[depth - 1, END]
    at[depth, NEXT] = at[depth - 1, NEXT]
    at[depth, BEGIN], at[depth, ENDED], at[depth, NODE] = at[depth, NEXT], end, node
    at[depth, HOUSEHOLDS] = at[depth - 1, HOUSEHOLDS] + land.households[node]
    trail.state[node] = INSIDE
    for edge in range(land.start[node], land.start[node + 1]):
        other = land.near[edge]
        state = trail.state[other]
        if state == INSIDE:
            shared += land.length[edge]
            pairs += land.pair[edge]
            dues += max(land.pair[edge], 0.0)
        elif state == LEFT:
            dues += trail.dues[edge] - trail.charge[edge]
        elif state == FREE and land.open[edge]:
            trail.state[other] = LINED
            trail.line[end] = other
            end += 1
    at[depth, END] = end
    row[AREA] = above[AREA] + land.area[node]
    row[PERIMETER] = above[PERIMETER] + land.perimeter[node] - 2 * shared
    row[LINEAR] = above[LINEAR] + land.own[node] + pairs
    row[PRICED] = above[PRICED] + dual[node]
    row[WORTH] = above[WORTH] + trail.worth[node] - dues
    for column in range(land.more.shape[1]):
        row[FURTHER + column] = above[FURTHER + column] + land.more[node, column]
    compound = land.compound[node]
    if compound < 0:
        return 0
    trail.held[compound] += 1
    return int(trail.held[compound] == 1)


@inner
def _undo(land: Land, depth: int, trail: Trail) -> int:
    """Take the newest node out of the set again, and back into line; return how many tracked compounds go with it."""
    at = trail.at
    for place in range(at[depth, BEGIN], at[depth, NEXT]):
        trail.state[trail.line[place]] = LINED
    for place in range(at[depth, ENDED], at[depth, END]):
        trail.state[trail.line[place]] = FREE
    node = at[depth, NODE]
    trail.state[node] = LINED
    compound = land.compound[node]
    if compound < 0:
        return 0
    trail.held[compound] -= 1
    return int(trail.held[compound] == 0)


@inner
def _leave_out(land: Land, node: int, depth: int, trail: Trail) -> None:
    """Bar ``node`` from the sets that still grow from this one: its border with the set is there to stay."""
    trail.state[node] = LEFT
    row = trail.sums[depth]
    for edge in range(land.start[node], land.start[node + 1]):
        if trail.state[land.near[edge]] == INSIDE:
            # Seen from the other side of the border, the charge has the other sign.
            row[WORTH] -= trail.dues[edge] + trail.charge[edge]


@inner
def _least_over(land: Land, depth: int, low: int, high: int, near: int, spare: float, trail: Trail) -> float:
    """No set of ``low`` to ``high`` households that grows from this one without the nodes left out is less above its prices.

    Free nodes are added by worth a household, the last one in part (Dantzig 1957, doi:10.1287/opre.5.2.266).
    """
    need, left = low - trail.at[depth, HOUSEHOLDS], high - trail.at[depth, HOUSEHOLDS]
    total = trail.sums[depth, WORTH]
    for place in range(near):
        node = trail.near[place]
        if trail.state[node] >= INSIDE:
            continue
        worth, households = trail.worth[node], land.households[node]
        if households == 0:
            total += max(worth, 0.0)
            continue
        if worth <= 0.0 and need <= 0:
            break
        taken = min(households, left if worth > 0 else need)
        total += worth * taken / households
        left -= taken
        need -= taken
        if left == 0:
            break
    if need > 0:
        return math.inf
    return float(spare - total)


@inner
def _write(trail: Trail, depth: int, found: int, cost: float, priced: Priced) -> None:
    place = priced.begin[found]
    for row in range(1, depth + 1):
        priced.node[place] = trail.at[row, NODE]
        place += 1
    priced.begin[found + 1] = place
    priced.cost[found], priced.over[found] = cost, cost - trail.sums[depth, PRICED]


@inner
def _best(priced: Priced, first: int, each: int) -> tuple[int, float]:
    """Keep the ``each`` best of twice as many sets from ``first`` on; return the new end, and how far the worst kept is over."""
    last = first + 2 * each
    low, high = np.inf, -np.inf
    for row in range(first, last):
        low, high = min(low, priced.over[row]), max(high, priced.over[row])
    high += 1e-9 * (1.0 + abs(high))
    # Halving finds a bar that about half the sets are below; ties go by the order in which they were found.
    for _ in range(40):
        bar, below = 0.5 * (low + high), 0
        for row in range(first, last):
            below += priced.over[row] < bar
        if below > each:
            high = bar
        else:
            low = bar
    kept, bar = first, -np.inf
    for row in range(first, last):
        if priced.over[row] < high and kept < first + each:
            place = priced.begin[kept]
            start, end = priced.begin[row], priced.begin[row + 1]
            for step in range(start, end):
                priced.node[place] = priced.node[step]
                place += 1
            priced.begin[kept + 1] = place
            priced.cost[kept], priced.over[kept] = priced.cost[row], priced.over[row]
            bar = max(bar, priced.over[row])
            kept += 1
    return kept, bar
