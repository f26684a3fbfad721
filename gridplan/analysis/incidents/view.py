"""What a map of incidents shows: the zones with their counts and rates, heat, hot spots, clusters, and changes by period."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan import crs
from gridplan.analysis.incidents.changes import compare_periods
from gridplan.analysis.incidents.clusters import Clusters, clusters
from gridplan.analysis.incidents.contiguity import rows_at
from gridplan.analysis.incidents.disclosure import Disclosure, Piece, joined_table, joined_zones, outer, piece_rows, pieces
from gridplan.analysis.incidents.heat import Heat, fitting_size, heat, weights_of
from gridplan.analysis.incidents.hotspots import Measure, hot_spots
from gridplan.analysis.incidents.measures import PERIODS, Period
from gridplan.analysis.incidents.periods import SHANGHAI, Span, period_rows, periods_of
from gridplan.analysis.incidents.smoothing import raw_rates, smoothed_rates
from gridplan.errors import InputError
from gridplan.plan.model import Plan

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ViewOptions:
    """How incidents are counted and shown; each as in the function that it goes to.

    Attributes
    ----------
    by : ``place``: each incident counts in the zone it lies in, so that it can be counted on any plan; ``grid``: in the grid that
        was in force when it was reported, as far as the plan has that grid, else by place.
    public : nothing is told that :class:`gridplan.analysis.incidents.disclosure.Disclosure` forbids; periods are months at least.

    Raises
    ------
    InputError
        GP184 an option is none of those known.
    """

    by: Literal["place", "grid"] = "place"
    every: Period = "month"
    time_zone: str = SHANGHAI
    cell_m: float | None = None
    bandwidth_m: float | None = None
    within_m: float = 150.0
    least: int = 10
    measure: Measure = "rate"
    alpha: float = 0.05
    permutations: int = 9999
    seed: int = 7
    public: bool = False
    disclosure: Disclosure = field(default_factory=Disclosure)

    def __post_init__(self) -> None:
        told = {
            "by": (self.by, ("place", "grid")),
            # With weeks or days to slide, rounding hides nothing.
            "every": (self.every, ("year", "quarter", "month") if self.public else PERIODS),
            "measure": (self.measure, get_args(Measure)),
        }
        for option, (value, known) in told.items():
            if value not in known:
                raise InputError("GP184", option=option, value=str(value)[:80], wanted=" / ".join(known))
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            wanted = "a name such as Asia/Shanghai"
            raise InputError("GP184", option="time_zone", value=str(self.time_zone)[:80], wanted=wanted) from error


@dataclass(frozen=True)
class IncidentView:
    """What is shown.

    Attributes
    ----------
    options : how it was made.
    spans : the periods, in order.
    days : how many days of each period the incidents cover, the first and the last being cut where they begin and end; for the
        public all of each, as the first and the last incident are nobody's business.
    zones : ``code``, ``name``, ``kind``, ``community``, ``households``, ``area_m2``, ``grids`` (how many it stands for) and
        polygons in EPSG:4326: the grids, or what the public is told of them.
    counts : incidents by zone, (1 + periods, zones), the first row the whole time.
    rate, smooth : the same per 1,000 households, as they are and smoothed; NaN where nobody lives. The public's are made from
        rounded counts.
    hot : :func:`hot_spots` of the whole time, always of exact counts; for the public ``code`` and ``spot`` alone.
    changes : for each period but the first :func:`compare_periods` with the one before it; none for the public, as a test of
        rounded counts finds changes that are not there.
    heat : squares of what has a place and lies in a zone; None where the public is told.
    clusters : of what lies in a zone; None where the public is told.
    pieces : ``zone`` (row), ``households``, ``area_ha`` and polygons, for the public; else None.
    piece_counts : incidents by piece, (1 + periods, pieces).
    totals : ``all``, ``shown`` (in a zone), ``outside`` (placed, in no zone), ``without_place``; with ``no_time`` of ``shown``.
    """

    options: ViewOptions
    spans: tuple[Span, ...]
    days: tuple[float, ...]
    zones: gpd.GeoDataFrame
    counts: Ints
    rate: Floats
    smooth: Floats
    hot: pd.DataFrame
    changes: tuple[pd.DataFrame, ...]
    heat: Heat | None
    clusters: Clusters | None
    pieces: gpd.GeoDataFrame | None
    piece_counts: Ints
    totals: dict[str, int]


def incident_view(
    plan: Plan, incidents: gpd.GeoDataFrame, *, options: ViewOptions | None = None, covered: tuple[str, str] | None = None
) -> IncidentView:
    """Incidents counted on a plan, in all and by period: rates, hot spots, changes, heat and clusters, or what is public of them.

    Parameters
    ----------
    plan : its grids are the zones.
    incidents : ``reported_at``, ``grid`` where ``options.by`` asks for it, points or none; any CRS. ``weight`` says how many a
        row stands for, where there is such a column.

    covered : the first and the last time that something was reported, where ``reported_at`` says no more than the period.

    Raises
    ------
    InputError
        GP102 there is no ``reported_at``; GP105, GP106 the CRS of the incidents; GP181, GP182, GP184 what the options cannot be;
        GP191 fewer households in all than the public may be told of.

    Notes
    -----
    Every incident is counted once in ``totals``. For a million at different places 7 s, most of it for clusters.
    """
    asked = options or ViewOptions()
    if "reported_at" not in incidents:
        present = ", ".join(str(name) for name in incidents.columns)
        raise InputError("GP102", table="incidents", column="reported_at", present=present)
    lonlat = incidents if crs.checked(incidents, "incidents") == crs.LONLAT else crs.to_lonlat(incidents)
    weight = weights_of(incidents)
    times = pd.Series(covered, dtype="str") if covered is not None else incidents["reported_at"]
    spans = periods_of(times, every=asked.every, time_zone=asked.time_zone)
    layer = period_rows(incidents["reported_at"], spans)
    if asked.public:
        _check_told(plan.grids, asked.disclosure)
    row = _zone_rows(plan.grids, lonlat, asked)
    zones, zone = _zones(plan, row, asked)
    metres = CRS(plan.fact("crs"))
    drawn = lonlat[(zone >= 0) & _near(plan.grids, lonlat)]
    exact = told = _by_zone(zone, layer, weight, len(zones), len(spans))
    pieces_made, piece_counts = None, np.zeros((1 + len(spans), 0), dtype=np.int64)
    if asked.public:
        pieces_made, piece_counts = _pieces(plan, zones, lonlat, zone, layer, weight, asked, len(spans), metres)
        told, piece_counts = asked.disclosure.rounded(told), asked.disclosure.rounded(piece_counts)
    households = zones["households"].to_numpy(dtype=np.float64)
    rate = np.array([raw_rates(row_of, households) for row_of in told])
    smooth = np.array([smoothed_rates(row_of, households) for row_of in told])
    days = tuple(span.days for span in spans) if asked.public else _days(spans, times)
    return IncidentView(
        options=asked,
        spans=spans,
        days=days,
        zones=zones,
        counts=told,
        rate=rate,
        smooth=smooth,
        hot=_hot(zones, exact[0], asked),
        changes=()
        if asked.public
        else tuple(
            compare_periods(zones["code"], told[i], told[i + 1], days_before=days[i - 1], days_after=days[i], alpha=asked.alpha)
            for i in range(1, len(spans))
        ),
        heat=None if asked.public else _heat(drawn, spans, asked, metres),
        clusters=None
        if asked.public
        else clusters(drawn, within_m=asked.within_m, least=asked.least, metre_crs=crs.name(metres)),
        pieces=pieces_made,
        piece_counts=piece_counts,
        totals=_totals(lonlat, zone, layer, weight, asked),
    )


def _check_told(grids: gpd.GeoDataFrame, rule: Disclosure) -> None:
    households = int(grids["households"].sum())
    if households < rule.least_households:
        raise InputError("GP191", households=households, least=rule.least_households)


def _near(grids: gpd.GeoDataFrame, incidents: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Which incidents lie in the box of the grids: one that names a grid may lie, by some mistake, in another country."""
    west, south, east, north = grids.total_bounds
    x, y = shapely.get_x(incidents.geometry.to_numpy()), shapely.get_y(incidents.geometry.to_numpy())
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _zone_rows(grids: gpd.GeoDataFrame, incidents: gpd.GeoDataFrame, asked: ViewOptions) -> Ints:
    """The row of the grid of each incident, -1 in none. One without a place counts in the grid that it names."""
    named = np.full(len(incidents), -1, dtype=np.int64)
    if "grid" in incidents:
        named = pd.Index(grids["code"]).get_indexer(incidents["grid"])
    points = incidents.geometry.to_numpy()
    if asked.by == "grid":
        wanted = np.flatnonzero(named < 0)
        named[wanted] = rows_at(grids.geometry, points[wanted])
        return named
    placed = ~(shapely.is_missing(points) | shapely.is_empty(points))
    return np.where(placed, rows_at(grids.geometry, points), named)


def _zones(plan: Plan, row: Ints, asked: ViewOptions) -> tuple[gpd.GeoDataFrame, Ints]:
    """The zones that are shown, and the zone of each incident whose grid is known."""
    grids = plan.grids
    groups: Sequence[Sequence[int]] = (
        joined_zones(grids, asked.disclosure) if asked.public else [[each] for each in range(len(grids))]
    )
    of = np.full(len(grids) + 1, -1, dtype=np.int64)
    for number, rows in enumerate(groups):
        of[list(rows)] = number
    return joined_table(grids, groups), of[row]


def _by_zone(zone: Ints, layer: Ints, weight: Ints, zones: int, spans: int) -> Ints:
    counts = np.zeros((1 + spans, zones), dtype=np.int64)
    known, timed = zone >= 0, (zone >= 0) & (layer >= 0)
    np.add.at(counts[0], zone[known], weight[known])
    np.add.at(counts, (layer[timed] + 1, zone[timed]), weight[timed])
    return counts


def _hot(zones: gpd.GeoDataFrame, counts: Ints, asked: ViewOptions) -> pd.DataFrame:
    found = hot_spots(zones, counts, measure=asked.measure, alpha=asked.alpha, permutations=asked.permutations, seed=asked.seed)
    return found[["code", "spot"]] if asked.public else found


def _heat(shown: gpd.GeoDataFrame, spans: tuple[Span, ...], asked: ViewOptions, metres: CRS) -> Heat:
    return heat(shown, cell_m=asked.cell_m, bandwidth_m=asked.bandwidth_m, spans=spans, metre_crs=crs.name(metres))


def _days(spans: tuple[Span, ...], times: pd.Series) -> tuple[float, ...]:
    """Days that the incidents cover of each period; a whole one where first and last fall together."""
    if not spans:
        return ()
    first, last = str(times.dropna().min()), str(times.dropna().max())
    made = []
    for span in spans:
        start, end = max(span.start, first), min(span.end, last)
        made.append(Span("", start, end).days if end > start else span.days)
    return tuple(made)


def _totals(incidents: gpd.GeoDataFrame, zone: Ints, layer: Ints, weight: Ints, asked: ViewOptions) -> dict[str, int]:
    points = incidents.geometry.to_numpy()
    placed = ~(shapely.is_missing(points) | shapely.is_empty(points))
    counted = {
        "all": weight.sum(),
        "shown": weight[zone >= 0].sum(),
        "outside": weight[(zone < 0) & placed].sum(),
        "without_place": weight[(zone < 0) & ~placed].sum(),
        "no_time": weight[(zone >= 0) & (layer < 0)].sum(),
    }
    return {name: int(asked.disclosure.rounded(value) if asked.public else value) for name, value in counted.items()}


def _pieces(
    plan: Plan,
    zones: gpd.GeoDataFrame,
    incidents: gpd.GeoDataFrame,
    zone: Ints,
    layer: Ints,
    weight: Ints,
    asked: ViewOptions,
    spans: int,
    metres: CRS,
) -> tuple[gpd.GeoDataFrame, Ints]:
    """The pieces of the zones as polygons, and the incidents with a place in each, by period."""
    homes = plan.buildings[plan.buildings["households"] > 0]
    x, y = _middles(homes, metres)
    cell = asked.cell_m or fitting_size(x, y) if len(x) else 100.0
    home_zone = rows_at(zones.geometry, shapely.point_on_surface(homes.geometry.to_numpy()))
    columns, rows = np.floor(x / cell).astype(np.int64), np.floor(y / cell).astype(np.int64)
    people = homes["households"].to_numpy(dtype=np.int64)
    found: list[Piece] = []
    for number in range(len(zones)):
        inside = home_zone == number
        if inside.any() and people[inside].sum() >= asked.disclosure.least_households:
            found += pieces(number, columns[inside], rows[inside], people[inside], asked.disclosure)
        else:
            found.append(Piece(number, 0, 0, 1, 1, int(zones["households"].iloc[number])))
    placed = ~(incidents.geometry.isna() | incidents.geometry.is_empty).to_numpy() & (zone >= 0)
    _, points, _ = crs.points_in_metres(incidents[placed], metres)
    at = np.floor(points / cell).astype(np.int64)
    row = piece_rows(found, zone[placed], at[:, 0], at[:, 1])
    return _piece_table(found, zones, cell, metres), _by_zone(row, layer[placed], weight[placed], len(found), spans)


def _middles(table: gpd.GeoDataFrame, metres: CRS) -> tuple[Floats, Floats]:
    points = shapely.point_on_surface(crs.to_crs(table, metres).geometry.to_numpy())
    return shapely.get_x(points), shapely.get_y(points)


def _piece_table(found: list[Piece], zones: gpd.GeoDataFrame, cell: float, metres: CRS) -> gpd.GeoDataFrame:
    land = crs.to_crs(zones, metres).geometry.to_numpy()
    of = np.array([piece.zone for piece in found], dtype=np.int64)
    bounds = shapely.bounds(land)[of] if len(found) else np.zeros((0, 4))
    boxes = np.array(outer(found)).reshape(-1, 4) * cell if found else np.zeros((0, 4))
    sides = np.where(np.isfinite(boxes), boxes, bounds + np.array([-1.0, -1.0, 1.0, 1.0]))
    shapes = shapely.intersection(land[of], shapely.box(*sides.T)) if len(found) else np.array([], dtype=object)
    table = pd.DataFrame({"zone": of, "households": [piece.households for piece in found], "area_ha": shapely.area(shapes) / 1e4})
    return crs.to_lonlat(gpd.GeoDataFrame(table, geometry=shapes, crs=metres))
