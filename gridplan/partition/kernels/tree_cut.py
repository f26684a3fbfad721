"""The best legal cut of a spanning tree, by dynamic programming over the households of the open zone."""

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import Ints
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.joined import head
from gridplan.partition.land import Land, Price

NEVER = 1 << 30
BAD, EACH = 2000, 20
"""Cost of a zone out of range and of each household that it is out, in whole numbers; of a zone half the target away: 25."""
UNEVEN = 100


@kernel
def spanning_forest(land: Land, ends: Ints, order: Ints) -> Ints:
    """The parent of each node (-1: a root) in the forest that takes open edges in ``order`` where they join two trees.

    ``order`` holds places in ``land.near``, and ``ends`` the node at each place (Kruskal 1956, doi:10.2307/2033241). The root
    of a tree is its smallest node.
    """
    count = len(land.households)
    tree = np.arange(count)
    kept = np.zeros((count, 2), dtype=np.int64)
    edges = 0
    degree = np.zeros(count + 1, dtype=np.int64)
    for place in order:
        a, b = ends[place], land.near[place]
        if not land.open[place] or head(tree, a) == head(tree, b):
            continue
        tree[max(head(tree, a), head(tree, b))] = min(head(tree, a), head(tree, b))
        kept[edges, 0], kept[edges, 1] = a, b
        edges += 1
        degree[a + 1] += 1
        degree[b + 1] += 1
    for node in range(count):
        degree[node + 1] += degree[node]
    start = degree
    near = np.zeros(2 * edges, dtype=np.int64)
    fill = start[:-1].copy()
    for edge in range(edges):
        for side in range(2):
            node = kept[edge, side]
            near[fill[node]] = kept[edge, 1 - side]
            fill[node] += 1
    parent = np.full(count, -2, dtype=np.int64)
    queue = np.zeros(count, dtype=np.int64)
    for root in range(count):
        if parent[root] != -2:
            continue
        parent[root] = -1
        queue[0] = root
        place, last = 0, 1
        while place < last:
            node = queue[place]
            place += 1
            for row in range(start[node], start[node + 1]):
                if parent[near[row]] == -2:
                    parent[near[row]] = node
                    queue[last] = near[row]
                    last += 1
    return parent


@inner
def depth_order(parent: Ints) -> Ints:
    """The nodes with every parent before its children."""
    count = len(parent)
    children = np.zeros(count + 1, dtype=np.int64)
    for node in range(count):
        if parent[node] >= 0:
            children[parent[node] + 1] += 1
    for node in range(count):
        children[node + 1] += children[node]
    start = children
    child = np.zeros(start[count], dtype=np.int64)
    fill = start[:-1].copy()
    order = np.zeros(count, dtype=np.int64)
    last = 0
    for node in range(count):
        if parent[node] >= 0:
            child[fill[parent[node]]] = node
            fill[parent[node]] += 1
        else:
            order[last] = node
            last += 1
    for place in range(count):
        node = order[place]
        for row in range(start[node], start[node + 1]):
            order[last] = child[row]
            last += 1
    return order


@inner
def _closing(price: Price, households: int) -> int:
    out = max(price.low - households, households - price.high, 0)
    away = (households - price.target) / price.target
    return (BAD + EACH * out if out > 0 else 0) + int(UNEVEN * away * away)


@kernel
def tree_cut(parent: Ints, households: Ints, cut: Ints, join: Ints, price: Price) -> Ints:
    """The zone of each node, numbered from 0: the cheapest division of the forest by cutting edges to parents.

    ``cut`` and ``join``: whole cost of cutting or of keeping the edge from each node to its parent. A zone out of range
    costs more than any other thing. No node may exceed ``price.high``, and no zone does.

    For each subtree, the least cost by households of the zone that is still open at its root; time and memory about
    (households in all) x high at most.
    """
    count, high = len(parent), price.high
    order = depth_order(parent)
    size, before = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    at, at_before = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    weight = households.copy()
    total = 0
    for place in range(count - 1, -1, -1):
        node = order[place]
        size[node] = weight[node] + 1
        at[node] = total
        total += size[node]
        up = parent[node]
        if up >= 0:
            before[node] = weight[up] + 1
            at_before[node] = total
            total += before[node]
            weight[up] = min(high, weight[up] + weight[node])
    table = np.full(total, NEVER, dtype=np.int32)
    length = households + 1
    for node in range(count):
        table[at[node] + households[node]] = 0
    closed, closed_at = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    closing = np.zeros(high + 1, dtype=np.int64)
    for number in range(high + 1):
        closing[number] = _closing(price, number)
    for place in range(count - 1, -1, -1):
        node = order[place]
        own = table[at[node] : at[node] + size[node]]
        closed[node] = 4 * NEVER
        for number in range(size[node]):
            if own[number] < NEVER and own[number] + closing[number] < closed[node]:
                closed[node], closed_at[node] = own[number] + closing[number], number
        up = parent[node]
        if up < 0:
            continue
        held = length[up]
        above = table[at[up] : at[up] + size[up]]
        kept = table[at_before[node] : at_before[node] + held]
        for number in range(held):
            kept[number] = above[number]
        for number in range(held):
            if kept[number] < NEVER:
                above[number] = kept[number] + closed[node] + cut[node]
        for number in range(held):
            if kept[number] >= NEVER:
                continue
            base = kept[number] + join[node]
            for more in range(min(size[node], high + 1 - number)):
                if own[more] < NEVER and base + own[more] < above[number + more]:
                    above[number + more] = base + own[more]
        length[up] = min(high + 1, held + size[node] - 1)
    return _read_back(order, parent, cut, join, table, at, at_before, size, before, closed, closed_at)


@inner
def _read_back(
    order: Ints, parent: Ints, cut: Ints, join: Ints, table: NDArray[np.int32], at: Ints, at_before: Ints, size: Ints,
    before: Ints, closed: Ints, closed_at: Ints,
) -> Ints:  # fmt: skip
    """The zones behind the least cost: children in the reverse of the order in which they were joined."""
    count = len(parent)
    zone, wanted = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    zones = 0
    for place in range(count):
        node = order[place]
        up = parent[node]
        best, share = np.int64(NEVER), -1
        if up >= 0:
            want = wanted[up]
            kept = table[at_before[node] : at_before[node] + before[node]]
            if want < before[node] and kept[want] < NEVER:
                best = kept[want] + closed[node] + cut[node]
            for number in range(min(size[node], want + 1)):
                rest = want - number
                own = table[at[node] + number]
                if rest < before[node] and kept[rest] < NEVER and own < NEVER and kept[rest] + own + join[node] < best:
                    best, share = kept[rest] + own + join[node], number
        if share < 0:
            zone[node] = zones
            zones += 1
            wanted[node] = closed_at[node]
        else:
            zone[node] = zone[up]
            wanted[node] = share
            wanted[up] -= share
    return zone
