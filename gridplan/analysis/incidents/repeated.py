"""Incidents that come again: the same kind at the same place within some days."""

from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan import crs
from gridplan.analysis.incidents.measures import By, Period
from gridplan.analysis.incidents.published import repeat_shares
from gridplan.analysis.incidents.rates import SHANGHAI, grouped
from gridplan.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY_S = 86_400
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
        On the index of ``incidents``. Of several reported in the same second the westernmost is the earlier one, then the
        southernmost, then the first by id.

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
    places = crs.to_lonlat(incidents[[incidents.geometry.name]]).geometry.to_numpy()
    lonlat = np.column_stack([shapely.get_x(places), shapely.get_y(places)])  # not a number where missing or empty
    moments = pd.to_datetime(incidents["reported_at"], format="ISO8601", utc=True).astype("datetime64[s, UTC]").astype("int64")
    kinds = pd.factorize(incidents["kind"], sort=True)[0].astype(np.int64)
    order = np.argsort(incidents["id"].astype("str").to_numpy(dtype=object), kind="stable")
    found = np.zeros(len(incidents), bool)
    found[order] = repeated_cases(lonlat[order], moments.to_numpy()[order], kinds[order], within_m=within_m, days=days)
    return pd.Series(found, index=incidents.index, name="repeat")


def repeat_rates(
    incidents: gpd.GeoDataFrame,
    by: Sequence[By] = ("grid",),
    *,
    within_m: float = 30.0,
    days: float = 30.0,
    period: Period = "month",
    time_zone: str = SHANGHAI,
    communities: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Repeats (:func:`repeats`) beside the incidents reported and those with a place, by grid, community, kind and period.

    Parameters are those of :func:`repeats` and of :func:`gridplan.analysis.incident_rates`.

    Returns
    -------
    DataFrame
        What it is counted by, sorted, then ``reported``, ``placed`` (of these, with a place), ``repeats`` (of these) and
        ``repeat_share`` = repeats / placed, empty where none has a place.

    Raises
    ------
    InputError
        GP105, GP106, GP186 as :func:`repeats`; GP185 ``by`` names something else, or twice.
    """
    again = repeats(incidents, within_m=within_m, days=days).to_numpy(bool)
    table, cell = grouped(incidents, by, period=period, time_zone=time_zone, communities=communities)
    points = incidents.geometry
    placed = (points.notna() & ~points.is_empty).to_numpy(bool)
    counts = {
        name: np.bincount(cell[rows], minlength=len(table))
        for name, rows in (("reported", np.ones(len(cell), bool)), ("placed", placed), ("repeats", again))
    }
    return table.assign(**counts, repeat_share=repeat_shares(counts))


def repeated_cases(lonlat: Floats, seconds: Ints, kinds: Ints, *, within_m: float, days: float) -> NDArray[np.bool_]:
    """The same of arrays: degrees, not a number where there is no place; seconds of reporting; numbers of kinds.

    Of several of one kind, second and place the first row is the earlier one.

    Raises
    ------
    InputError
        GP106 no metres for these degrees; GP186 ``within_m`` or ``days`` is not above 0.
    """
    if not within_m > 0 or not days > 0:
        raise InputError("GP186", within_m=within_m, days=days)
    found = np.zeros(len(lonlat), bool)
    placed = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
    if len(placed):
        placed = placed[np.lexsort((lonlat[placed, 1], lonlat[placed, 0], seconds[placed]))]
        span = round(days * _DAY_S)
        found[placed] = _repeated(_metres(lonlat[placed]), seconds[placed], kinds[placed], within_m, span)
    return found


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


def _metres(lonlat: Floats) -> Floats:
    """The places in metres, in the zone of their middle."""
    middle = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.median(lonlat, axis=0)[:, None]), crs=crs.LONLAT)
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*lonlat.T), crs=crs.LONLAT)
    return np.asarray(shapely.get_coordinates(crs.to_crs(places, crs.local_crs(middle)).geometry.to_numpy()))
