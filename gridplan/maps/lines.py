"""Lines that zones share, with fewer points, so that no zone tears or crosses itself."""

import numpy as np
import numpy.typing as npt
import shapely

from gridplan.maps.topology import Ints, Topology

#: How often lines of zones that cross themselves get their points back, before what is left stays as it is.
_ROUNDS = 6

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def simplified(topology: Topology, tolerance: float) -> list[Ints]:
    """The arcs without the points that lie within ``tolerance`` of the line without them; ends stay.

    Parameters
    ----------
    tolerance : in the unit of the arcs.

    Notes
    -----
    Each arc once, so that neighbours keep one line. A zone that crosses itself afterwards gets the points of its lines back, and
    so on until none does.

    References
    ----------
    Douglas and Peucker (1973), Algorithms for the reduction of the number of points required to represent a digitized line,
    doi:10.3138/FM57-6770-U75U-7727.
    """
    if not topology.arcs:
        return []
    sizes = np.array([len(arc) for arc in topology.arcs])
    lines = shapely.linestrings(np.concatenate(topology.arcs), indices=np.repeat(np.arange(len(sizes)), sizes))
    fewer = shapely.simplify(lines, tolerance, preserve_topology=False)
    # A ring without a node must stay one: of four points, the first of which is the last.
    whole = shapely.is_closed(lines) & (shapely.get_num_coordinates(fewer) < 4)
    zones = _Zones(topology)
    kept = np.where(whole, lines, fewer)
    for _ in range(_ROUNDS):
        again = zones.crossing(kept) & ~whole
        if not again.any():
            break
        whole = whole | again
        kept = np.where(whole, lines, fewer)
    return [points.astype(np.int64) for points in _points(kept)]


def _points(lines: npt.NDArray[np.object_]) -> list[Floats]:
    return np.split(shapely.get_coordinates(lines), np.cumsum(shapely.get_num_coordinates(lines))[:-1])


class _Zones:
    """The zones of a topology by the arcs of their rings, to be made of other lines."""

    def __init__(self, topology: Topology) -> None:
        polygons = [polygon for rows in topology.layers.values() for row in rows for polygon in row]
        rings = [ring for polygon in polygons for ring in polygon]
        self._rings = rings
        self._polygons = np.concatenate([[0], np.cumsum([len(polygon) for polygon in polygons])]).astype(np.int64)
        self._arcs = len(topology.arcs)

    def crossing(self, lines: npt.NDArray[np.object_]) -> Bools:
        """Which arcs are of a zone that is not valid, or has no area, when it is made of ``lines``."""
        points = _points(lines)
        back = [line[::-1] for line in points]
        made = [
            np.concatenate([*(back[~each][:-1] if each < 0 else points[each][:-1] for each in ring), _first(ring, points, back)])
            for ring in self._rings
        ]
        sizes = np.array([len(ring) for ring in made])
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        flat = np.flatnonzero(np.add.reduceat(sizes < 4, self._polygons[:-1]))
        made_of = shapely.from_ragged_array(shapely.GeometryType.POLYGON, np.concatenate(made), (offsets, self._polygons))
        wrong = ~shapely.is_valid(made_of)
        wrong[flat] = True
        spoilt = np.zeros(self._arcs, dtype=bool)
        for polygon in np.flatnonzero(wrong):
            for ring in self._rings[self._polygons[polygon] : self._polygons[polygon + 1]]:
                spoilt[[~each if each < 0 else each for each in ring]] = True
        return spoilt


def _first(ring: list[int], points: list[Floats], back: list[Floats]) -> Floats:
    """The first point of a ring, which closes it."""
    return (back[~ring[0]] if ring[0] < 0 else points[ring[0]])[:1]
