"""Country roads: which natural villages are joined, and the lines of the roads."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from gridplan.simulation.coverage import Flags, Floats, Geometries, Ints
from gridplan.simulation.hamlets import Bearing, Hamlets, bent
from gridplan.simulation.land import Land
from gridplan.simulation.seats import BLOCK, FIELD, FRINGE

#: A road crosses from cell to cell where their border is at least this long, metres.
GATE_M = 30.0
#: Share of the roads that are there beside those that join every village.
EXTRA = 0.12
#: Largest bend of a village road, per metre.
BEND = 1 / 900


@dataclass(frozen=True)
class Roads:
    """Roads from cell to cell and through villages.

    Parameters
    ----------
    line, major : the roads and whether each is a county road.
    bearings : of the road through each natural village.
    """

    line: Geometries
    major: Flags
    bearings: list[Bearing]


@dataclass(frozen=True)
class _Edges:
    """Pairs of cells ``i``, ``j``, the ``gate`` on their border, and whether the road is there and ``major``."""

    i: Ints
    j: Ints
    gate: Floats
    major: Flags


def make_roads(land: Land, hamlets: Hamlets, rng: np.random.Generator) -> Roads:
    """The roads that join all natural villages and built-up areas."""
    entry = _entries(land)
    middle = land.sites.at.copy()
    middle[hamlets.cell] = hamlets.middle
    edges = _chosen(land, entry, middle)
    row_of_cell = np.full(len(land.cells), -1, dtype=np.int64)
    row_of_cell[hamlets.cell] = np.arange(len(hamlets.cell))
    angle = _angles(edges, row_of_cell, hamlets, rng)
    bend = rng.uniform(-BEND, BEND, len(hamlets.cell))
    reach = hamlets.half + 9.0
    steps = np.linspace(-1, 1, 9)
    through = [
        shapely.LineString(
            bent(
                np.repeat(hamlets.middle[[row]], 9, axis=0),
                np.full(9, angle[row]),
                np.full(9, bend[row]),
                steps * reach[row],
                np.zeros(9),
            )
        )
        for row in range(len(hamlets.cell))
    ]
    ends = np.array([[line.coords[0], line.coords[-1]] for line in through]).reshape(-1, 2, 2)
    between = []
    for i, j, gate in zip(edges.i.tolist(), edges.j.tolist(), edges.gate, strict=True):
        start, stop = (_end(cell, gate, row_of_cell, ends, entry) for cell in (i, j))
        between.append(_curve(start, gate, stop))
    wide = np.zeros(len(hamlets.cell), dtype=bool)
    for cells in (edges.i, edges.j):
        rows = row_of_cell[cells[edges.major]]
        wide[rows[rows >= 0]] = True
    line = np.array(between + through, dtype=object)
    bearings = [Bearing(*of) for of in zip(angle.tolist(), bend.tolist(), wide.tolist(), strict=True)]
    return Roads(line=line, major=np.r_[edges.major, wide], bearings=bearings)


def _entries(land: Land) -> Floats:
    """Where a road through each FRINGE cell meets the streets (NaN where it touches no block)."""
    entry = np.full((len(land.cells), 2), np.nan)
    kind, borders = land.sites.kind, land.borders
    for fringe, block in ((borders.i, borders.j), (borders.j, borders.i)):
        rows = np.flatnonzero((kind[fringe] == FRINGE) & (kind[block] == BLOCK) & (borders.lengths() > GATE_M))
        entry[fringe[rows]] = borders.ends[rows, :2]
    return entry


def _chosen(land: Land, entry: Floats, middle: Floats) -> _Edges:
    """The pairs of cells that a road joins: a shortest tree, the ways between built-up areas, and some short ones more."""
    borders, kind = land.borders, land.sites.kind
    length = borders.lengths()
    open_land = (kind == FIELD) | ~np.isnan(entry[:, 0])
    usable = np.flatnonzero((length > GATE_M) & open_land[borders.i] & open_land[borders.j])
    usable = usable[~((kind[borders.i[usable]] == FRINGE) & (kind[borders.j[usable]] == FRINGE))]
    order = usable[np.lexsort((-np.round(length[usable], 3), borders.j[usable], borders.i[usable]))]
    first = order[np.r_[True, (np.diff(borders.i[order]) != 0) | (np.diff(borders.j[order]) != 0)]]
    i, j = borders.i[first], borders.j[first]
    gate = (borders.ends[first, :2] + borders.ends[first, 2:]) / 2
    away = np.hypot(*(middle[i] - gate).T) + np.hypot(*(middle[j] - gate).T)
    cells, patches = len(kind), len(land.sites.middle)
    fringe = np.flatnonzero((kind == FRINGE) & open_land)
    ends = np.r_[i, fringe], np.r_[j, cells + land.sites.patch[fringe]]
    weight = np.r_[np.round(away, 3), np.full(len(fringe), 0.001)]
    graph = coo_array((weight, ends), shape=(cells + patches, cells + patches)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    pair = i * cells + j
    inside = (tree.row < cells) & (tree.col < cells)
    kept = np.isin(pair, np.minimum(tree.row, tree.col)[inside] * cells + np.maximum(tree.row, tree.col)[inside])
    major = np.isin(pair, _ways(graph, cells, patches))
    others = np.flatnonzero(~kept & ~major & (kind[i] == FIELD) & (kind[j] == FIELD))
    kept[others[np.argsort(np.round(away[others], 3), kind="stable")][: int(EXTRA * kept.sum())]] = True
    kept |= major
    return _Edges(i[kept], j[kept], gate[kept], major[kept])


def _ways(graph: coo_array, cells: int, patches: int) -> Ints:
    """The pairs of cells on the shortest ways between built-up areas that are next to each other."""
    hubs = np.arange(cells, cells + patches)
    distance, before = dijkstra(graph, directed=False, indices=hubs, return_predecessors=True)
    between = distance[:, cells:]
    between = np.where(np.isfinite(between), between, 0.0)
    tree = minimum_spanning_tree(np.triu(between)).tocoo()
    found: list[int] = []
    for one, other in zip(tree.row.tolist(), tree.col.tolist(), strict=True):
        cell = cells + other
        while cell != cells + one:
            step = int(before[one, cell])
            if step < cells and cell < cells:
                found.append(min(cell, step) * cells + max(cell, step))
            cell = step
    return np.array(sorted(set(found)), dtype=np.int64)


def _angles(edges: _Edges, row_of_cell: Ints, hamlets: Hamlets, rng: np.random.Generator) -> Floats:
    """The direction of each village's road: from one of its gates to the other, county roads first."""
    angle = rng.uniform(0, np.pi, len(hamlets.cell))
    order = np.argsort(~edges.major, kind="stable")
    gates: dict[int, list[int]] = {}
    for edge in order.tolist():
        for cell in (int(edges.i[edge]), int(edges.j[edge])):
            gates.setdefault(cell, []).append(edge)
    for cell, own in gates.items():
        row = int(row_of_cell[cell])
        if row < 0:
            continue
        heading = [np.arctan2(*(edges.gate[edge] - hamlets.middle[row])[::-1]) for edge in own]
        if len(heading) == 1:
            angle[row] = heading[0]
        else:
            # The gate most opposite to the first: both ends of the road lead somewhere.
            other = min(heading[1:], key=lambda turn: np.cos(turn - heading[0]))
            back = heading[0] + np.pi
            angle[row] = back + np.arctan2(np.sin(other - back), np.cos(other - back)) / 2
    return angle


def _end(cell: int, gate: Floats, row_of_cell: Ints, ends: Floats, entry: Floats) -> Floats:
    row = int(row_of_cell[cell])
    if row < 0:
        return np.asarray(entry[cell], dtype=np.float64)
    near = np.hypot(*(ends[row] - gate).T)
    return np.asarray(ends[row, int(np.argmin(np.round(near, 3)))], dtype=np.float64)


def _curve(start: Floats, gate: Floats, stop: Floats) -> shapely.LineString:
    """A road from ``start`` to ``stop`` that bends smoothly towards ``gate``."""
    t = np.linspace(0, 1, 9)[:, None]
    return shapely.LineString((1 - t) ** 2 * start + 2 * t * (1 - t) * gate + t**2 * stop)
