"""A river along the borders of cells and a railway past the built-up areas."""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridplan.simulation.coverage import GRID_M, Floats
from gridplan.simulation.land import Land
from gridplan.simulation.seats import BLOCK

#: Directions that are tried for a railway.
DIRECTIONS = 48


def river(land: Land, middle: Floats) -> shapely.LineString | None:
    """A river from one end of the land to the other along the borders of cells, near ``middle`` and through no block.

    Borders of communities follow rivers where they can, and no house stands on a border.
    """
    borders = land.borders
    open_land = (land.sites.kind[borders.i] != BLOCK) & (land.sites.kind[borders.j] != BLOCK)
    ends = np.round(borders.ends[open_land] / GRID_M).astype(np.int64)
    points, number = np.unique(np.concatenate([ends[:, :2], ends[:, 2:]]), axis=0, return_inverse=True)
    one, other = number[: len(ends)], number[len(ends) :]
    at = points * GRID_M
    length = np.maximum(np.round(borders.lengths()[open_land], 3), GRID_M)
    graph = coo_array((length, (one, other)), shape=(len(at), len(at))).tocsr()
    turned = at - middle
    _, _, axes = np.linalg.svd(turned - turned.mean(axis=0), full_matrices=False)
    along = np.round(turned @ axes[0] * np.sign(axes[0][1] or 1.0), 3)
    near = int(np.argmin(np.round(np.hypot(*turned.T), 3)))
    distance, before = dijkstra(graph, directed=False, indices=near, return_predecessors=True)
    reached = np.isfinite(distance)
    if reached.sum() < 10:
        return None
    rim = {tuple(end) for end in np.round(borders.rim_ends.reshape(-1, 2) / GRID_M).astype(np.int64).tolist()}
    on_rim = np.array([tuple(point) in rim for point in points.tolist()]) & reached
    if on_rim.sum() < 2:
        return None
    rows = np.flatnonzero(on_rim)
    ways = []
    for end in (rows[np.argmax(along[rows])], rows[np.argmin(along[rows])]):
        way = [int(end)]
        while way[-1] != near:
            way.append(int(before[way[-1]]))
        ways.append(way)
    shared_rows = set(ways[0]) & set(ways[1])
    first = [row for row in ways[0] if row not in shared_rows]
    second = [row for row in ways[1] if row not in shared_rows]
    join = next(row for row in ways[0] if row in shared_rows)
    return shapely.LineString(at[[*first, join, *second[::-1]]])


def railway(outline: shapely.Geometry, built: Floats, middle: Floats, away_m: float) -> shapely.Geometry:
    """A railway across the outline that passes about ``away_m`` beside ``middle``, swinging to and fro by 300 m in 8 km.

    Of the directions it could take, the one that keeps farthest from the places in ``built`` (n x 2, m).
    """
    west, south, east, north = shapely.bounds(outline)
    reach = float(np.hypot(east - west, north - south))
    along = np.arange(-reach, reach, 150.0)
    across = away_m + 300 * (1 - np.cos(along / 8000 * 2 * np.pi)) / 2
    ways = []
    for angle in np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False):
        x, y = along * np.cos(angle) - across * np.sin(angle), along * np.sin(angle) + across * np.cos(angle)
        ways.append(shapely.LineString(np.round(np.stack([x, y], axis=1) + middle, 2)))
    towns = shapely.multipoints(built)
    room = np.round(shapely.distance(np.array(ways, dtype=object), towns), 1)
    return shapely.intersection(ways[int(np.argmax(room))], outline)
