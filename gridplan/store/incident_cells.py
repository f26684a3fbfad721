"""The incidents that a query asks for, by the rows of its table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridplan.analysis.incidents.measures import PLAUSIBLE, Ints, calendar
from gridplan.store.incident_columns import Cases
from gridplan.store.incident_query import CountQuery
from gridplan.store.incident_zones import Zones

#: Cells that are counted in a table of their own size; more are sorted.
_DENSE = 4_000_000


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


def cells_of(revision: int, cases: Cases, zones: Zones, query: CountQuery) -> Cells:
    """The incidents that the query asks for, each in its cell; rows are sorted by their keys."""
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


def _chosen(cases: Cases, zones: Zones, query: CountQuery) -> Ints:
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


def _keys(cases: Cases, zones: Zones, query: CountQuery, chosen: Ints) -> tuple[list[list[str]], list[Ints]]:
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
