"""Land without a grid shared out among the grids around it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.divide.wanted import Wanted
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import parts


def shared_out(graph: AtomGraph, wanted: Wanted) -> Ints:
    """The given grid of each cell, that of land without any where no one lives being that of the land around it.

    Homes without a grid count as one more. First goes what holds two parts of a grid together.
    """
    label = np.where((wanted.of_cell < 0) & (graph.households > 0), len(wanted.labels), wanted.of_cell)
    near: dict[int, list[tuple[int, float]]] = {}
    for a, b, length in zip(graph.i.tolist(), graph.j.tolist(), graph.length.tolist(), strict=True):
        for one, other in ((a, b), (b, a)):
            if label[one] < 0:
                near.setdefault(one, []).append((other, length))
    while _bridge(graph, label, near, len(wanted.labels)):
        pass
    return spread(graph, label, np.arange(len(graph)))


def _bridge(graph: AtomGraph, label: Ints, near: dict[int, list[tuple[int, float]]], count: int) -> bool:
    """Gives cells without a label (of ``near``) to grids of which they touch two parts; whether there were any."""
    same = (label[graph.i] == label[graph.j]) & (label[graph.i] >= 0)
    part = parts(len(graph), graph.i[same], graph.j[same])
    joined: set[int] = set()
    for cell in sorted(near):
        beside: dict[int, set[int]] = {}
        metres: dict[int, float] = {}
        for other, length in near[cell]:
            if 0 <= label[other] < count:
                beside.setdefault(int(label[other]), set()).add(int(part[other]))
                metres[int(label[other])] = metres.get(int(label[other]), 0.0) + length
        found = [one for one, touched in beside.items() if len(touched) > 1 and not touched & joined]
        if label[cell] < 0 and found:
            best = min(found, key=lambda one: (-metres[one], one))
            label[cell] = best
            joined |= beside[best]
    return bool(joined)


def spread(graph: AtomGraph, zone: Ints, group: Ints, *, last: NDArray[np.bool_] | None = None) -> Ints:
    """The zones after each ``group`` of cells in none (-1) joined the zone with the longest border, in rounds.

    ``last``: zones that are joined only by what has no other beside it. What nothing reaches stays in none.
    """
    zone = zone.copy()
    ends, others = np.concatenate([graph.i, graph.j]), np.concatenate([graph.j, graph.i])
    metres = np.concatenate([graph.length, graph.length])
    while True:
        beside = (zone[ends] < 0) & (zone[others] >= 0)
        if not beside.any():
            return zone
        table = pd.DataFrame({"group": group[ends[beside]], "zone": zone[others[beside]], "length": metres[beside]})
        sums = table.groupby(["group", "zone"], as_index=False)["length"].sum()
        sums["last"] = False if last is None else last[sums["zone"]]
        sums["length"] = -sums["length"].round(6)
        best = sums.sort_values(["group", "last", "length", "zone"]).drop_duplicates("group").set_index("group")["zone"]
        free = np.flatnonzero(zone < 0)
        zone[free] = pd.Series(group[free]).map(best).fillna(-1).to_numpy(np.int64)
