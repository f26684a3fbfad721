"""Lines that a planner draws, and the atoms on either side of them."""

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import CRS

from gridplan.graph.atom_graph import AtomGraph
from gridplan.plan.land import to_metres
from gridplan.plan.redraw.ground import Ground

Line = Sequence[tuple[float, float]]


def crossed(graph: AtomGraph, metres: CRS, line: Line) -> frozenset[tuple[int, int]]:
    """The pairs of neighbouring atoms whose middles lie on different sides of a line (lon/lat), where it passes between them.

    ``metres``: the CRS of the graph.
    """
    drawn = _metres(metres, line)
    west, south, east, north = drawn.bounds
    x, y = np.stack([graph.x[graph.i], graph.x[graph.j]]), np.stack([graph.y[graph.i], graph.y[graph.j]])
    near = (x.max(axis=0) >= west) & (x.min(axis=0) <= east) & (y.max(axis=0) >= south) & (y.min(axis=0) <= north)
    rows = np.flatnonzero(near)
    ways = shapely.linestrings(
        np.stack([np.stack([x[0, rows], y[0, rows]], axis=1), np.stack([x[1, rows], y[1, rows]], axis=1)], axis=1)
    )
    cut = rows[shapely.intersects(ways, drawn)]
    return frozenset(zip(graph.i[cut].tolist(), graph.j[cut].tolist(), strict=True))


def sides(ground: Ground, cells: Sequence[int], line: Line) -> list[list[int]]:
    """The cells on the left and on the right of a line (lon/lat), by their middles; beyond its ends the line goes straight on."""
    drawn = shapely.get_coordinates(_metres(ground.metres, line))
    first, last = drawn[0], drawn[-1]
    reach = 10 * (np.ptp(ground.cells.x) + np.ptp(ground.cells.y) + 1.0)
    start = first - _unit(drawn[1] - first) * reach
    end = last + _unit(last - drawn[-2]) * reach
    # The left side: the line, closed far around on its left.
    turn = np.array([-1.0, 1.0])
    outward_end, outward_start = (_unit(way)[::-1] * turn * reach for way in (last - drawn[-2], drawn[1] - first))
    around = shapely.Polygon([start, *drawn, end, end + outward_end, start + outward_start])
    rows = np.array(cells, dtype=np.int64)
    left = shapely.contains_xy(shapely.make_valid(around), ground.cells.x[rows], ground.cells.y[rows])
    return [rows[left].tolist(), rows[~left].tolist()]


def _metres(metres: CRS, line: Line) -> shapely.LineString:
    return to_metres(np.array([shapely.LineString(line)], dtype=object), metres)[0]


def _unit(way: np.ndarray) -> np.ndarray:
    return way / max(float(np.hypot(*way)), 1e-9)
