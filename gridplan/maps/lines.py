"""Lines that zones share, with fewer points, so that no zone tears or crosses itself."""

import numpy as np
import shapely

from gridplan.maps.polylines import Bools, Ints, Lines, Shapes, joined, places, starts_of
from gridplan.maps.topology import Topology

#: How often lines of zones that cross themselves get their points back, before what is left stays as it is.
_ROUNDS = 6


class Simplifier:
    """Gives the lines of a topology without the points that lie within some tolerance of the line without them; ends stay.

    Notes
    -----
    Each line once, so that neighbours keep one line.

    References
    ----------
    Douglas and Peucker (1973), Algorithms for the reduction of the number of points required to represent a digitized line,
    doi:10.3138/FM57-6770-U75U-7727.
    """

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        arcs = topology.arcs
        self._lines = shapely.linestrings(arcs.points, indices=np.repeat(np.arange(len(arcs)), arcs.sizes()))
        self._closed = shapely.is_closed(self._lines)

    def simplified(self, tolerance: float) -> Lines:
        """The lines with ``tolerance`` in their unit, also where a zone would then cross itself."""
        fewer = shapely.simplify(self._lines, tolerance, preserve_topology=False)
        # A ring without a node must stay one: of four points, the first of which is the last.
        return _points(np.where(self._closed & (shapely.get_num_coordinates(fewer) < 4), self._lines, fewer))

    def mended(self, lines: Lines) -> Lines:
        """What ``simplified`` gave; a zone that crosses itself gets the points of its lines back, and so on until none does."""
        whole = lines.sizes() == self._topology.arcs.sizes()
        for _ in range(_ROUNDS):
            again = _crossing(self._topology, lines) & ~whole
            if not again.any():
                break
            whole = whole | again
            both = joined([self._topology.arcs, lines])
            which = np.arange(len(whole)) + np.where(whole, 0, len(whole))
            lines = Lines(both.points[places(both.starts, which)], starts_of(both.sizes()[which]))
        return lines


def _points(lines: Shapes) -> Lines:
    return Lines(shapely.get_coordinates(lines).astype(np.int64), starts_of(shapely.get_num_coordinates(lines)))


def _crossing(topology: Topology, lines: Lines) -> Bools:
    """Which lines are of a zone that is not valid, or has no area, when it is made of them."""
    spoilt = np.zeros(len(lines), dtype=bool)
    for zones in topology.layers.values():
        number, backwards = np.where(zones.arcs < 0, ~zones.arcs, zones.arcs), zones.arcs < 0
        points, sizes = _rings(lines, number, backwards, zones.rings)
        rings = starts_of(sizes)
        flat = np.add.reduceat(sizes < 4, zones.polygons[:-1]) > 0 if len(sizes) else np.zeros(0, dtype=bool)
        made = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points.astype(np.float64), (rings, zones.polygons))
        wrong = np.flatnonzero(flat | ~shapely.is_valid(made))
        spoilt[number[places(zones.rings[zones.polygons], wrong)]] = True
    return spoilt


def _rings(lines: Lines, number: Ints, backwards: Bools, rings: Ints) -> tuple[Ints, Ints]:
    """The points of rings made of lines, one after the other, each with its first point again at its end, and their sizes."""
    shared = np.diff(lines.starts)[number] - 1
    # Of each line all points but its last, which the next one begins with; of the last one of a ring all.
    sizes = shared.copy()
    sizes[rings[1:] - 1] += 1
    step = np.arange(int(sizes.sum())) - np.repeat(starts_of(sizes)[:-1], sizes)
    first, last = lines.starts[number], lines.starts[number + 1] - 1
    at = np.where(np.repeat(backwards, sizes), np.repeat(last, sizes) - step, np.repeat(first, sizes) + step)
    return lines.points[at], np.add.reduceat(sizes, rings[:-1]) if len(number) else sizes
