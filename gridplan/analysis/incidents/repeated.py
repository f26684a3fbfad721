"""Incidents that come again: the same kind at the same place within some days."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan import crs
from gridplan.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY_US = 86_400_000_000
#: Pairs whose distance is measured at once.
_PAIRS = 2_000_000
#: A cell is as wide as its diagonal is long in units of ``within_m``: whoever shares one is near enough.
_AROUND = [(east, north) for east in range(-2, 3) for north in range(-2, 3) if (east, north) != (0, 0)]


def repeats(incidents: gpd.GeoDataFrame, *, within_m: float = 30.0, days: float = 30.0) -> pd.Series:
    """Whether each incident is a repeat: one of the same kind was reported before it, so near and so lately.

    Parameters
    ----------
    incidents : ``id``, ``kind``, ``reported_at`` (ISO 8601, UTC) and points; rows without a place are no repeats.
    within_m : farthest place of the earlier one, metres; above 0.
    days : longest time between the two reports, 24 hours each.

    Returns
    -------
    Series of bool
        On the index of ``incidents``. Of several reported at the same moment the first by id is the earlier one.

    Raises
    ------
    InputError
        GP105, GP106 the CRS is missing or unusable; GP186 ``within_m`` or ``days`` is not above 0.

    Notes
    -----
    Places are hashed into cells whose diagonal is ``within_m``. Whoever follows another of its kind in its own cell is a repeat
    without a distance being measured; the others, at most one a cell in any span of ``days``, are held against the 24 cells
    around. So no more than 48 pairs an incident are measured, however many lie at one point.

    Examples
    --------
    >>> rows = {"id": ["a", "b"], "kind": "noise", "reported_at": ["2026-03-01T08:00:00Z", "2026-03-09T08:00:00Z"]}
    >>> repeats(gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy([104.1, 104.1], [30.6, 30.6]), crs="EPSG:4326")).tolist()
    [False, True]
    """
    if not within_m > 0 or not days > 0:
        raise InputError("GP186", within_m=within_m, days=days)
    found = np.zeros(len(incidents), bool)
    at = _metres(incidents)
    placed = np.flatnonzero(np.isfinite(at).all(axis=1))
    if len(placed):
        rows = incidents.iloc[placed]
        moments = pd.to_datetime(rows["reported_at"], format="ISO8601", utc=True).astype("datetime64[us, UTC]").astype("int64")
        kinds = pd.factorize(rows["kind"], sort=True)[0].astype(np.int64)
        order = np.lexsort((rows["id"].astype("str").to_numpy(dtype=object), moments.to_numpy()))
        placed = placed[order]
        span = round(days * _DAY_US)
        found[placed] = _repeated(at[placed], moments.to_numpy()[order], kinds[order], within_m, span)
    return pd.Series(found, index=incidents.index, name="repeat")


def _repeated(at: Floats, when: Ints, kind: Ints, within_m: float, span: int) -> NDArray[np.bool_]:
    """The same for rows in the order of time."""
    count = len(at)
    place = np.floor((at - at.min(axis=0)) / (within_m / np.sqrt(2))).astype(np.int64) + 2
    wide, high = (int(most) + 3 for most in place.max(axis=0))

    cells, cell = np.unique((kind * wide + place[:, 0]) * high + place[:, 1], return_inverse=True)
    by_cell = np.argsort(cell, kind="stable")
    ordered = cell[by_cell] * count + by_cell  # sorted: by cell, then time
    earlier = np.full(count, -1)
    same = cell[by_cell][1:] == cell[by_cell][:-1]
    earlier[by_cell[1:][same]] = by_cell[:-1][same]
    again: NDArray[np.bool_] = (earlier >= 0) & (when - when[earlier] <= span)
    since = np.searchsorted(when, when - span, side="left")
    for east, north in _AROUND:
        asked = cells + east * high + north
        beside = np.searchsorted(cells, asked).clip(max=len(cells) - 1)
        beside[cells[beside] != asked] = -1
        left = by_cell[~again[by_cell]]  # by cell, so that what is looked up lies together
        number = beside[cell[left]]
        left, number = left[number >= 0], number[number >= 0]
        begin = np.searchsorted(ordered, number * count + since[left])
        end = np.searchsorted(ordered, number * count + left)
        for one, other in _pairs(left, begin, end):
            rows = by_cell[other]
            again[one[((at[one] - at[rows]) ** 2).sum(axis=1) <= within_m**2]] = True
    return again


def _pairs(rows: Ints, begin: Ints, end: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Each row with each number from its ``begin`` to its ``end``, in parts that fit into memory."""
    sizes = end - begin
    parts = np.flatnonzero(np.diff(np.cumsum(sizes) // _PAIRS)) + 1
    for each in np.split(np.arange(len(rows)), parts):
        size = sizes[each]
        first = np.repeat(begin[each] - np.concatenate(([0], np.cumsum(size)[:-1])), size)
        numbers = first + np.arange(len(first))
        for start in range(0, len(numbers), _PAIRS):
            yield np.repeat(rows[each], size)[start : start + _PAIRS], numbers[start : start + _PAIRS]


def _metres(incidents: gpd.GeoDataFrame) -> Floats:
    """The places in metres, in the zone of their middle; not a number where there is none."""
    places = crs.to_lonlat(incidents[[incidents.geometry.name]])
    points = places.geometry.to_numpy()
    lonlat = np.column_stack([shapely.get_x(points), shapely.get_y(points)])  # not a number where missing or empty
    known = np.isfinite(lonlat).all(axis=1)
    if not known.any():
        return lonlat
    middle = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.median(lonlat[known], axis=0)[:, None]), crs=crs.LONLAT)
    moved = crs.to_crs(places[known], crs.local_crs(middle))
    at = np.full(lonlat.shape, np.nan)
    at[known] = shapely.get_coordinates(moved.geometry.to_numpy())
    return at
