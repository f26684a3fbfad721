"""Incidents counted by square, period and grid, so that a map of a million holds a row a square and none an incident."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gridplan import crs
from gridplan.analysis.incidents.measures import PLAUSIBLE, Ints, Period
from gridplan.analysis.incidents.periods import SHANGHAI, Span, periods
from gridplan.errors import InputError
from gridplan.store.database import Database
from gridplan.store.dialects import Box
from gridplan.store.incident_columns import Cases, IncidentColumns

if TYPE_CHECKING:
    import geopandas as gpd

#: Column and row of what lies beyond the box; metres of a UTM zone are above 0.
_BEYOND = -1
#: Column and row of what has no place.
_NOWHERE = -2


@dataclass(frozen=True)
class Lattice:
    """Squares of ``cell_m`` metres in a metre CRS, within a ``box`` of longitudes and latitudes: half a degree wide at most."""

    box: Box
    metre_crs: str
    cell_m: float


@dataclass(frozen=True)
class Binned:
    """Incidents by square, period and grid.

    Attributes
    ----------
    table : ``reported_at`` (the beginning of the period; empty for a time that cannot be right), ``grid``, ``weight`` (how many)
        and the middle of the square in EPSG:4326; none where the place is not known. What lies beyond the box stands at one
        point outside of it.
    every, spans : how long periods are, and the periods.
    covered : the first and the last time that an incident was reported; empty texts where there is none.
    revision : of the register as it was counted.
    """

    table: "gpd.GeoDataFrame"
    every: Period
    spans: tuple[Span, ...]
    covered: tuple[str, str]
    revision: int


class IncidentBins:
    """The counts of a database's incidents."""

    def __init__(self, database: Database, columns: IncidentColumns) -> None:
        self._database = database
        self._columns = columns

    def publish_every(self, seconds: int) -> None:
        """See ``IncidentColumns.publish_every``."""
        self._columns.publish_every(seconds)

    def published_revision(self) -> int:
        """The revision of the register that viewers are told of."""
        with self._database.reading() as connection:
            return self._columns.published(connection)[0]

    def binned(self, lattice: Lattice, *, time_zone: str = SHANGHAI, published: bool = False) -> Binned:
        """All incidents by square, by period and by the grid that they name; ``published`` as :class:`CountQuery` has it.

        Periods are months; quarters, or years, where there would be more than a slider holds.

        Notes
        -----
        About a second for a million.
        """
        with self._database.reading() as connection:
            revision, cases = (self._columns.published if published else self._columns.read)(connection)
        known = cases.reported[(cases.reported >= np.datetime64(PLAUSIBLE[0])) & (cases.reported < np.datetime64(PLAUSIBLE[1]))]
        covered = (f"{known.min()}Z", f"{known.max()}Z") if len(known) else ("", "")
        every, spans = _spans(*covered, time_zone) if covered[0] else ("month", ())
        names, grid = _by_name(cases)
        found, number = _tallied(np.column_stack([_squares(cases, lattice), _periods(cases, spans), grid]))
        return Binned(_framed(found, number, names, lattice, spans), every, spans, covered, revision)


def _spans(first: str, last: str, time_zone: str) -> tuple[Period, tuple[Span, ...]]:
    """The shortest periods of which there are not too many."""
    lengths: tuple[Period, ...] = ("month", "quarter", "year")
    for every in lengths:
        with suppress(InputError):  # GP181: so many nobody looks through
            return every, periods(first, last, every=every, time_zone=time_zone)
    raise AssertionError("plausible years are fewer than periods may be")


def _squares(cases: Cases, lattice: Lattice) -> Ints:
    """Column and row of each incident."""
    west, south, east, north = lattice.box
    spots = np.full((len(cases), 2), _BEYOND, dtype=np.int64)
    spots[np.isnan(cases.x)] = _NOWHERE
    inside = np.flatnonzero((cases.x >= west) & (cases.x <= east) & (cases.y >= south) & (cases.y <= north))
    metres = crs.metres(cases.x[inside], cases.y[inside], CRS(lattice.metre_crs))
    spots[inside] = np.floor(metres / lattice.cell_m)
    return spots


def _periods(cases: Cases, spans: Sequence[Span]) -> Ints:
    """The row of the period that each was reported in, -1 for none."""
    starts = np.array([span.start for span in spans] + [span.end for span in spans[-1:]], "datetime64[s]")
    rows = np.searchsorted(starts, cases.reported, side="right") - 1
    rows[rows >= len(spans)] = -1
    return rows


def _tallied(rows: Ints) -> tuple[Ints, Ints]:
    """The rows that differ, in order, and how many there are of each."""
    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    low = rows.min(axis=0)
    spread = rows.max(axis=0) - low + 1
    key = np.ravel_multi_index(tuple((rows - low).T), tuple(spread.tolist()))
    found, number = np.unique(key, return_counts=True)
    return np.column_stack(np.unravel_index(found, tuple(spread.tolist()))) + low, number


def _by_name(cases: Cases) -> tuple[list[str], Ints]:
    """The grids in the order of their names, and for each incident the place of its grid among them; -1: none."""
    order = sorted(range(len(cases.grids)), key=cases.grids.__getitem__)
    place = np.full(len(order) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return [cases.grids[each] for each in order], place[cases.grid]


def _framed(
    found: Ints, counts: NDArray[np.int64], grids: Sequence[str], lattice: Lattice, spans: Sequence[Span]
) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # serving starts without them
    import pandas as pd
    import shapely

    # Rows are sorted by square, so that each stands together.
    first = np.flatnonzero(np.any(np.diff(found[:, :2], axis=0, prepend=_BEYOND - 5), axis=1))
    squares, times = found[first, :2], np.diff(first, append=len(found))
    middles = crs.lonlat((squares + 0.5) * lattice.cell_m, CRS(lattice.metre_crs))
    west, south = lattice.box[:2]
    middles[squares[:, 0] == _BEYOND] = max(west - 1, -180), max(south - 1, -90)
    places = shapely.points(middles)
    places[squares[:, 0] == _NOWHERE] = None
    starts = np.array([*(f"{each.start}Z" for each in spans), None], dtype=object)  # -1: none of them
    names = np.array([*grids, None], dtype=object)  # as above
    table = {
        "reported_at": pd.Series(starts[found[:, 2]], dtype="str"),
        "grid": pd.Series(names[found[:, 3]], dtype="str"),
        "weight": counts.astype(np.int64),
    }
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=np.repeat(places, times), crs=crs.LONLAT)
