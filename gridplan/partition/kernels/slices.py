"""A land cut out of a larger one."""

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.kernels.compiled import kernel
from gridplan.partition.land import Land


@kernel
def slice_land(land: Land, nodes: Ints, region: Ints, place: Ints) -> Land:
    """The land of ``nodes``, which are all nodes of one ``region``, in their order; ``place`` of each node in its region.

    Borders with the rest of the land stay in ``perimeter`` and ``own``.
    """
    count = len(nodes)
    start = np.zeros(count + 1, dtype=np.int64)
    for row in range(count):
        node = nodes[row]
        kept = 0
        for edge in range(land.start[node], land.start[node + 1]):
            kept += region[land.near[edge]] == region[node]
        start[row + 1] = start[row] + kept
    total = start[count]
    near = np.zeros(total, dtype=np.int64)
    length, pair = np.zeros(total), np.zeros(total)
    open_ = np.zeros(total, dtype=np.bool_)
    last = 0
    for row in range(count):
        node = nodes[row]
        for edge in range(land.start[node], land.start[node + 1]):
            other = land.near[edge]
            if region[other] == region[node]:
                near[last], length[last], pair[last], open_[last] = (
                    place[other],
                    land.length[edge],
                    land.pair[edge],
                    land.open[edge],
                )
                last += 1
    return Land(
        start, near, length, pair, open_, land.households[nodes], land.area[nodes], land.perimeter[nodes], land.own[nodes],
        land.compound[nodes], land.x[nodes], land.y[nodes], land.more[nodes],
    )  # fmt: skip
