"""Incidents of a store counted by grid, community, kind and period: the numbers that ``gridplan.analysis.incident_rates`` has."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
import sqlalchemy as sa

from gridplan.analysis.incidents.measures import COUNTS, Ints, counted, divided
from gridplan.store.database import Database
from gridplan.store.incident_cells import Cells, cells_of
from gridplan.store.incident_columns import IncidentColumns
from gridplan.store.incident_query import CountQuery
from gridplan.store.incident_zones import IncidentZones

#: Tables kept in memory.
_KEPT = 64


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

    def __init__(self, database: Database, columns: IncidentColumns) -> None:
        self._database = database
        self._columns = columns
        self._zones = IncidentZones(database)
        self._kept: dict[tuple[object, ...], CountTable] = {}
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
            at = self._revisions(connection, query)
            key = (at, query)
            found = self._kept.get(key)
            if found is None:
                cells = self._cells(connection, query)
                counts = counted(cells.cases.facts(cells.chosen, query.now), cells.cell, cells.count)
                found = _told(cells.revision, cells.keys, counts, cells.elsewhere)
                with self._lock:
                    while len(self._kept) >= _KEPT:
                        self._kept.pop(next(iter(self._kept)))
                    self._kept[key] = found
            return found

    def cells(self, query: CountQuery) -> Cells:
        """The incidents that are asked for, for what else is counted of them.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        with self._database.reading() as connection:
            return self._cells(connection, query)

    def _cells(self, connection: sa.Connection, query: CountQuery) -> Cells:
        revision, cases = (self._columns.published if query.published else self._columns.read)(connection)
        return cells_of(revision, cases, self._zones.of(connection, cases, query), query)

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
        told = self._columns.published(connection)[0] if query.published else self._columns.revision(connection)
        return told, self._zones.revision(connection, query)


def _told(revision: int, keys: Mapping[str, list[str]], counts: Mapping[str, Ints], elsewhere: int) -> CountTable:
    summed = {name: np.array([values.sum()]) for name, values in counts.items()}
    rates = {name: float(values[0]) for name, values in divided(summed).items()}
    total = {name: int(summed[name][0]) for name in COUNTS} | rates
    return CountTable(revision, keys, counts, divided(counts), total, elsewhere)
