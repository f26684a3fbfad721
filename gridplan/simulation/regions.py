"""Connected regions of cells, grown from seeds to given shares."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from gridplan.simulation.coverage import Floats, Ints


def grow(
    neighbours: Sequence[Sequence[int]],
    at: Floats,
    label: Ints,
    *,
    target: Floats,
    middle: Floats,
    allowed: Sequence[bool],
) -> Ints:
    """The labels, with free cells (below 0, ``allowed``) added to the regions that touch them; every region stays connected.

    The region that has least of its target takes the free cell beside it that is nearest to its middle. A region that is
    walled in stays small, and cells that no region with a target reaches stay free.

    Parameters
    ----------
    neighbours : the cells beside each cell.
    at : the place of each cell (n x 2, m).
    label : the region of each cell, -1 where free.
    target : cells that each region is to take, 0 for none.
    middle : the place that each region is to lie round (m).
    allowed : whether a cell may be taken.
    """
    label = label.copy()
    has = np.zeros(len(target))
    fronts: list[list[tuple[float, int]]] = [[] for _ in target]

    def reach(region: int, cell: int) -> None:
        for beside in neighbours[cell]:
            if label[beside] < 0 and allowed[beside]:
                away = round(float(np.hypot(*(at[beside] - middle[region]))), 3)
                heappush(fronts[region], (away, beside))

    for cell in np.flatnonzero(label >= 0).tolist():
        reach(int(label[cell]), cell)
    queue = [(0.0, region) for region in range(len(target)) if target[region] > 0]
    heapify(queue)
    while queue:
        _, region = heappop(queue)
        front = fronts[region]
        while front and label[front[0][1]] >= 0:
            heappop(front)
        if not front:
            continue
        cell = heappop(front)[1]
        label[cell] = region
        has[region] += 1
        reach(region, cell)
        heappush(queue, (round(float(has[region] / target[region]), 9), region))
    return label


def spread(at: Floats, count: int, first: int) -> Ints:
    """Rows of ``count`` places far from each other, beginning with ``first``; each is the farthest from those before."""
    chosen = [first]
    away = np.hypot(*(at - at[first]).T)
    while len(chosen) < count:
        chosen.append(int(np.argmax(np.round(away, 3))))
        away = np.minimum(away, np.hypot(*(at - at[chosen[-1]]).T))
    return np.array(chosen, dtype=np.int64)


def settled(at: Floats, cells: Ints, start: Ints) -> Ints:
    """The starting cells, moved to the middle of the land nearest to each (Lloyd's steps), all different."""
    where = at[start]
    for _ in range(4):
        nearest = np.argmin(np.hypot(at[cells][:, None, 0] - where[:, 0], at[cells][:, None, 1] - where[:, 1]), axis=1)
        size = np.bincount(nearest, minlength=len(start))
        total = np.stack([np.bincount(nearest, at[cells, axis], len(start)) for axis in (0, 1)], axis=1)
        where = np.where(size[:, None] > 0, total / np.maximum(size, 1)[:, None], where)
    chosen: list[int] = []
    for place in where:
        for cell in cells[np.argsort(np.round(np.hypot(*(at[cells] - place).T), 3), kind="stable")].tolist():
            if cell not in chosen:
                chosen.append(cell)
                break
    return np.array(chosen, dtype=np.int64)


def halved(column: Ints, row: Ints, pitch: tuple[float, float], target: Ints) -> Ints:
    """Which target each block of a lattice goes to, by cuts across the longer side: each gets as many blocks as it is to have.

    Parameters
    ----------
    column, row : of each block in its lattice.
    pitch : width and depth of a block (m).
    target : blocks of each, together as many as there are blocks.
    """
    result = np.empty(len(column), dtype=np.int64)

    def cut(cells: Ints, first: int, last: int) -> None:
        if last - first == 1 or not len(cells):
            result[cells] = first
            return
        total = int(target[first:last].sum())
        half = first + 1 + int(np.argmin(np.abs(np.cumsum(target[first : last - 1]) * 2 - total)))
        count = int(target[first:half].sum())
        wide = (np.ptp(column[cells]) + 1) * pitch[0] >= (np.ptp(row[cells]) + 1) * pitch[1]
        keys = (row[cells], column[cells]) if wide else (column[cells], row[cells])
        order = cells[np.lexsort(keys)]
        cut(order[:count], first, half)
        cut(order[count:], half, last)

    cut(np.arange(len(column)), 0, len(target))
    return result


def evened(
    neighbours: Sequence[Sequence[int]],
    at: Floats,
    label: Ints,
    *,
    target: Floats,
    middle: Floats,
    allowed: Sequence[bool],
    rounds: int = 60,
) -> Ints:
    """The labels, with cells at the edge of a region given to a neighbour that lacks more; every region stays connected.

    A cell moves where that makes the sum over the regions of (cells - target)^2 / target smaller, those farthest out of
    their region first, round after round until none does.

    Parameters
    ----------
    neighbours, at, label, target, middle, allowed : as in ``grow``; regions without a target neither give nor take.
    rounds : most rounds.
    """
    label = label.copy()
    free = np.asarray(allowed, dtype=bool)
    size = np.bincount(label[free & (label >= 0)], minlength=len(target)).astype(np.float64)
    own = np.bincount(label[label >= 0], minlength=len(target))
    one = np.repeat(np.arange(len(label)), [len(beside) for beside in neighbours])
    other = np.array([cell for beside in neighbours for cell in beside], dtype=np.int64)
    for _ in range(rounds):
        edge = np.zeros(len(label), dtype=bool)
        edge[one[label[one] != label[other]]] = True
        cells = np.flatnonzero(edge & free & (label >= 0))
        cells = cells[target[label[cells]] > 0]
        moved = 0
        for cell in cells[np.argsort(-_off(at, label, cells, middle, one, other), kind="stable")].tolist():
            giver = int(label[cell])
            takers = {int(label[beside]) for beside in neighbours[cell]} - {giver, -1}
            lack = {taker: _lack(size, target, taker, 1.0) for taker in takers if target[taker] > 0}
            if not lack or own[giver] < 2:
                continue
            taker = min(lack, key=lambda region: (round(lack[region], 9), region))
            if lack[taker] + _lack(size, target, giver, -1.0) >= -1e-9 or not _holds(neighbours, label, cell):
                continue
            label[cell] = taker
            size[giver], size[taker] = size[giver] - 1, size[taker] + 1
            own[giver], own[taker] = own[giver] - 1, own[taker] + 1
            moved += 1
        if not moved:
            break
    return label


def _off(at: Floats, label: Ints, cells: Ints, middle: Floats, one: Ints, other: Ints) -> Floats:
    """How much farther each cell lies from the middle of its region than from the nearest middle of a region beside it (m)."""
    across = label[one] != label[other]
    away = np.hypot(*(at[one[across]] - middle[label[other[across]]]).T)
    nearest = np.full(len(at), np.inf)
    np.minimum.at(nearest, one[across], away)
    off: Floats = np.round(np.hypot(*(at[cells] - middle[label[cells]]).T) - nearest[cells], 3)
    return off


def _lack(size: Floats, target: Floats, region: int, change: float) -> float:
    """By how much the square error of a region grows with ``change`` more cells."""
    off = float(size[region] - target[region])
    return ((off + change) ** 2 - off**2) / float(target[region])


def _holds(neighbours: Sequence[Sequence[int]], label: Ints, cell: int) -> bool:
    """Whether the region of a cell stays connected without it."""
    region = label[cell]
    beside = [other for other in neighbours[cell] if label[other] == region]
    if not beside:
        return False
    wanted, seen, queue = set(beside[1:]), {cell, beside[0]}, [beside[0]]
    while queue and wanted:
        for other in neighbours[queue.pop()]:
            if other not in seen and label[other] == region:
                seen.add(other)
                wanted.discard(other)
                queue.append(other)
    return not wanted
