"""Incidents counted by the grids of any plan, where they lie: read once for each revision, placed once for each plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import PLAUSIBLE, CaseFacts, Ints, calendar, counted, instant
from gridplan.analysis.locating import located
from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.tables import GEOMETRY

if TYPE_CHECKING:
    from gridplan.store.incident_counts import CountQuery

#: Rows read at once.
_ROWS = 50_000
#: Plans whose grids are kept beside the incidents.
_PLANS = 4
_NEVER = np.datetime64("9999-12-31T23:59:59", "s")


@dataclass(frozen=True)
class _Cases:
    """What counts ask for of every incident: 35 MB a million of them."""

    kinds: list[str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    kind: NDArray[np.int32]
    reported: NDArray[np.datetime64]
    due: NDArray[np.datetime64]
    closed: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    escalated: NDArray[np.bool_]
    on_time: NDArray[np.bool_]
    late: NDArray[np.bool_]
    rating: NDArray[np.int8]

    def facts(self, now: str) -> CaseFacts:
        """The facts at a moment, as ``instant`` has it."""
        over = ~self.closed & ~self.rejected & (self.due < np.datetime64(now, "s"))
        return CaseFacts(self.closed, self.rejected, self.escalated, self.on_time, self.late, over, self.rating)


@dataclass(frozen=True)
class _Placed:
    """The grids of a plan, and the row of the grid that each incident lies in; -1: in none."""

    grids: list[str]
    communities: list[str]
    row: Ints


class IncidentPlaces:
    """The incidents of a database by the grids of its plans; shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._lock = Lock()
        self._cases: tuple[int, _Cases] | None = None
        self._placed: dict[tuple[int, str, int], _Placed] = {}

    def plan_revision(self, connection: sa.Connection, plan: str) -> int:
        """The revision of a plan.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        plans = self._dialect.tables.plans
        found = connection.scalar(sa.select(plans.c.revision).where(plans.c.id == plan))
        if found is None:
            raise StoreError("GP401", plan=plan[:80], where=self._database.where, known="GET /plans")
        return int(found)

    def counted(
        self, connection: sa.Connection, query: "CountQuery", at: tuple[int, int]
    ) -> tuple[Mapping[str, list[str]], Mapping[str, Ints], int]:
        """The keys and counts of a table by the grids of ``query.plan``, and how many incidents lie in none of them.

        ``at`` are the revisions of the register and of the plan in this transaction.
        """
        with self._lock:  # nobody reads a million rows beside another who does
            cases = self._read(connection, at[0])
            placed = self._place(connection, cases, (at[0], str(query.plan), at[1]))
        chosen = _chosen(cases, placed, query)
        names, codes = _keys(cases, placed, query, chosen)
        sizes = [max(len(values), 1) for values in names]
        flat = np.ravel_multi_index(codes, sizes) if codes else np.zeros(len(chosen), np.int64)
        seen, cell = np.unique(flat, return_inverse=True)
        if not codes and not len(seen):
            seen = np.zeros(1, np.int64)
        facts = cases.facts(instant(query.now))
        counts = counted(CaseFacts(**{name: values[chosen] for name, values in vars(facts).items()}), cell, len(seen))
        where = np.unravel_index(seen, sizes) if codes else ()
        columns: dict[str, list[str]] = {
            name: [values[row] for row in rows.tolist()] for name, values, rows in zip(query.by, names, where, strict=True)
        }
        order = sorted(range(len(seen)), key=lambda row: tuple(column[row] for column in columns.values()))
        sorted_keys = {name: [column[row] for row in order] for name, column in columns.items()}
        elsewhere = int((placed.row[chosen] < 0).sum())
        return sorted_keys, {name: values[order] for name, values in counts.items()}, elsewhere

    def _read(self, connection: sa.Connection, revision: int) -> _Cases:
        if self._cases is None or self._cases[0] != revision:
            self._cases = None  # not both at once in memory
            self._cases = revision, self._all(connection)
            self._placed.clear()
        return self._cases[1]

    def _all(self, connection: sa.Connection) -> _Cases:
        table = self._dialect.tables.registers["incidents"]
        ended, due = (sa.func.rtrim(table.c[name], "Z") for name in ("closed_at", "due_at"))
        within = self._dialect.by_code_point(ended) <= self._dialect.by_code_point(due)
        second = [sa.func.substr(table.c[name], 1, 19) for name in ("reported_at", "due_at")]
        query = sa.select(
            table.c[GEOMETRY], table.c.kind, *second, table.c.stage, table.c.escalated_at, within, table.c.satisfaction
        )
        kinds: dict[str, int] = {}
        parts = []
        found = connection.execute(query, execution_options={"yield_per": _ROWS})
        for rows in found.partitions():
            shapes, kind, reported, due_at, stage, escalated, in_time, rating = zip(*rows, strict=True)
            points = self._dialect.decode(shapes)
            closed = np.array([each == "closed" for each in stage])
            parts.append(
                (
                    shapely.get_x(points),
                    shapely.get_y(points),
                    np.array([kinds.setdefault(each, len(kinds)) for each in kind], np.int32),
                    np.array(reported, "datetime64[s]"),
                    np.array([each or _NEVER for each in due_at], "datetime64[s]"),
                    closed,
                    np.array([each == "rejected" for each in stage]),
                    np.array([each is not None for each in escalated]),
                    closed & np.array([bool(each) for each in in_time]),
                    closed & np.array([each is not None and not each for each in in_time]),
                    np.array([each or 0 for each in rating], np.int8),
                )
            )
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else _no_cases()
        return _Cases(list(kinds), *columns)

    def _place(self, connection: sa.Connection, cases: _Cases, key: tuple[int, str, int]) -> _Placed:
        if key not in self._placed:
            grids = self._dialect.tables.plan["grids"]
            query = sa.select(grids.c.code, grids.c.community, grids.c[GEOMETRY]).where(grids.c.plan == key[1])
            rows = connection.execute(query.order_by(self._dialect.by_code_point(grids.c.code))).all()
            shapes = self._dialect.decode([row[2] for row in rows])
            while len(self._placed) >= _PLANS:
                self._placed.pop(next(iter(self._placed)))
            place = located(shapes, cases.x, cases.y)
            self._placed[key] = _Placed([row[0] for row in rows], [row[1] for row in rows], place)
        return self._placed[key]


def _no_cases() -> list[np.ndarray]:
    types = ("f8", "f8", "i4", "datetime64[s]", "datetime64[s]", "?", "?", "?", "?", "?", "i1")
    return [np.array([], dtype=kind) for kind in types]


def _chosen(cases: _Cases, placed: _Placed, query: "CountQuery") -> Ints:
    """The rows that are asked for."""
    wanted = np.ones(len(cases.x), bool)
    bounds = query.bounds()
    if "since" in bounds:
        wanted &= cases.reported >= np.datetime64(bounds["since"], "s")
    if "until" in bounds:
        wanted &= cases.reported < np.datetime64(bounds["until"], "s")
    if query.community is not None:
        there = np.array([community == query.community for community in placed.communities] + [False])
        wanted &= there[placed.row]
    return np.flatnonzero(wanted)


def _keys(cases: _Cases, placed: _Placed, query: "CountQuery", chosen: Ints) -> tuple[list[list[str]], list[Ints]]:
    """For each of ``by`` the names there are, and the number of that of each chosen incident."""
    names: list[list[str]] = []
    codes: list[Ints] = []
    for by in query.by:
        if by == "grid":
            names.append([*placed.grids, ""])
            codes.append(placed.row[chosen] % (len(placed.grids) + 1))  # -1: the last one
        elif by == "community":
            distinct = [*sorted(set(placed.communities)), ""]
            of = np.array([*(distinct.index(each) for each in placed.communities), len(distinct) - 1])
            names.append(distinct)
            codes.append(of[placed.row[chosen]])
        elif by == "kind":
            names.append(cases.kinds)
            codes.append(cases.kind[chosen].astype(np.int64))
        else:
            moments = cases.reported[chosen]
            known = moments[(moments >= np.datetime64(PLAUSIBLE[0])) & (moments < np.datetime64(PLAUSIBLE[1]))]
            first, last = (str(known.min()), str(known.max())) if len(known) else (None, None)
            periods = calendar(first, last, query.period, query.zone)
            number = np.searchsorted(np.array(periods.starts, "datetime64[s]"), moments, side="right")
            distinct = sorted(set(periods.names))
            names.append(distinct)
            codes.append(np.array([distinct.index(name) for name in periods.names])[number])
    return names, codes
