"""Synthetic Chinese-like cities of any size: ``python -m benchmarks.city --atoms 4800 --seed 1 --out DIR``.

Major roads and rivers part superblocks; cuts part these into walled compounds of slabs, towers, mixed buildings, lanes of
single houses, civic ground and parks, and outside the built-up area villages, farms and slabs; cells on shaken lattices part
compounds into atoms. The cells tile the city: borders are exact and shared, on whole millimetres.

Seeds 0-9 are for tuning. Seeds 100-119 are held out: results are judged on them, and nothing is tuned on them.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.city.borders import Borders, Sides, close_rings, meet, nodes, sides
from benchmarks.city.compounds import DRAWS, NODES, TYPES, cut_blocks
from benchmarks.city.fabric import lay_lattice, settle, shake
from benchmarks.city.roads import Floats, Ints, Roads, lay_roads
from benchmarks.city.tessellation import MM, Cells, tessellate

TUNING_SEEDS = range(10)
HELD_OUT_SEEDS = range(100, 120)
CRS = "EPSG:32650"
BLOCKS_AT_ONCE = 64
INSIDE, LANE, MAJOR, RIVER = range(4)

__all__ = ["HELD_OUT_SEEDS", "TUNING_SEEDS", "synthetic_city"]


@dataclass(frozen=True)
class _Quarter:
    """Some superblocks, built; atoms numbered from 0, compounds and superblocks across the city."""

    households: Ints
    compound: Ints
    block: Ints
    kind: Ints
    site: Floats
    cells: Cells
    sides: Sides
    compounds: int


def synthetic_city(atoms: int, *, seed: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Atoms and edges of a synthetic city.

    Parameters
    ----------
    atoms
        About how many atoms; the number of superblocks, of about 130 atoms each, follows from it.
    seed
        Any number >= 0. A superblock has random numbers of its own, by its place from the centre: of one seed, larger
        cities have the same roads and cuts in their middle as smaller ones.

    Returns
    -------
    tuple
        Atoms: ``id`` (row number), ``households``, ``compound``, ``superblock``, ``type``, ``geometry`` (m). Edges by
        (i, j): ``i``, ``j`` (row numbers, i < j), ``length`` (m), ``kind`` (0 inside a compound, 1 between compounds,
        2 major road, 3 river), ``crosses_major_road`` (kinds 2 and 3).

    Raises
    ------
    ValueError
        ``atoms`` is below 1.

    Notes
    -----
    Linear in time: 20-30 microseconds an atom on one core; memory of about 1.3 kB an atom.
    """
    roads = lay_roads(atoms, seed)
    quarters: list[_Quarter] = []
    compounds = 0
    for start in range(0, len(roads), BLOCKS_AT_ONCE):
        quarters.append(_build(roads, seed, range(start, min(start + BLOCKS_AT_ONCE, len(roads))), compounds))
        compounds += quarters[-1].compounds
    first = np.cumsum([0, *(len(quarter.households) for quarter in quarters)])
    borders = _borders(quarters, first)
    block = np.concatenate([quarter.block for quarter in quarters])
    table = gpd.GeoDataFrame(
        {
            "id": np.arange(first[-1]),
            "households": np.concatenate([quarter.households for quarter in quarters]),
            "compound": np.concatenate([quarter.compound for quarter in quarters]),
            "superblock": block,
            "type": np.array(TYPES, dtype=object)[np.concatenate([quarter.kind for quarter in quarters])],
        },
        geometry=_shapes(quarters, first, borders),
        crs=CRS,
    )
    return table, _edges(quarters, first, borders, block, roads)


def _build(roads: Roads, seed: int, blocks: range, compounds_before: int) -> _Quarter:
    streams = roads.streams(seed, blocks)
    draw = np.stack([stream.random((NODES, DRAWS)) for stream in streams])
    compounds = cut_blocks(roads.boxes(blocks), roads.radius(blocks), draw, blocks.start)
    lattice = lay_lattice(compounds)
    block = compounds.block[lattice.compound]
    count = np.bincount(block - blocks.start, minlength=len(blocks))
    of_atoms = np.concatenate([stream.random((size, 4)) for stream, size in zip(streams, count, strict=True)])
    site = shake(lattice, compounds, of_atoms[:, :2])
    cells = tessellate(site, lattice, compounds)
    return _Quarter(
        households=settle(lattice, compounds, of_atoms[:, 2:]),
        compound=lattice.compound + compounds_before,
        block=block,
        kind=compounds.kind[lattice.compound],
        site=site + compounds.box[lattice.compound, :2],
        cells=cells,
        sides=sides(cells.atom, cells.corner, compounds.box[lattice.compound[cells.atom]]),
        compounds=len(compounds),
    )


def _borders(quarters: list[_Quarter], first: Ints) -> Borders:
    touching = [quarter.sides for quarter in quarters]
    return meet(
        Sides(
            atom=np.concatenate([part.atom + start for part, start in zip(touching, first[:-1], strict=True)]),
            line=np.concatenate([part.line for part in touching]),
            low=np.concatenate([part.low for part in touching]),
            high=np.concatenate([part.high for part in touching]),
            before=np.concatenate([part.before for part in touching]),
        )
    )


def _shapes(quarters: list[_Quarter], first: Ints, borders: Borders) -> NDArray[np.object_]:
    atom, corner = nodes(borders)
    order = np.argsort(atom, kind="stable")
    atom, corner = atom[order], corner[order]
    cut = np.searchsorted(atom, first)
    return np.concatenate(
        [
            close_rings(
                np.concatenate([quarter.cells.atom, atom[cut[k] : cut[k + 1]] - first[k]]),
                np.concatenate([quarter.cells.corner, corner[cut[k] : cut[k + 1]]]),
                quarter.site,
            )
            for k, quarter in enumerate(quarters)
        ]
    )


def _edges(quarters: list[_Quarter], first: Ints, borders: Borders, block: Ints, roads: Roads) -> pd.DataFrame:
    cells = [quarter.cells for quarter in quarters]
    river = np.isin(borders.line, 2 * MM * roads.x[roads.river])
    kind = np.where(block[borders.a] == block[borders.b], LANE, np.where(river, RIVER, MAJOR))
    i = np.concatenate(
        [*(part.i + start for part, start in zip(cells, first[:-1], strict=True)), np.minimum(borders.a, borders.b)]
    )
    j = np.concatenate(
        [*(part.j + start for part, start in zip(cells, first[:-1], strict=True)), np.maximum(borders.a, borders.b)]
    )
    length = np.concatenate([*(part.length for part in cells), (borders.high - borders.low) / MM])
    kind = np.concatenate([np.full(len(i) - len(kind), INSIDE), kind])
    order = np.lexsort((j, i))
    return pd.DataFrame(
        {"i": i[order], "j": j[order], "length": length[order], "kind": kind[order], "crosses_major_road": kind[order] >= MAJOR}
    )
