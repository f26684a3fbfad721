"""Polygons that share lines, written once a line: small pages, and lines between neighbours that cannot tear."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]

#: Coordinates are kept in whole millionths of a degree, at most 11 cm.
PER_DEGREE = 1_000_000


@dataclass
class _Arcs:
    number: dict[tuple[int, ...], int] = field(default_factory=dict)

    def reference(self, points: tuple[int, ...]) -> int:
        """The number of the arc, or ``~number`` where it is kept in the other direction."""
        turned = points[::-1]
        kept, other = (points, False) if points <= turned else (turned, True)
        number = self.number.setdefault(kept, len(self.number))
        return ~number if other else number


@dataclass(frozen=True)
class Topology:
    """Arcs as points and, by layer, each row's polygons as rings of arc references.

    A reference ``n >= 0`` is arc ``n`` as it is kept, ``-1 - n`` the same backwards. x and y count from ``origin``, a
    corner of the whole, in 1e-6 degrees.
    """

    origin: tuple[int, int]
    arcs: list[Ints]
    layers: dict[str, list[list[list[list[int]]]]]


def make_topology(layers: dict[str, Sequence[shapely.Geometry]]) -> Topology:
    """The layers of polygons (lon/lat) with each shared line kept once.

    Parameters
    ----------
    layers : polygons or multipolygons by the name of their layer.

    Notes
    -----
    Rings are cut where three or more lines meet. Vertices that are the same after rounding to 1e-6 degrees are one. Linear in the
    number of vertices; about 1.5 s for a million.
    """
    rings, owners = _rings(layers)
    origin = np.min([ring.min(axis=0) for ring in rings], axis=0) if rings else np.zeros(2, dtype=np.int64)
    points = np.concatenate(rings) - origin if rings else np.zeros((0, 2), dtype=np.int64)
    # One number a point sorts ten times faster than rows of two; 360 degrees are less than 2 ** 29.
    keys, vertex = np.unique(points[:, 0] << 32 | points[:, 1], return_inverse=True)
    spots = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    node = _nodes(vertex, starts, len(spots))
    arcs = _Arcs()
    made: dict[str, list[list[list[list[int]]]]] = {name: [[] for _ in shapes] for name, shapes in layers.items()}
    for number, (name, row, part) in enumerate(owners):
        references = _cut(vertex[starts[number] : starts[number + 1]], node, arcs)
        polygons = made[name][row]
        if part == len(polygons):
            polygons.append([])
        polygons[part].append(references)
    return Topology((int(origin[0]), int(origin[1])), [spots[list(arc)] for arc in arcs.number], made)


def _rings(layers: dict[str, Sequence[shapely.Geometry]]) -> tuple[list[Ints], list[tuple[str, int, int]]]:
    """Every ring as rounded points without the closing one, and its layer, row and part."""
    rings, owners = [], []
    for name, shapes in layers.items():
        parts, rows = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
        lines, part_of = shapely.get_rings(parts, return_index=True)
        first = np.searchsorted(rows, rows)
        for line, part in zip(lines, part_of, strict=True):
            ring = rounded(shapely.get_coordinates(line))
            rings.append(ring[:-1] if len(ring) > 1 else ring)
            owners.append((name, int(rows[part]), int(part - first[part])))
    return rings, owners


def rounded(coordinates: npt.NDArray[np.float64]) -> Ints:
    """The points in whole 1e-6 degrees, each different from the one before it."""
    points = np.rint(coordinates * PER_DEGREE).astype(np.int64)
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[moved]


def _nodes(vertex: Ints, starts: Ints, count: int) -> npt.NDArray[np.bool_]:
    """Which vertices have other neighbours in one ring than in another."""
    before, after = np.roll(vertex, 1), np.roll(vertex, -1)
    if len(vertex):
        first, last = starts[:-1], starts[1:] - 1
        before[first], after[last] = vertex[last], vertex[first]
    low, high = np.minimum(before, after), np.maximum(before, after)
    node = np.zeros(count, dtype=bool)
    for side in (low, high):
        least, most = np.full(count, count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        np.minimum.at(least, vertex, side)
        np.maximum.at(most, vertex, side)
        node |= least != most
    return node


def _cut(ring: Ints, node: npt.NDArray[np.bool_], arcs: _Arcs) -> list[int]:
    """The references of a ring's arcs in order."""
    stops = np.flatnonzero(node[ring])
    start = int(stops[0]) if len(stops) else int(np.argmin(ring))
    closed = [*ring[start:].tolist(), *ring[: start + 1].tolist()]
    cuts = [*(stops - start).tolist(), len(closed) - 1] if len(stops) else [0, len(closed) - 1]
    return [arcs.reference(tuple(closed[a : b + 1])) for a, b in pairwise(cuts)]


def touching(rows: Sequence[Sequence[Sequence[Sequence[int]]]]) -> list[list[int]]:
    """For each row of a layer the rows, ascending, that it shares a line with.

    Unlike :func:`gridplan.cartography.style.neighbours` it sees only lines that have the same points in both, as those of a plan
    have, and so takes no geometry: 0.5 s for 50,000 zones.
    """
    owners: dict[int, list[int]] = {}
    for row, polygons in enumerate(rows):
        for reference in (each for polygon in polygons for ring in polygon for each in ring):
            owners.setdefault(~reference if reference < 0 else reference, []).append(row)
    around: list[set[int]] = [set() for _ in rows]
    for found in owners.values():
        for row in found:
            around[row].update(found)
    return [sorted(others - {row}) for row, others in enumerate(around)]
