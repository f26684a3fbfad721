"""Natural villages (自然村): clusters of houses, where no layer says which village a house belongs to."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.atoms.coverage import Geometries, Ints, components, run_starts
from gridplan.atoms.model import Atoms

NEAR_M = 50.0
"""Houses up to this far apart, from wall to wall, belong to one village."""
LEAST = 3
"""Houses that have fewer others and themselves within ``NEAR_M`` do not make a village; so farms that stand alone have none."""
BAND_M = 1000.0
"""Villages are numbered in rows of this height, metres, from north to south."""
KINDS = ("rural", "mixed")


def with_villages(atoms: Atoms, *, kinds: Collection[str] = KINDS, near_m: float = NEAR_M, least: int = LEAST) -> Atoms:
    """The atoms with a column ``village`` on cells: id of the natural village, missing where there is none.

    A cell has a village where it is in a community of these kinds, is of no compound and of no special site, and a
    building on it is of a village. What ``compound`` says counts; a village is only found where it says nothing.

    Parameters
    ----------
    atoms : as ``make_atoms`` gives them.
    kinds : kinds of communities in which there are natural villages.
    near_m, least : as in ``natural_villages``.

    Notes
    -----
    For atoms of buildings: given areas touch each other, so that all of a community would be one village.
    """
    cells = atoms.cells
    kind = atoms.communities.set_index("code")["kind"].reindex(cells["community"]).to_numpy()
    asked = np.isin(kind, list(kinds)) & cells["compound"].isna().to_numpy() & cells["site"].isna().to_numpy()
    cell = atoms.buildings["cell"].to_numpy()
    rows = np.flatnonzero(asked[cell])
    buildings = atoms.buildings.iloc[rows]
    names = natural_villages(
        buildings.geometry.to_numpy(),
        cells["community"].to_numpy(dtype=object)[cell[rows]],
        buildings["households"].to_numpy() > 0,
        near_m=near_m,
        least=least,
    )
    # The first named building of a cell decides; the lived-in ones come first.
    order = np.lexsort((rows, buildings["households"].to_numpy() == 0, cell[rows]))
    order = order[pd.notna(names[order])]
    column = np.full(len(cells), None, dtype=object)
    column[cell[rows[order]][::-1]] = names[order][::-1]
    return replace(atoms, cells=cells.assign(village=pd.Series(column, dtype="str")))


def natural_villages(
    shapes: Geometries,
    community: Geometries,
    lived_in: NDArray[np.bool_],
    *,
    near_m: float = NEAR_M,
    least: int = LEAST,
) -> NDArray[np.object_]:
    """The id of the natural village of each building, None where it stands alone: ``<community>-v01``, ... in reading order.

    Houses of which ``least`` (themselves counted) lie within ``near_m`` of each other are joined, and so are those joined to
    the same house: DBSCAN over the distances from wall to wall. A building without homes, and a house with fewer around it,
    goes with the nearest of the joined houses within ``near_m``. Villages end at the border of their community.

    Parameters
    ----------
    shapes : footprints or points, in metres.
    community : code of the community of each.
    lived_in : whether each has households.
    near_m : metres, > 0.
    least : houses, from 1 on; with 1 every house belongs to a village.

    Notes
    -----
    The numbers follow the places of the villages (rows of 1 km from north to south, in each from west to east), not the order
    of the buildings: the same towns give the same ids in any order of rows. Neighbours come from a tree: O(n log n + pairs within
    ``near_m``). Measured on Liechtenstein, all of it taken as rural: 8,994 buildings 0.4 s; from 50 to 100 m its large villages
    stay the same, below 40 m they fall apart along their streets.

    References
    ----------
    Ester, Kriegel, Sander and Xu 1996, A density-based algorithm for discovering clusters in large spatial databases with noise,
    KDD-96, 226-231 (https://cdn.aaai.org/KDD/1996/KDD96-037.pdf); with ``least`` 1 it is single linkage.

    Examples
    --------
    >>> houses = shapely.points([0, 20, 40, 900, 920, 940, 5000], [0, 0, 0, 2000, 2000, 2000, 0])
    >>> natural_villages(houses, np.full(7, "A", dtype=object), np.ones(7, dtype=bool)).tolist()
    ['A-v02', 'A-v02', 'A-v02', 'A-v01', 'A-v01', 'A-v01', None]
    """
    names = np.full(len(shapes), None, dtype=object)
    cluster = _clusters(shapes, community, lived_in, near_m, least)
    named = np.flatnonzero(cluster >= 0)
    if not len(named):
        return names
    middle = shapely.get_coordinates(shapely.centroid(shapes[named]))
    label = cluster[named]
    count = np.bincount(label)
    x, y = (np.round(np.bincount(label, weights=middle[:, axis]) / count, 3) for axis in (0, 1))
    first = np.full(len(count), -1, dtype=np.int64)
    first[label[::-1]] = named[::-1]
    home, codes = pd.factorize(community[first], sort=True)
    called = np.full(len(count), None, dtype=object)
    for place, code in enumerate(codes):
        own = np.flatnonzero(home == place)
        band = ((y[own].max() - y[own]) // BAND_M).astype(np.int64)
        width = max(2, len(str(len(own))))
        for number, row in enumerate(own[np.lexsort((y[own], x[own], band))], start=1):
            called[row] = f"{code}-v{number:0{width}d}"
    names[named] = called[label]
    return names


def _clusters(shapes: Geometries, community: Geometries, lived_in: NDArray[np.bool_], near_m: float, least: int) -> Ints:
    """The number of the cluster of each building, -1 for none."""
    place = pd.factorize(community, sort=True)[0]
    houses = np.flatnonzero(lived_in)
    tree = shapely.STRtree(shapes[houses])
    one, other = tree.query(shapes, predicate="dwithin", distance=near_m)
    other = houses[other]
    same = place[one] == place[other]
    one, other = one[same], other[same]
    core = lived_in & (np.bincount(one, minlength=len(shapes)) >= least)
    joined = core[one] & core[other]
    part = components(len(shapes), one[joined], other[joined])
    _, cluster = np.unique(part[core], return_inverse=True)
    result = np.full(len(shapes), -1, dtype=np.int64)
    result[core] = cluster
    beside = ~core[one] & core[other]
    one, other = one[beside], other[beside]
    away = np.round(shapely.distance(shapes[one], shapes[other]), 3)
    middle = np.round(shapely.get_coordinates(shapely.centroid(shapes[other])), 3)
    order = np.lexsort((middle[:, 1], middle[:, 0], away, one))
    first = order[run_starts(one[order])]
    result[one[first]] = result[other[first]]
    return result
