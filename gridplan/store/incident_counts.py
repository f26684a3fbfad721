"""Incidents counted in the database: the same numbers as ``gridplan.analysis.incident_rates`` has, without reading a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from gridplan.analysis.incidents.measures import (
    COUNTS,
    PLAUSIBLE,
    YEARS,
    By,
    Calendar,
    Ints,
    Period,
    calendar,
    completed,
    divided,
    in_order,
    instant,
    period_name,
    threshold,
)
from gridplan.store.database import Database
from gridplan.store.dialects.counting import COUNTED, Key, Shape, month_number
from gridplan.store.incident_places import IncidentPlaces

#: Where the days of statistics begin, if nobody says.
SHANGHAI = "Asia/Shanghai"
#: Tables kept in memory.
_KEPT = 64


@dataclass(frozen=True)
class CountQuery:
    """What is asked for.

    Attributes
    ----------
    now : with its time zone; what is open beyond its limit then is overdue.
    by : of ``grid``, ``community``, ``kind``, ``period``, in that order.
    period, time_zone : which periods, and where their days begin.
    start, end : first and last day of reporting, in that zone.
    community : only incidents in its grids.
    plan : id of a plan by whose grids incidents are counted, where they lie; None: by the grid in force when they were reported.
    """

    now: datetime
    by: tuple[By, ...] = ("grid",)
    period: Period = "month"
    time_zone: str = SHANGHAI
    start: date | None = None
    end: date | None = None
    community: str | None = None
    plan: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", in_order(self.by))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    def bounds(self) -> dict[str, str]:
        """``since`` and ``until`` (not included), as times compare."""
        found = {}
        if self.start is not None:
            found["since"] = threshold(self.start, self.zone)
        if self.end is not None:
            found["until"] = threshold(self.end + timedelta(days=1), self.zone)
        return found

    @property
    def keys(self) -> tuple[Key, ...]:
        """What the database counts by: communities are made of grids."""
        asked: dict[Key, bool] = {
            "grid": "grid" in self.by or "community" in self.by,
            "kind": "kind" in self.by,
            "period": "period" in self.by,
        }
        return tuple(key for key, wanted in asked.items() if wanted)


@dataclass(frozen=True)
class CountTable:
    """A table of counts and rates at a revision of the register.

    Attributes
    ----------
    keys : a column of texts for each of the query's ``by``; rows are sorted by them.
    counts, rates : columns as ``gridplan.analysis.incidents.measures`` defines them; a rate is not a number where
        its denominator is 0.
    total : the counts of all rows together, rates included.
    elsewhere : of a count by the grids of a plan: incidents that lie in none, or have no place, which count as in no grid.
    """

    revision: int
    keys: Mapping[str, list[str]]
    counts: Mapping[str, Ints]
    rates: Mapping[str, np.ndarray]
    total: Mapping[str, float]
    elsewhere: int = 0

    def __len__(self) -> int:
        return len(self.counts["reported"])


class IncidentCounts:
    """Counts of the incidents of a database, kept in memory for as long as no incident changes; shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._places = IncidentPlaces(database)
        self._kept: dict[tuple[object, ...], CountTable] = {}
        self._lock = Lock()
        self._months: bool | None = None

    def table(self, query: CountQuery) -> CountTable:
        """The table that is asked for.

        Raises
        ------
        StoreError
            GP401 no such plan.

        Notes
        -----
        Of 1,000,000 incidents by grid, by kind, by month, or by grid with one of these, about 1 s on either store (see
        ``benchmarks.incident_tables``); by days or weeks, or months of another time zone, some 3 s in a GeoPackage. By the grids
        of a plan some seconds for the first table, then about 0.1 s each until an incident changes.
        """
        with self._database.reading() as connection:
            at = self._revisions(connection, query)
            key = (at, query)
            if key not in self._kept:
                found = self._counted(connection, query, at) if query.plan is None else self._recounted(connection, query, at)
                with self._lock:
                    while len(self._kept) >= _KEPT:
                        self._kept.pop(next(iter(self._kept)))
                    self._kept[key] = found
            return self._kept[key]

    def version(self, query: CountQuery) -> tuple[int, int]:
        """The revisions that the table depends on: as long as they are the same, it is.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        with self._database.reading() as connection:
            return self._revisions(connection, query)

    def _revisions(self, connection: sa.Connection, query: CountQuery) -> tuple[int, int]:
        """Of the register, and of the plans whose grids say what is in a community."""
        plans = self._dialect.tables.plans
        if query.plan is not None:
            return self._register(connection), self._places.plan_revision(connection, query.plan)
        told = connection.scalar(sa.select(sa.func.sum(plans.c.revision))) if "community" in query.by or query.community else 0
        return self._register(connection), int(told or 0)

    def _register(self, connection: sa.Connection) -> int:
        kept = self._dialect.tables.records["registers"]
        return int(connection.scalar(sa.select(kept.c.revision).where(kept.c.name == "incidents")) or 0)

    def _counted(self, connection: sa.Connection, query: CountQuery, at: tuple[int, int]) -> CountTable:
        monthly = self._monthly(connection, query)
        bounds = query.bounds()
        periods = Calendar([], [""]) if monthly or "period" not in query.by else self._calendar(connection, query)
        shape = Shape(query.keys, monthly, "since" in bounds, "until" in bounds, query.community is not None)
        values = {**bounds, "starts": self._dialect.bound_texts(periods.starts)}
        if query.community is not None:
            values["community"] = query.community
        indexed = self._indexed(connection)

        def run(asked: Shape) -> list[sa.Row[Any]]:
            text = self._dialect.counts(asked, indexed=indexed)
            return list(connection.execute(sa.text(text), {**values, "now": instant(query.now)}))

        fewer = _without_sorting(shape, indexed=indexed)
        names = self._names(connection, query, None if monthly else periods)
        rows, late = run(fewer), run(replace(shape, overdue=True))
        told = [names(_kept_keys(row, fewer.keys, shape.keys)) for row in rows]
        told_late = [names(tuple(row[:-1])) for row in late]
        order = {key: place for place, key in enumerate(sorted({*told, *told_late}))}
        counts = _added(order, told, COUNTED, [row[len(fewer.keys) :] for row in rows])
        counts |= _added(order, told_late, ("overdue",), [row[-1:] for row in late])
        keys: dict[str, list[str]] = {name: [key[place] for key in order] for place, name in enumerate(query.by)}
        return _told(at[0], keys, completed(counts))

    def _recounted(self, connection: sa.Connection, query: CountQuery, at: tuple[int, int]) -> CountTable:
        keys, counts, elsewhere = self._places.counted(connection, query, at)
        return _told(at[0], keys, counts, elsewhere)

    def _indexed(self, connection: sa.Connection) -> bool:
        """Whether the indexes are there that the statements name; a file of an earlier revision, open for reading, lacks them."""
        if self._months is None:
            self._months = self._dialect.counts_by_month(connection)
        return self._months

    def _monthly(self, connection: sa.Connection, query: CountQuery) -> bool:
        whole = query.start is None and query.end is None
        asked = "period" in query.by and query.period in ("month", "quarter", "year") and query.time_zone == SHANGHAI
        return asked and whole and self._database.path is not None and self._indexed(connection)

    def _calendar(self, connection: sa.Connection, query: CountQuery) -> Calendar:
        """The periods of all incidents."""
        incidents = self._dialect.tables.registers["incidents"]
        moment = self._dialect.by_code_point(incidents.c.reported_at)
        known = sa.and_(moment >= PLAUSIBLE[0], moment < PLAUSIBLE[1])
        first, last = connection.execute(sa.select(sa.func.min(moment), sa.func.max(moment)).where(known)).one()
        return calendar(first, last, query.period, query.zone)

    def _names(
        self, connection: sa.Connection, query: CountQuery, periods: Calendar | None
    ) -> Callable[[tuple[Any, ...]], tuple[str, ...]]:
        """What turns the keys of a row of the database into those of the table; without ``periods`` these are months."""
        community = self._communities(connection) if "community" in query.by else {}
        months: dict[int | None, str] = {}

        def month(number: int | None) -> str:
            if number not in months:
                day = None if number is None else _begin(number, query.period)
                months[number] = period_name(day, query.period) if day is not None and YEARS[0] <= day <= YEARS[1] else ""
            return months[number]

        def named(keys: tuple[Any, ...]) -> tuple[str, ...]:
            of = dict(zip(query.keys, keys, strict=True))
            told = {"grid": str(of.get("grid") or ""), "kind": str(of.get("kind"))}
            if "period" in of:
                told["period"] = month(of["period"]) if periods is None else periods.names[of["period"]]
            told["community"] = community.get(told["grid"], "")
            return tuple(told[name] for name in query.by)

        return named

    def _communities(self, connection: sa.Connection) -> dict[str, str]:
        """The community of each grid, by the plan saved last that has the grid."""
        grids, plans = self._dialect.tables.plan["grids"], self._dialect.tables.plans
        query = sa.select(grids.c.code, grids.c.community).join(plans, plans.c.id == grids.c.plan).order_by(plans.c.fid)
        return {code: community for code, community in connection.execute(query)}  # noqa: C416 - of rows


def _added(
    order: Mapping[tuple[str, ...], int], keys: Sequence[tuple[str, ...]], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[str, Ints]:
    """The counts of each key, in its place, added up where several rows have it."""
    places = np.array([order[key] for key in keys], np.intp)
    values = np.array([tuple(row) for row in rows], np.int64).reshape(len(rows), len(names))
    found = np.zeros((len(order), len(names)), np.int64)
    np.add.at(found, places, values)
    return {name: found[:, place].copy() for place, name in enumerate(names)}


def _told(revision: int, keys: Mapping[str, list[str]], counts: Mapping[str, Ints], elsewhere: int = 0) -> CountTable:
    summed = {name: np.array([values.sum()]) for name, values in counts.items()}
    rates = {name: float(values[0]) for name, values in divided(summed).items()}
    total = {name: int(summed[name][0]) for name in COUNTS} | rates
    return CountTable(revision, keys, counts, divided(counts), total, elsewhere)


def _without_sorting(shape: Shape, *, indexed: bool) -> Shape:
    """What to count by so that a GeoPackage need not sort: by more than asked, in the order of an index, to be added up."""
    if not indexed:
        return shape
    more: tuple[Key, ...] = shape.keys
    if shape.keys == ("period",) and shape.monthly:
        more = ("kind", "period")
    elif shape.keys == ("kind",) and (shape.since or shape.until or shape.community):
        more = ("grid", "kind")
    return replace(shape, keys=more)


def _kept_keys(row: sa.Row[Any], keys: tuple[Key, ...], asked: tuple[Key, ...]) -> tuple[Any, ...]:
    return tuple(row[place] for place, key in enumerate(keys) if key in asked)


def _begin(number: int, period: Period) -> date | None:
    """The first day of the year, quarter or month that a month lies in; None where there is no such day."""
    year, month = divmod(number - month_number(0, 1), 12)
    if not YEARS[0].year <= year <= YEARS[1].year:
        return None
    return date(year, {"year": 1, "quarter": month // 3 * 3 + 1}.get(period, month + 1), 1)
