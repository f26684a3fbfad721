"""Incidents counted by square, period and grid, so that a map of a million holds a row a square and none an incident."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pyproj import CRS

from gridplan import crs
from gridplan.analysis.incidents.measures import PLAUSIBLE, Period
from gridplan.analysis.incidents.periods import SHANGHAI, Span, period_rows, periods
from gridplan.errors import InputError
from gridplan.store.database import Database
from gridplan.store.dialects import Box

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: The register that is counted.
_REGISTER = "incidents"
#: Rows that are read at once, where they are.
_CHUNK = 50_000
#: Column and row of what lies beyond the box; metres of a UTM zone are above 0.
_BEYOND = -1

#: Column and row of what has no place.
_NOWHERE = -2

#: Column and row of the lattice, period, grid, and how many: a list of each.
Bins = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[str | None], Sequence[int]]


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

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._table = database.dialect.tables.registers[_REGISTER]

    def binned(self, lattice: Lattice, *, time_zone: str = SHANGHAI) -> Binned:
        """All incidents by square, by period and by the grid that they name.

        Periods are months; quarters, or years, where there would be more than a slider holds.

        Notes
        -----
        PostGIS counts by itself; the rows of a GeoPackage are read 50,000 at a time and counted as they come.
        """
        with self._database.reading() as connection:
            revision = self._revision(connection)
            told = self._dialect.by_code_point(self._table.c.reported_at)
            known = sa.and_(told >= PLAUSIBLE[0], told < PLAUSIBLE[1])
            first, last = connection.execute(sa.select(sa.func.min(told), sa.func.max(told)).where(known)).one()
            every, spans = _spans(first, last, time_zone) if first else ("month", ())
            spots = self._dialect.spots(self._table)
            if spots is None:
                bins = _counted(self._rows(connection), lattice, spans)
            else:
                bins = self._by_database(connection, spots, lattice, spans)
        return Binned(_framed(bins, lattice, spans), every, spans, (str(first or ""), str(last or "")), revision)

    def _revision(self, connection: sa.Connection) -> int:
        kept = self._dialect.tables.records["registers"]
        return int(connection.scalar(sa.select(kept.c.revision).where(kept.c.name == _REGISTER)) or 0)

    def _rows(self, connection: sa.Connection) -> Iterator[list[tuple[bytes | None, str, str | None]]]:
        """The rows as the driver gives them, which takes half the time that they take otherwise."""
        query = sa.select(self._table.c.geom, self._table.c.reported_at, self._table.c.grid)
        cursor = connection.connection.cursor()
        cursor.execute(str(query.compile(dialect=self._database.engine.dialect)))
        while rows := cursor.fetchmany(_CHUNK):
            yield [(None if blob is None else bytes(blob), told, grid) for blob, told, grid in rows]

    def _by_database(
        self, connection: sa.Connection, spots: tuple[sa.ColumnElement[float], ...], lattice: Lattice, spans: Sequence[Span]
    ) -> Bins:
        lon, lat = spots
        west, south, east, north = lattice.box
        from_lon, from_lat, terms = crs.cubic(lattice.box, CRS(lattice.metre_crs))
        inside = sa.and_(lon >= west, lon <= east, lat >= south, lat <= north)
        sides = (_polynomial(lon - from_lon, lat - from_lat, [(i, j, pair[axis]) for i, j, *pair in terms]) for axis in (0, 1))
        column, row = (
            sa.case(
                (lon.is_(None), _NOWHERE), (inside, sa.cast(sa.func.floor(side / lattice.cell_m), sa.Integer())), else_=_BEYOND
            )
            for side in sides
        )
        period = _period(self._dialect.by_code_point(self._table.c.reported_at), spans)
        labels = [column.label("c"), row.label("r"), period.label("p"), self._table.c.grid.label("g")]
        picked = sa.select(*labels).subquery()
        keys = [picked.c.c, picked.c.r, picked.c.p, picked.c.g]
        query = sa.select(*keys, sa.func.count()).group_by(*keys)
        counted = connection.execute(query).all()
        return tuple(zip(*counted, strict=True)) if counted else ([], [], [], [], [])  # type: ignore[return-value]  # five of them


def _spans(first: str, last: str, time_zone: str) -> tuple[Period, tuple[Span, ...]]:
    """The shortest periods of which there are not too many."""
    lengths: tuple[Period, ...] = ("month", "quarter", "year")
    for every in lengths:
        with suppress(InputError):  # GP181: so many nobody looks through
            return every, periods(first, last, every=every, time_zone=time_zone)
    raise AssertionError("plausible years are fewer than periods may be")


def _period(told: sa.ColumnElement[str], spans: Sequence[Span]) -> sa.ColumnElement[int]:
    """The row of the period that a time lies in, found by halves; -1 where it lies in none."""

    def among(low: int, high: int) -> sa.ColumnElement[int]:
        if high - low <= 1:
            return sa.literal_column(str(low), sa.Integer())
        middle = (low + high) // 2
        return sa.case((told < spans[middle].start, among(low, middle)), else_=among(middle, high))

    none = sa.literal_column("-1", sa.Integer())
    if not spans:
        return none
    return sa.case((sa.or_(told < spans[0].start, told >= spans[-1].end), none), else_=among(0, len(spans)))


def _polynomial(
    u: sa.ColumnElement[float], v: sa.ColumnElement[float], terms: Sequence[tuple[int, int, float]]
) -> sa.ColumnElement[float]:
    """The sum of a * u^i * v^j, by Horner's scheme in both."""
    factors = {(i, j): a for i, j, a in terms}
    value: sa.ColumnElement[float] = sa.literal_column("0.0", sa.Double())
    for i in range(3, -1, -1):
        inner: sa.ColumnElement[float] = sa.literal_column("0.0", sa.Double())
        for j in range(3 - i, -1, -1):
            inner = inner * v + sa.literal_column(f"({factors[i, j]!r})::float8", sa.Double())
        value = value * u + inner
    return value


def _counted(chunks: Iterator[list[tuple[bytes | None, str, str | None]]], lattice: Lattice, spans: tuple[Span, ...]) -> Bins:
    import geopandas as gpd  # serving starts without them
    import numpy as np
    import pandas as pd
    import shapely

    from gridplan.store.geopackage import from_blobs

    local, (west, south, east, north) = CRS(lattice.metre_crs), lattice.box
    known: dict[str | None, int] = {}
    keys, counts = [np.zeros((0, 4), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for rows in chunks:
        blobs, told, grids = zip(*rows, strict=True)
        shapes = from_blobs(blobs)
        lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
        placed, points, _ = crs.points_in_metres(gpd.GeoDataFrame(geometry=shapes, crs=crs.LONLAT), local)
        spots = np.full((len(rows), 2), _NOWHERE, dtype=np.int64)
        spots[placed] = np.floor(points / lattice.cell_m)
        spots[placed & ~((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))] = _BEYOND
        codes = np.array([known.setdefault(grid, len(known)) for grid in grids], dtype=np.int64)
        found, number = _tallied(np.column_stack([spots, period_rows(pd.Series(told, dtype=object), spans), codes]), None)
        keys.append(found)
        counts.append(number)
    found, number = _tallied(np.concatenate(keys), np.concatenate(counts))
    names = list(known)
    return (*found[:, :3].T.tolist(), [names[each] for each in found[:, 3].tolist()], number.tolist())


def _tallied(rows: "Ints", weights: "Ints | None") -> tuple["Ints", "Ints"]:
    """The rows that differ, in order, and how many there are of each, or the sum of their weights."""
    import numpy as np

    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    low = rows.min(axis=0)
    spread = rows.max(axis=0) - low + 1
    key = np.ravel_multi_index(tuple((rows - low).T), tuple(spread.tolist()))
    found, which = np.unique(key, return_inverse=True)
    number = np.bincount(which, weights=weights).astype(np.int64)
    return np.column_stack(np.unravel_index(found, tuple(spread.tolist()))) + low, number


def _framed(bins: Bins, lattice: Lattice, spans: Sequence[Span]) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # serving starts without them
    import numpy as np
    import pandas as pd
    import shapely

    column, row, period, grids, counts = bins
    spots = np.column_stack([np.asarray(side, dtype=np.float64) for side in (column, row)])
    middles = shapely.points((spots + 0.5) * lattice.cell_m)
    lonlat = crs.to_lonlat(gpd.GeoDataFrame(geometry=middles, crs=lattice.metre_crs)).geometry.to_numpy()
    west, south = lattice.box[:2]
    lonlat[spots[:, 0] == _BEYOND] = shapely.Point(max(west - 1, -180), max(south - 1, -90))
    lonlat[spots[:, 0] == _NOWHERE] = None
    starts = np.array([*(f"{each.start}Z" for each in spans), None], dtype=object)  # -1: none of them
    table = {
        "reported_at": pd.Series(starts[np.asarray(period, dtype=np.int64)], dtype="str"),
        "grid": pd.Series(grids, dtype="str"),
        "weight": np.asarray(counts, dtype=np.int64),
    }
    made = gpd.GeoDataFrame(pd.DataFrame(table), geometry=lonlat, crs=crs.LONLAT).assign(column=spots[:, 0], row=spots[:, 1])
    ordered = made.sort_values(["column", "row", "reported_at", "grid"], ignore_index=True)
    return ordered[["reported_at", "grid", "weight", "geometry"]]
