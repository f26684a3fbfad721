"""Atoms of compounds: a site on a shaken lattice for each, and its households."""

from dataclasses import dataclass

import numpy as np

from benchmarks.city.compounds import CIVIC, FARM, LANE, MIXED, PARK, SLAB, TOWER, VILLAGE, Compounds
from benchmarks.city.roads import Floats, Ints

# Least and largest width and height (m) of the cells of a compound before they are stretched to fill it.
PITCH_M = {
    SLAB: (51.5, 73.0, 24.5, 34.0),
    TOWER: (45.0, 62.0, 45.0, 62.0),
    MIXED: (29.5, 45.0, 24.0, 36.0),
    LANE: (11.0, 17.0, 11.0, 17.0),
    CIVIC: (60.0, 60.0, 50.0, 50.0),
    PARK: (120.0, 120.0, 120.0, 120.0),
    FARM: (110.0, 110.0, 110.0, 110.0),
    VILLAGE: (15.0, 20.0, 15.0, 20.0),
}
# How far a site lies from the middle of its lattice cell at most, as a share of the cell's width and height.
SHAKE = {SLAB: 0.095, TOWER: 0.17, MIXED: 0.22, LANE: 0.3, CIVIC: 0.26, PARK: 0.2, FARM: 0.3, VILLAGE: 0.3}
STOREYS, STOREY_SHARE = np.array([6, 7, 11, 18]), (0.42, 0.2, 0.19, 0.19)
HOMES_A_FLOOR, HOMES_SHARE = np.array([2, 3, 4]), (0.36, 0.31, 0.33)
STAIRS, STAIR_SHARE = np.array([1, 2, 3]), (0.2, 0.6, 0.2)
SLAB_RANGE, TOWER_RANGE = (24, 120), (60, 200)
GIANT_SHARE, GIANT_RANGE = 1 / 2300, (520, 700)
MIXED_HOUSEHOLDS = np.array([0, 8, 12, 24, 36, 48, 72])
EMPTY_HOUSE, EMPTY_LANE, HOME_ON_FARM = 0.1, 0.12, 0.19
LANE_GOES_ON, LANE_MOST = 0.7, 12


@dataclass(frozen=True)
class Lattice:
    """Columns and rows of cells of each compound, and the atoms' places in them.

    Parameters
    ----------
    columns, rows
        Of each compound.
    compound
        Of each atom: row number of the compounds it was made of.
    column, row
        Of each atom.
    """

    columns: Ints
    rows: Ints
    compound: Ints
    column: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.compound)


def lay_lattice(compounds: Compounds) -> Lattice:
    """The lattice that fills each compound, row by row from the south-west."""
    pitch = np.array([PITCH_M[kind] for kind in range(len(PITCH_M))])[compounds.kind]
    box, draw = compounds.box, compounds.draw
    columns = _fitting(box[:, 2] - box[:, 0], pitch[:, 0] + (pitch[:, 1] - pitch[:, 0]) * draw[:, 0])
    rows = _fitting(box[:, 3] - box[:, 1], pitch[:, 2] + (pitch[:, 3] - pitch[:, 2]) * draw[:, 1])
    count = columns * rows
    compound = np.repeat(np.arange(len(compounds)), count)
    place = np.arange(len(compound)) - np.repeat(np.cumsum(count) - count, count)
    row, column = np.divmod(place, columns[compound])
    return Lattice(columns=columns, rows=rows, compound=compound, column=column, row=row)


def shake(lattice: Lattice, compounds: Compounds, draw: Floats) -> Floats:
    """Sites of the atoms: metres east and north of their compound's south-west corner."""
    size = (compounds.box[:, 2:] - compounds.box[:, :2]) / np.stack([lattice.columns, lattice.rows], axis=1)
    middle = np.stack([lattice.column, lattice.row], axis=1) + 0.5
    return (middle + shaking(compounds)[lattice.compound, None] * (2 * draw - 1)) * size[lattice.compound]


def shaking(compounds: Compounds) -> Floats:
    """``SHAKE`` of each compound."""
    return np.array([SHAKE[kind] for kind in range(len(SHAKE))])[compounds.kind]


def settle(lattice: Lattice, compounds: Compounds, draw: Floats) -> Ints:
    """Households of the atoms; ``draw`` holds two numbers of [0, 1) for each."""
    kind = compounds.kind[lattice.compound]
    own = compounds.draw[lattice.compound]
    first, second = draw[:, 0], draw[:, 1]
    storeys = STOREYS[_pick(own[:, 2], STOREY_SHARE)]
    slab = storeys * HOMES_A_FLOOR[_pick(own[:, 3], HOMES_SHARE)] * STAIRS[_pick(first, STAIR_SHARE)]
    # Geometric: each further household of a house in a lane with the same chance.
    lane = np.minimum(1 + np.floor(np.log1p(-first) / np.log(LANE_GOES_ON)), LANE_MOST).astype(np.int64)
    households = np.zeros(len(lattice), np.int64)
    for which, values in (
        (SLAB, np.clip(slab, *SLAB_RANGE)),
        (TOWER, np.where(second < GIANT_SHARE, _whole(first, GIANT_RANGE), _whole(first, TOWER_RANGE))),
        (MIXED, MIXED_HOUSEHOLDS[(first * len(MIXED_HOUSEHOLDS)).astype(np.int64)]),
        (LANE, np.where(second < EMPTY_LANE, 0, lane)),
        (VILLAGE, first >= EMPTY_HOUSE),
        (FARM, first < HOME_ON_FARM),
    ):
        households = np.where(kind == which, values, households)
    return households


def _fitting(side: Ints, pitch: Floats) -> Ints:
    return np.maximum(side // pitch, 1).astype(np.int64)


def _pick(draw: Floats, share: tuple[float, ...]) -> Ints:
    return np.searchsorted(np.cumsum(share)[:-1], draw, side="right").astype(np.int64)


def _whole(draw: Floats, between: tuple[int, int]) -> Ints:
    low, high = between
    return low + (draw * (high - low + 1)).astype(np.int64)
