"""Clusters: incidents that stand close together, whatever line runs between them."""

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan import crs
from gridplan.analysis.incidents.heat import weights_of
from gridplan.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Pairs of places within reach of each other that are held at most, some 0.4 GB; more are first put on a lattice.
MOST_PAIRS = 25_000_000
#: Shares of the reach: the radius of the disc around each place of a cluster; how far the discs' union is drawn in again, which
#: leaves a band between places within reach of each other; and the step of the lattice on which it is found.
_DISC, _DRAWN_IN, _STEP = 0.65, 0.3, 0.05
#: Nodes of that lattice at most: of a cluster that spans a whole county the step is wider.
_MOST_NODES = 4_000_000


@dataclass(frozen=True)
class Clusters:
    """Clusters of incidents.

    Attributes
    ----------
    table : a row a cluster, the largest first: ``cluster`` (1, 2, ...), ``count``, ``places`` (different points),
        ``at_one_place`` (most incidents at one of them), ``share`` (of all placed incidents), ``area_ha`` and the
        ``geometry`` in EPSG:4326: the land within some third of ``within_m`` of a place of the cluster, and between places that
        are within reach of each other; it has holes and bays where nothing was reported.
    label : for each incident its cluster, 0 in none, -1 without a place; on the index of the incidents.
    within_m, least : as asked.
    snapped_m : the lattice that places were put on first because they were too many; 0: none.
    """

    table: gpd.GeoDataFrame
    label: pd.Series
    within_m: float
    least: int
    snapped_m: float


def clusters(incidents: gpd.GeoDataFrame, *, within_m: float = 150.0, least: int = 10, metre_crs: str | None = None) -> Clusters:
    """Incidents of which each has ``least`` within ``within_m`` metres, or stands that near to one that has (DBSCAN).

    Parameters
    ----------
    incidents : points, or none where the place is not known; ``weight`` says how many a row stands for, where there is such a
        column.
    within_m : reach in metres.
    least : incidents within reach, itself among them, that make a place the core of a cluster.
    metre_crs : where distances are taken; None: the UTM zone of the incidents.

    Raises
    ------
    InputError
        GP105, GP106, GP137 the CRS of the incidents; GP184 the reach or ``least`` is not above 0.

    Notes
    -----
    Points that are equal are one place with a weight, so a million at one point cost as much as one. Where more than 25 million
    pairs of places are within reach of each other, places are first put on a lattice of a twentieth of the reach, or a tenth, or
    a fifth, which ``snapped_m`` tells. scikit-learn does the rest, the same for the same rows in whatever order.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), A density-based algorithm for discovering clusters, KDD-96, 226-231.
    """
    if not (within_m > 0 and np.isfinite(within_m)):
        raise InputError("GP184", option="within_m", value=within_m, wanted="> 0")
    if least < 1:
        raise InputError("GP184", option="least", value=least, wanted=">= 1")
    placed, points, local = crs.points_in_metres(incidents, CRS(metre_crs) if metre_crs else None)
    weight = weights_of(incidents)
    label = np.where(placed, 0, -1)
    if not len(points):
        return Clusters(_table([], local).drop(columns="members"), pd.Series(label, index=incidents.index), within_m, least, 0.0)
    places, which, snapped = _places(points, within_m)
    weights = np.bincount(which, weights=weight[placed]).astype(np.int64)
    rows = _table(_found(places, weights, _labels(places, weights, within_m, least), within_m), local)
    number = np.zeros(len(places), dtype=np.int64)
    for cluster, members in zip(rows["cluster"], rows.pop("members"), strict=True):
        number[members] = cluster
    label[placed] = number[which]
    rows["share"] = rows["count"] / weight[placed].sum()
    ordered = rows[["cluster", "count", "places", "at_one_place", "share", "area_ha", "geometry"]]
    return Clusters(ordered, pd.Series(label, index=incidents.index), within_m, least, snapped)


def _places(points: Floats, within_m: float) -> tuple[Floats, Ints, float]:
    """The different places, by x and y; which of them each point is at; and the lattice they were put on, 0 for none."""
    for part in (0, 20, 10, 5):
        step = within_m / part if part else 0.0
        places, which = _different(points) if not part else _different((np.floor(points / step) + 0.5) * step)
        if part == 5 or _pairs(places, within_m) <= MOST_PAIRS:
            return places, which, step
    raise AssertionError("the last lattice is always taken")


def _different(points: Floats) -> tuple[Floats, Ints]:
    """The points that differ, by x and then y, and which of them each is."""
    order = np.lexsort((points[:, 1], points[:, 0]))
    ordered = points[order]
    new = np.ones(len(points), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    which = np.empty(len(points), dtype=np.int64)
    which[order] = np.cumsum(new) - 1
    return ordered[new], which


def _pairs(places: Floats, within_m: float) -> int:
    """At most so many pairs of places are within reach: those in a square of the reach and in the eight around it."""
    squares = np.floor(places / within_m).astype(np.int64)
    squares -= squares.min(axis=0) - 1
    wide = int(squares[:, 0].max()) + 2
    keys, counts = np.unique(squares[:, 1] * wide + squares[:, 0], return_counts=True)
    total = 0
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            at = np.searchsorted(keys, keys + dy * wide + dx).clip(max=len(keys) - 1)
            there = np.where(keys[at] == keys + dy * wide + dx, counts[at], 0)
            total += int((counts * there).sum())
    return total


def _labels(places: Floats, weights: Ints, within_m: float, least: int) -> Ints:
    from sklearn.cluster import DBSCAN  # a second, needed by few

    found = DBSCAN(eps=within_m, min_samples=least, algorithm="kd_tree").fit(places, sample_weight=weights)
    return np.asarray(found.labels_, dtype=np.int64)


def _found(places: Floats, weights: Ints, labels: Ints, within_m: float) -> list[tuple[int, int, int, Ints, shapely.Geometry]]:
    """Count, places, most at one, members and land of each cluster, the largest first, then the most western."""
    found = []
    order = np.argsort(labels, kind="stable")
    ends = np.searchsorted(labels[order], np.arange(int(labels.max(initial=-1)) + 2))
    for number in range(len(ends) - 1):
        members = order[ends[number] : ends[number + 1]]
        land = _land(places[members], within_m)
        found.append((int(weights[members].sum()), len(members), int(weights[members].max()), members, land))
    return sorted(found, key=lambda row: (-row[0], *places[row[3][0]].tolist()))


def _land(places: Floats, within_m: float) -> shapely.Geometry:
    """The discs around the places as one shape that follows them, drawn along a lattice of distances."""
    from contourpy import FillType, contour_generator  # half a second, needed by few
    from scipy.ndimage import distance_transform_edt

    disc, drawn_in = _DISC * within_m, _DRAWN_IN * within_m
    low, high = places.min(axis=0) - disc - within_m, places.max(axis=0) + disc + within_m
    step = max(_STEP * within_m, float(np.sqrt(np.prod(high - low) / _MOST_NODES)))
    wide, tall = np.ceil((high - low) / step).astype(np.int64) + 1
    column, row = np.rint((places - low) / step).astype(np.int64).T
    empty = np.ones((tall, wide), dtype=bool)
    empty[row, column] = False
    from_places = distance_transform_edt(empty, sampling=step)
    within = distance_transform_edt(from_places <= disc, sampling=step)
    x, y = low[0] + step * np.arange(wide), low[1] + step * np.arange(tall)
    drawn = contour_generator(x, y, within, fill_type=FillType.OuterOffset).filled(drawn_in, np.inf)
    parts = [
        shapely.Polygon(points[starts[0] : starts[1]], [points[start:end] for start, end in pairwise(starts[1:].tolist())])
        for points, starts in zip(*drawn, strict=True)
    ]
    return shapely.union_all(parts).simplify(step / 4)


def _table(found: list[tuple[int, int, int, Ints, shapely.Geometry]], local: CRS) -> gpd.GeoDataFrame:
    lands = [row[4] for row in found]
    columns = {
        "cluster": pd.Series(range(1, len(found) + 1), dtype="int64"),
        "count": pd.Series([row[0] for row in found], dtype="int64"),
        "places": pd.Series([row[1] for row in found], dtype="int64"),
        "at_one_place": pd.Series([row[2] for row in found], dtype="int64"),
        "share": pd.Series(np.nan, index=range(len(found)), dtype="float64"),
        "area_ha": pd.Series([land.area / 1e4 for land in lands], dtype="float64"),
        "members": pd.Series([row[3] for row in found], dtype=object),
    }
    return crs.to_lonlat(gpd.GeoDataFrame(pd.DataFrame(columns), geometry=lands, crs=local))
