"""Incidents of a store counted by grid, community, kind and period: the numbers that ``gridplan.analysis.incident_rates`` has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import (
    COUNTS,
    PLAUSIBLE,
    By,
    Ints,
    Period,
    calendar,
    counted,
    divided,
    in_order,
    threshold,
)
from gridplan.analysis.locating import located
from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.incident_columns import Cases, IncidentColumns
from gridplan.store.tables import GEOMETRY

#: Where the days of statistics begin, if nobody says.
SHANGHAI = "Asia/Shanghai"
#: Tables kept in memory, and plans whose grids are kept beside the incidents.
_KEPT, _PLANS = 64, 4
#: Cells that are counted in a table of their own size; more are sorted.
_DENSE = 4_000_000


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
    published : for viewers: incidents as they were when the hour began; see ``IncidentColumns.published``.
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
    published: bool = False

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


@dataclass(frozen=True)
class Cells:
    """The incidents that a query asks for, by the rows of its table.

    Attributes
    ----------
    chosen : their rows among ``cases``; ``cell`` is the row of the table that each counts in, ``count`` how many rows it has.
    keys, elsewhere : see :class:`CountTable`.
    """

    revision: int
    cases: Cases
    chosen: Ints
    cell: Ints
    count: int
    keys: Mapping[str, list[str]]
    elsewhere: int


@dataclass(frozen=True)
class _Zones:
    """Grids, the community of each, and for each incident the row of its grid; -1: in none."""

    grids: list[str]
    communities: list[str]
    row: Ints


class _Placed:
    """The grids of a plan, and the rows of those that the incidents of a part lie in; shared by threads."""

    def __init__(self, grids: list[str], communities: list[str], shapes: NDArray[np.object_]) -> None:
        self.grids = grids
        self.communities = communities
        self._shapes = shapes
        self._parts: dict[int, tuple[int, Ints]] = {}
        self._lock = Lock()

    def rows_of(self, cases: Cases) -> Ints:
        """The row of the grid that each incident lies in; -1: in none."""
        with self._lock:
            ends = np.cumsum([size for _, _, size in cases.parts])
            found, lacking = np.full(len(cases), -1, dtype=np.int64), []
            for (part, revision, size), end in zip(cases.parts, ends.tolist(), strict=True):
                kept = self._parts.get(part)
                if kept is not None and kept[0] == revision:
                    found[end - size : end] = kept[1]
                else:
                    lacking.append((part, revision, end - size, end))
            if lacking:  # at once, since it takes as long for one row as for a part
                rows = np.concatenate([np.arange(begin, end) for _, _, begin, end in lacking])
                found[rows] = located(self._shapes, cases.x[rows], cases.y[rows])
            for part, revision, begin, end in lacking:
                self._parts[part] = revision, found[begin:end].copy()
            return found


class IncidentCounts:
    """Counts of the incidents of a database, kept in memory for as long as no incident changes; shared by threads."""

    def __init__(self, database: Database, columns: IncidentColumns) -> None:
        self._database = database
        self._dialect = database.dialect
        self._columns = columns
        self._kept: dict[tuple[object, ...], CountTable] = {}
        self._placed: dict[tuple[str, int], _Placed] = {}
        self._lock = Lock()

    def table(self, query: CountQuery) -> CountTable:
        """The table that is asked for.

        Raises
        ------
        StoreError
            GP401 no such plan; GP469 it, or where none is asked for any plan, has no such community.

        Notes
        -----
        Of 1,000,000 incidents 0.1-0.4 s on either store, the first table of a store that was just opened some 0.5 s more; the
        first one by the grids of a plan a second more. See ``benchmarks.incident_tables``.
        """
        with self._database.reading() as connection:
            if query.published:
                revision, cases = self._columns.published(connection)
                at = revision, self._plans(connection, query)
            else:
                at = revision, _ = self._revisions(connection, query)
            key = (at, query)
            if key not in self._kept:
                if not query.published:
                    _, cases = self._columns.read(connection)
                zones = (
                    self._in_force(connection, cases, query) if query.plan is None else self._on(connection, cases, at[1], query)
                )
                found = _table(revision, cases, zones, query)
                with self._lock:
                    while len(self._kept) >= _KEPT:
                        self._kept.pop(next(iter(self._kept)))
                    self._kept[key] = found
            return self._kept[key]

    def cells(self, query: CountQuery) -> Cells:
        """The incidents that are asked for, for what else is counted of them.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        with self._database.reading() as connection:
            revision, cases = (self._columns.published if query.published else self._columns.read)(connection)
            if query.plan is None:
                zones = self._in_force(connection, cases, query)
            else:
                zones = self._on(connection, cases, self._plans(connection, query), query)
        return _cells(revision, cases, zones, query)

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
        return self._columns.revision(connection), self._plans(connection, query)

    def _plans(self, connection: sa.Connection, query: CountQuery) -> int:
        """The revision of the plan that is asked for, or of all where they say what is in a community."""
        plans = self._dialect.tables.plans
        if query.plan is None:
            told = (
                connection.scalar(sa.select(sa.func.sum(plans.c.revision))) if "community" in query.by or query.community else 0
            )
            return int(told or 0)
        found = connection.scalar(sa.select(plans.c.revision).where(plans.c.id == query.plan))
        if found is None:
            raise StoreError("GP401", plan=query.plan[:80], where=self._database.where, known="GET /plans")
        return int(found)

    def _in_force(self, connection: sa.Connection, cases: Cases, query: CountQuery) -> _Zones:
        """The grids that incidents name."""
        of: dict[str, str] = {}
        if "community" in query.by or query.community is not None:
            # The community of each grid, by the plan saved last that has the grid.
            grids, plans = self._dialect.tables.plan["grids"], self._dialect.tables.plans
            saved = sa.select(grids.c.code, grids.c.community).join(plans, plans.c.id == grids.c.plan).order_by(plans.c.fid)
            of = {code: community for code, community in connection.execute(saved)}  # noqa: C416 - of rows
        self._check_known(query, of.values())
        return _Zones(cases.grids, [of.get(grid, "") for grid in cases.grids], cases.grid)

    def _on(self, connection: sa.Connection, cases: Cases, revision: int, query: CountQuery) -> _Zones:
        """The grids of a plan at a revision that incidents lie in; those of parts that did not change since are known."""
        key = (str(query.plan), revision)
        with self._lock:
            placed = self._placed.get(key)
        if placed is None:
            grids = self._dialect.tables.plan["grids"]
            asked = sa.select(grids.c.code, grids.c.community, grids.c[GEOMETRY]).where(grids.c.plan == query.plan)
            rows = connection.execute(asked.order_by(self._dialect.by_code_point(grids.c.code))).all()
            codes, communities, shapes = ([row[place] for row in rows] for place in range(3))
            placed = _Placed(codes, communities, self._dialect.decode(shapes))
            with self._lock:
                while len(self._placed) >= _PLANS:
                    self._placed.pop(next(iter(self._placed)))
                self._placed[key] = placed
        self._check_known(query, placed.communities)
        return _Zones(placed.grids, placed.communities, placed.rows_of(cases))

    def _check_known(self, query: CountQuery, communities: Collection[str]) -> None:
        if query.community is not None and query.community not in communities:
            raise StoreError("GP469", community=query.community[:80])


def _table(revision: int, cases: Cases, zones: _Zones, query: CountQuery) -> CountTable:
    cells = _cells(revision, cases, zones, query)
    counts = counted(cases.facts(cells.chosen, query.now), cells.cell, cells.count)
    return _told(revision, cells.keys, counts, cells.elsewhere)


def _cells(revision: int, cases: Cases, zones: _Zones, query: CountQuery) -> Cells:
    chosen = _chosen(cases, zones, query)
    names, codes = _keys(cases, zones, query, chosen)
    sizes = [max(len(values), 1) for values in names]
    flat = np.ravel_multi_index(codes, sizes) if codes else np.zeros(len(chosen), np.int64)
    seen, cell = _numbered(flat, int(np.prod(sizes)))
    if not codes and not len(seen):
        seen = np.zeros(1, np.int64)
    where = np.unravel_index(seen, sizes) if codes else ()
    columns: dict[str, list[str]] = {
        name: [values[row] for row in rows.tolist()] for name, values, rows in zip(query.by, names, where, strict=True)
    }
    order = sorted(range(len(seen)), key=lambda row: tuple(column[row] for column in columns.values()))
    keys = {name: [column[row] for row in order] for name, column in columns.items()}
    elsewhere = 0 if query.plan is None else int((zones.row[chosen] < 0).sum())
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return Cells(revision, cases, chosen, place[cell], len(order), keys, elsewhere)


def _numbered(flat: Ints, size: int) -> tuple[Ints, Ints]:
    """The numbers below ``size`` that there are, ascending, and for each of ``flat`` its place among them."""
    if size > _DENSE:
        return np.unique(flat, return_inverse=True)
    there = np.bincount(flat, minlength=size) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[flat]


def _chosen(cases: Cases, zones: _Zones, query: CountQuery) -> Ints:
    """The rows that are asked for."""
    wanted = np.ones(len(cases), bool)
    bounds = query.bounds()
    if "since" in bounds:
        wanted &= cases.reported >= np.datetime64(bounds["since"], "s")
    if "until" in bounds:
        wanted &= cases.reported < np.datetime64(bounds["until"], "s")
    if query.community is not None:
        there = np.array([community == query.community for community in zones.communities] + [False])
        wanted &= there[zones.row]
    return np.flatnonzero(wanted)


def _keys(cases: Cases, zones: _Zones, query: CountQuery, chosen: Ints) -> tuple[list[list[str]], list[Ints]]:
    """For each of ``by`` the names there are, and the number of that of each chosen incident."""
    names: list[list[str]] = []
    codes: list[Ints] = []
    for by in query.by:
        if by == "grid":
            names.append([*zones.grids, ""])
            codes.append(zones.row[chosen] % (len(zones.grids) + 1))  # -1: the last one
        elif by == "community":
            distinct = sorted({*zones.communities, ""})
            places = {name: place for place, name in enumerate(distinct)}
            of = np.array([places[each] for each in (*zones.communities, "")])
            names.append(distinct)
            codes.append(of[zones.row[chosen]])
        elif by == "kind":
            names.append(cases.kinds)
            codes.append(cases.kind[chosen])
        else:
            # Of all incidents, so that the same time has the same name whatever is chosen.
            known = cases.reported[
                (cases.reported >= np.datetime64(PLAUSIBLE[0])) & (cases.reported < np.datetime64(PLAUSIBLE[1]))
            ]
            first, last = (str(known.min()), str(known.max())) if len(known) else (None, None)
            periods = calendar(first, last, query.period, query.zone)
            number = np.searchsorted(np.array(periods.starts, "datetime64[s]"), cases.reported[chosen], side="right")
            distinct = sorted(set(periods.names))
            places = {name: place for place, name in enumerate(distinct)}
            names.append(distinct)
            codes.append(np.array([places[name] for name in periods.names])[number])
    return names, codes


def _told(revision: int, keys: Mapping[str, list[str]], counts: Mapping[str, Ints], elsewhere: int) -> CountTable:
    summed = {name: np.array([values.sum()]) for name, values in counts.items()}
    rates = {name: float(values[0]) for name, values in divided(summed).items()}
    total = {name: int(summed[name][0]) for name in COUNTS} | rates
    return CountTable(revision, keys, counts, divided(counts), total, elsewhere)
