"""Borders across the walls of compounds, and closed rings."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.city.roads import Floats, Ints

MM = 1000
BITS = 32


@dataclass(frozen=True)
class Sides:
    """Where cells touch the walls of their compound.

    Parameters
    ----------
    atom
        Whose cell.
    line
        The wall: twice its x (mm), or twice its y and 1.
    low, high
        From where to where along the wall (mm).
    before
        Whether the cell lies west or south of the wall.
    """

    atom: Ints
    line: Ints
    low: Ints
    high: Ints
    before: NDArray[np.bool_]


@dataclass(frozen=True)
class Borders:
    """Pieces of wall with one atom on each side: west or south ``a``, east or north ``b``."""

    a: Ints
    b: Ints
    line: Ints
    low: Ints
    high: Ints


def sides(atom: Ints, corner: Ints, box: Ints) -> Sides:
    """Sides of cells on the walls of their compounds; ``box`` (m) is that of each corner's atom."""
    found: list[tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]] = []
    for axis in (0, 1):
        for end in (0, 2):
            wall = box[:, axis + end] * MM
            on = np.flatnonzero(corner[:, axis] == wall)
            on = on[np.lexsort((corner[on, 1 - axis], atom[on]))]
            whose, along = atom[on], corner[on, 1 - axis]
            first = np.flatnonzero(np.concatenate([[True], whose[1:] != whose[:-1]])[: len(on)])
            last = np.concatenate([first[1:], [len(on)]])[: len(first)] - 1
            found.append((whose[first], 2 * wall[on[first]] + axis, along[first], along[last], np.full(len(first), end == 2)))
    atoms, line, low, high, before = (np.concatenate([part[column] for part in found]) for column in range(5))
    long = high > low
    return Sides(atoms[long], line[long], low[long], high[long], before[long])


def meet(touching: Sides) -> Borders:
    """Borders of cells that touch one wall from its two sides."""
    start = (touching.line << BITS) + touching.low
    end = (touching.line << BITS) + touching.high
    place = np.unique(np.concatenate([start, end]))
    owner = []
    for before in (True, False):
        of = np.flatnonzero(touching.before == before)
        of = of[np.argsort(start[of], kind="stable")]
        at = np.searchsorted(start[of], place, side="right") - 1
        held = (at >= 0) & (end[of][np.maximum(at, 0)] > place)
        owner.append(np.where(held, touching.atom[of][np.maximum(at, 0)], -1))
    both = np.flatnonzero((owner[0] >= 0) & (owner[1] >= 0))
    mask = (1 << BITS) - 1
    return Borders(owner[0][both], owner[1][both], place[both] >> BITS, place[both] & mask, place[both + 1] & mask)


def nodes(borders: Borders) -> tuple[Ints, Ints]:
    """Atoms and the ends (mm) of their borders: what rings need as corners so that neighbours share them."""
    upright = (borders.line & 1) == 0
    atoms, corners = [], []
    for along in (borders.low, borders.high):
        corner = np.stack([np.where(upright, borders.line >> 1, along), np.where(upright, along, borders.line >> 1)], axis=1)
        for atom in (borders.a, borders.b):
            atoms.append(atom)
            corners.append(corner)
    return np.concatenate(atoms), np.concatenate(corners)


def close_rings(atom: Ints, corner: Ints, site: Floats) -> NDArray[np.object_]:
    """Polygons of cells, from their corners (mm) in any order: a cell is convex, and its site (m) is inside.

    Parameters
    ----------
    atom
        Row number in ``site`` of each corner; each site has corners.
    corner
        Corners, repeated ones allowed.
    site
        Sites.
    """
    metres = corner / MM
    step = metres - site[atom]
    order = np.lexsort((np.arctan2(step[:, 1], step[:, 0]), atom))
    atom, corner, metres = atom[order], corner[order], metres[order]
    new = np.concatenate([[True], (atom[1:] != atom[:-1]) | (corner[1:] != corner[:-1]).any(axis=1)])
    atom, corner, metres = atom[new], corner[new], metres[new]
    count = np.bincount(atom, minlength=len(site))
    last = np.cumsum(count) - 1
    # A repeated corner where the angle jumps from pi to -pi stands first and last.
    again = (corner[last] == corner[last - count + 1]).all(axis=1)
    keep = np.ones(len(atom), np.bool_)
    keep[last[again]] = False
    metres, count = metres[keep], count - again
    start = np.cumsum(count) - count
    closed = np.insert(metres, start + count, metres[start], axis=0)
    offsets = np.concatenate([[0], np.cumsum(count + 1)])
    return np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, closed, (offsets, np.arange(len(site) + 1))))
