"""Voronoi cells of sites within their compounds, on whole millimetres.

Sites are mirrored at the sides of their compound, which makes the sides borders of the cells (an exact clip). Compounds lie
far apart while Delaunay triangles are made (Qhull), many in one call; the circumcentres are the corners of the cells.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import Delaunay

from benchmarks.city.compounds import Compounds
from benchmarks.city.fabric import Lattice, shaking
from benchmarks.city.roads import Floats, Ints

MM = 1000
# Longest compound and twice the reach of its mirrored sites, with room to spare.
APART_M = 1000.0


@dataclass(frozen=True)
class Cells:
    """Corners of cells and the borders between cells of one compound.

    Parameters
    ----------
    atom, corner
        Each corner of each cell (mm), in no order.
    i, j, length
        Atoms that share a border, i < j, and its length (m).
    """

    atom: Ints
    corner: Ints
    i: Ints
    j: Ints
    length: Floats


def tessellate(site: Floats, lattice: Lattice, compounds: Compounds) -> Cells:
    """Cells of ``site`` (m from the south-west corner of each compound)."""
    point, of = _mirrored(site, lattice, compounds)
    compound = lattice.compound[of]
    side = int(np.ceil(np.sqrt(len(compounds))))
    tile = np.stack(np.divmod(np.arange(len(compounds)), side), axis=1) - side / 2
    triangles = Delaunay(point + APART_M * tile[compound])
    simplex, neighbor = triangles.simplices.astype(np.int64), triangles.neighbors
    atoms = len(site)
    real = simplex < atoms
    kept = real.any(axis=1)
    owner = compound[simplex.max(axis=1, where=real, initial=-1)]
    centre = np.zeros((len(simplex), 2), np.int64)
    # Rounded before they are moved, so that a compound has the same cells wherever it stands.
    centre[kept] = np.rint(_circumcentres(point[simplex[kept]]) * MM).astype(np.int64) + MM * compounds.box[owner[kept], :2]

    triangle, place = np.nonzero(real)
    atom, corner = simplex[triangle, place], centre[triangle]
    left, right = np.roll(simplex, -1, axis=1), np.roll(simplex, -2, axis=1)
    # The neighbour at a place lies across the other two corners; each pair of triangles once.
    shared = (left < atoms) & (right < atoms) & (neighbor > np.arange(len(simplex))[:, None])
    triangle, place = np.nonzero(shared)
    a, b = left[triangle, place], right[triangle, place]
    step = (centre[triangle] - centre[neighbor[triangle, place]]) / MM
    length = np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2)
    some = length > 0
    return Cells(atom=atom, corner=corner, i=np.minimum(a, b)[some], j=np.maximum(a, b)[some], length=length[some])


def _mirrored(site: Floats, lattice: Lattice, compounds: Compounds) -> tuple[Floats, Ints]:
    """The sites, then their images across near sides of their compounds; and the atom of each."""
    size = (compounds.box[:, 2:] - compounds.box[:, :2]).astype(np.float64)
    pitch = size / np.stack([lattice.columns, lattice.rows], axis=1)
    # No place of a compound is farther than this from a site, so no cell reaches a side from farther.
    reach = ((0.5 + shaking(compounds)) * np.sqrt((pitch**2).sum(axis=1)))[lattice.compound]
    size = size[lattice.compound]
    points, atoms = [site], [np.arange(len(site))]
    for axis in (0, 1):
        for wall in (np.zeros(len(site)), size[:, axis]):
            near = np.flatnonzero(np.abs(site[:, axis] - wall) <= reach)
            image = site[near]
            image[:, axis] = 2 * wall[near] - image[:, axis]
            points.append(image)
            atoms.append(near)
    return np.concatenate(points), np.concatenate(atoms)


def _circumcentres(triangle: Floats) -> Floats:
    a = triangle[:, 0]
    b, c = triangle[:, 1] - a, triangle[:, 2] - a
    b2, c2 = (b * b).sum(axis=1), (c * c).sum(axis=1)
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    offset = np.stack([c[:, 1] * b2 - b[:, 1] * c2, b[:, 0] * c2 - c[:, 0] * b2], axis=1)
    return a + offset / twice[:, None]
