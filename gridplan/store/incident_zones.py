"""The grid of each incident: the one that it names, or the one of a plan that it lies in."""

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import Ints
from gridplan.analysis.locating import located
from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.incident_columns import Cases
from gridplan.store.incident_query import CountQuery
from gridplan.store.tables import GEOMETRY

#: Plans whose grids are kept.
_PLANS = 4


@dataclass(frozen=True)
class Zones:
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


class IncidentZones:
    """The grids that incidents are counted by: those they name, or those of a plan that they lie in; shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._placed: dict[tuple[str, int], _Placed] = {}
        self._lock = Lock()

    def revision(self, connection: sa.Connection, query: CountQuery) -> int:
        """The revision of the plan that is asked for, or of all where they say what is in a community.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
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

    def of(self, connection: sa.Connection, cases: Cases, query: CountQuery) -> Zones:
        """The grids that the query counts by.

        Raises
        ------
        StoreError
            GP401, GP469 no such plan, or community.
        """
        if query.plan is None:
            return self._in_force(connection, cases, query)
        return self._on(connection, cases, self.revision(connection, query), query)

    def _in_force(self, connection: sa.Connection, cases: Cases, query: CountQuery) -> Zones:
        """The grids that incidents name."""
        of: dict[str, str] = {}
        if "community" in query.by or query.community is not None:
            # The community of each grid, by the plan saved last that has the grid.
            grids, plans = self._dialect.tables.plan["grids"], self._dialect.tables.plans
            saved = sa.select(grids.c.code, grids.c.community).join(plans, plans.c.id == grids.c.plan).order_by(plans.c.fid)
            of = {code: community for code, community in connection.execute(saved)}  # noqa: C416 - of rows
        self._check_known(query, of.values())
        return Zones(cases.grids, [of.get(grid, "") for grid in cases.grids], cases.grid)

    def _on(self, connection: sa.Connection, cases: Cases, revision: int, query: CountQuery) -> Zones:
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
        return Zones(placed.grids, placed.communities, placed.rows_of(cases))

    def _check_known(self, query: CountQuery, communities: Collection[str]) -> None:
        if query.community is not None and query.community not in communities:
            raise StoreError("GP469", community=query.community[:80])
