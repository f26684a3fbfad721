"""A window: some neighbouring zones, their nodes joined to a few pieces."""

from typing import NamedTuple

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.chance import State, below, exponential, unit
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.joined import head
from gridplan.partition.kernels.subsets import MOST, Pieces
from gridplan.partition.kernels.zones import members
from gridplan.partition.land import Land

NEIGHBOURS = 64
"""So many neighbouring zones of a window are told apart."""


class Desk(NamedTuple):
    """Room to work on one window: ``node`` and ``piece`` of its nodes, its zones, and marks for all nodes of the land."""

    node: Ints
    piece: Ints
    tree: Ints
    load: Ints
    local: Ints
    mark: Ints
    stamp: Ints
    zone: Ints
    beside: Ints
    border: Floats
    end: Ints
    key: Floats
    order: Ints


def room_for_window(nodes: int, edges: int) -> Desk:
    """Room for windows in a land of so many nodes and entries of ``near``."""
    whole = np.zeros(nodes + 1, dtype=np.int64)
    near = np.zeros(NEIGHBOURS, dtype=np.int64)
    links = edges // 2 + 1
    return Desk(
        node=whole,
        piece=whole.copy(),
        tree=whole.copy(),
        load=whole.copy(),
        local=np.full(nodes + 1, -1, dtype=np.int64),
        mark=whole.copy(),
        stamp=np.zeros(1, dtype=np.int64),
        zone=near,
        beside=near.copy(),
        border=np.zeros(NEIGHBOURS),
        end=np.zeros((links, 2), dtype=np.int64),
        key=np.zeros(links),
        order=np.zeros(links, dtype=np.int64),
    )


@inner
def gather(land: Land, zone: Ints, root: Ints, centre: int, want: int, most: int, desk: Desk, chance: State) -> tuple[int, int]:
    """How many nodes and zones the window has: ``centre`` and up to ``want`` - 1 zones, each touching one before.

    A neighbour is taken with a chance in proportion to the border; none is added that has the window hold over ``most`` nodes.
    """
    desk.stamp[0] += 1
    stamp = desk.stamp[0]
    count = members(land, zone, root[centre], desk.mark, stamp, desk.node, 0)
    desk.zone[0] = centre
    zones, seen, kinds = 1, 0, 0
    while zones < want and count <= most:
        for place in range(seen, count):
            node = desk.node[place]
            for edge in range(land.start[node], land.start[node + 1]):
                other = land.near[edge]
                if desk.mark[other] == stamp or not land.open[edge]:
                    continue
                kind = 0
                while kind < kinds and desk.beside[kind] != zone[other]:
                    kind += 1
                if kind == kinds:
                    if kinds == NEIGHBOURS:
                        continue
                    desk.beside[kinds], desk.border[kinds] = zone[other], 0.0
                    kinds += 1
                # Neighbours across a gap share no border, and are neighbours all the same.
                metres = max(land.length[edge], 1e-3)
                desk.border[kind] += metres
        if kinds == 0:
            break
        total = 0.0
        for kind in range(kinds):
            total += desk.border[kind]
        left, kind = unit(chance) * total, 0
        while kind < kinds - 1 and left >= desk.border[kind]:
            left -= desk.border[kind]
            kind += 1
        chosen = desk.beside[kind]
        kinds -= 1
        desk.beside[kind], desk.border[kind] = desk.beside[kinds], desk.border[kinds]
        desk.zone[zones] = chosen
        zones += 1
        seen = count
        count = members(land, zone, root[chosen], desk.mark, stamp, desk.node, count)
    return count, zones


@inner
def coarsen(land: Land, zone: Ints, count: int, want: int, desk: Desk, chance: State) -> int:
    """Join the nodes of a window to about ``want`` pieces inside its zones, at random; return how many pieces there are.

    Pairs with long common borders are joined first, on the whole, and no piece gets much larger than its share.
    """
    total = 0
    for place in range(count):
        node = desk.node[place]
        desk.local[node], desk.tree[place] = place, place
        desk.load[place] = land.households[node]
        total += land.households[node]
    pieces = count
    if count > want:
        edges = 0
        for place in range(count):
            node = desk.node[place]
            for edge in range(land.start[node], land.start[node + 1]):
                other = land.near[edge]
                if desk.local[other] > place and zone[other] == zone[node] and land.open[edge]:
                    share = land.length[edge] / max(min(land.perimeter[node], land.perimeter[other]), 1e-9)
                    desk.end[edges, 0], desk.end[edges, 1] = place, desk.local[other]
                    desk.key[edges] = exponential(chance) / (0.02 + share)
                    edges += 1
        _sort(desk.key, desk.order, edges)
        limit = max(2 * total // want, 1)
        for _ in range(3):
            for row in range(edges):
                if pieces <= want:
                    break
                edge = desk.order[row]
                a, b = head(desk.tree, desk.end[edge, 0]), head(desk.tree, desk.end[edge, 1])
                if a != b and desk.load[a] + desk.load[b] <= limit:
                    desk.tree[max(a, b)] = min(a, b)
                    desk.load[min(a, b)] += desk.load[max(a, b)]
                    pieces -= 1
            limit *= 2
    numbered = 0
    for place in range(count):
        if desk.tree[place] == place:
            desk.piece[place] = numbered
            numbered += 1
        else:
            desk.piece[place] = desk.piece[head(desk.tree, place)]
    return numbered


@inner
def _sort(key: Floats, order: Ints, count: int) -> None:
    """Put 0..count-1 into ``order`` by ascending key, equal ones by number: a heap sort (NumPy's takes seconds to compile)."""
    for row in range(count):
        order[row] = row
    for step in range(count // 2 + count):
        if step < count // 2:
            place, last = count // 2 - 1 - step, count
        else:
            last = count - 1 - (step - count // 2)
            order[0], order[last] = order[last], order[0]
            place = 0
        moved = order[place]
        while 2 * place + 1 < last:
            child = 2 * place + 1
            if child + 1 < last and _before(key, order[child], order[child + 1]):
                child += 1
            if not _before(key, moved, order[child]):
                break
            order[place] = order[child]
            place = child
        order[place] = moved


@inner
def _before(key: Floats, a: int, b: int) -> bool:
    return key[a] < key[b] or (key[a] == key[b] and a < b)


@kernel
def lay_out(land: Land, count: int, numbered: int, desk: Desk, pieces: Pieces) -> int:
    """Fill ``pieces`` with the sums of the window's pieces; return how many tracked compounds lie in it (-1: too many)."""
    for piece in range(numbered):
        pieces.near[piece], pieces.beside[piece], pieces.households[piece] = 0, 0, 0
        pieces.area[piece], pieces.perimeter[piece], pieces.own[piece] = 0.0, 0.0, 0.0
        pieces.more[piece, :] = 0.0
        for other in range(numbered):
            pieces.length[piece, other], pieces.pair[piece, other] = 0.0, 0.0
    compounds = 0
    for place in range(count):
        node, piece = desk.node[place], desk.piece[place]
        pieces.households[piece] += land.households[node]
        pieces.area[piece] += land.area[node]
        pieces.perimeter[piece] += land.perimeter[node]
        pieces.own[piece] += land.own[node]
        for column in range(land.more.shape[1]):
            pieces.more[piece, column] += land.more[node, column]
        if land.compound[node] >= 0:
            row = 0
            while row < compounds and desk.beside[row] != land.compound[node]:
                row += 1
            if row == compounds:
                if compounds == MOST:
                    return -1
                desk.beside[row] = land.compound[node]
                pieces.compounds[row] = 0
                compounds += 1
            pieces.compounds[row] |= np.int64(1) << piece
        for edge in range(land.start[node], land.start[node + 1]):
            there = desk.local[land.near[edge]]
            if there < 0:
                continue
            other = desk.piece[there]
            if other == piece:
                pieces.perimeter[piece] -= land.length[edge]
                pieces.own[piece] += 0.5 * land.pair[edge]
            else:
                pieces.length[piece, other] += land.length[edge]
                pieces.pair[piece, other] += land.pair[edge]
                pieces.beside[piece] |= np.int64(1) << other
                if land.open[edge]:
                    pieces.near[piece] |= np.int64(1) << other
    return compounds


@inner
def random_zone(root: Ints, chance: State) -> int:
    """A zone in use."""
    number = below(chance, len(root))
    while root[number] < 0:
        number = below(chance, len(root))
    return number
