"""How often incidents come again at one place, counted as the other tables are: what ``gridplan.analysis.repeats`` finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import Ints
from gridplan.store.incident_columns import Cases
from gridplan.store.incident_counts import IncidentCounts
from gridplan.store.incident_query import CountQuery

#: Findings that are kept: those of planners and of viewers, each of two distances or spans.
_KEPT = 4


@dataclass(frozen=True)
class RepeatTable:
    """Counts at a revision of the register.

    Attributes
    ----------
    keys : a column of texts for each of the query's ``by``; rows are sorted by them.
    counts : ``reported``, ``placed`` (of these, with a place) and ``repeats`` (of these, not the first there).
    elsewhere : as of ``CountTable``.
    """

    revision: int
    keys: Mapping[str, list[str]]
    counts: Mapping[str, Ints]
    elsewhere: int


class IncidentRepeats:
    """Repeats among the incidents of a database; found once for each state of the incidents, and shared by threads."""

    def __init__(self, counts: IncidentCounts) -> None:
        self._counts = counts
        self._kept: dict[tuple[int, float, float], NDArray[np.bool_]] = {}
        self._lock = Lock()

    def table(self, query: CountQuery, *, within_m: float, days: float) -> RepeatTable:
        """The table that is asked for. An earlier incident counts as such also where the query does not ask for it.

        Raises
        ------
        StoreError
            GP401 no such plan.
        InputError
            GP186 ``within_m`` or ``days`` is not above 0.

        Notes
        -----
        Times are taken to the second. Of several of one kind, second and place the one written first is the earlier one.
        """
        cells = self._counts.cells(query)
        again = self._again(cells.revision, cells.cases, within_m, days)[cells.chosen]
        placed = np.isfinite(cells.cases.x[cells.chosen])
        count = max(cells.count, 1)
        counts = {
            "reported": np.bincount(cells.cell, minlength=count),
            "placed": np.bincount(cells.cell[placed], minlength=count),
            "repeats": np.bincount(cells.cell[again], minlength=count),
        }
        rows = cells.count if query.by else 1
        return RepeatTable(cells.revision, cells.keys, {name: values[:rows] for name, values in counts.items()}, cells.elsewhere)

    def _again(self, revision: int, cases: Cases, within_m: float, days: float) -> NDArray[np.bool_]:
        from gridplan.analysis.incidents.repeated import repeated_cases  # loads geopandas, which few ask for

        key = (revision, within_m, days)
        with self._lock:  # nobody looks through a million incidents beside another who does
            if key not in self._kept:
                lonlat = np.column_stack([cases.x, cases.y])
                seconds = cases.reported.astype("datetime64[s]").astype(np.int64)
                while len(self._kept) >= _KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = repeated_cases(lonlat, seconds, cases.kind, within_m=within_m, days=days)
            return self._kept[key]
