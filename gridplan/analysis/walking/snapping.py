"""Points put on the streets that they are reached from."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.analysis.walking.network import WalkingNetwork
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Shapes

#: A place farther than this from every street is not reached by streets, metres.
REACH_M = 200.0
#: Streets that meet no others are left for others within reach where they have fewer metres than this in all.
ISLAND_M = 500.0


@dataclass(frozen=True)
class Snapped:
    """Where points are on the network: the edge (-1: none within reach), metres along it, and metres straight to it."""

    edge: Ints
    along: Floats
    away: Floats

    def __getitem__(self, rows: Ints) -> "Snapped":
        return Snapped(self.edge[rows], self.along[rows], self.away[rows])


def snap(network: WalkingNetwork, points: Shapes, *, reach_m: float = REACH_M) -> Snapped:
    """The nearest edge of each point (in the network's CRS) within ``reach_m``, and the nearest place on it.

    A path that meets no other street and is part of less than ``ISLAND_M`` leads nowhere, so a point is put on it only where
    no other street is within reach. Among edges equally near the first is taken.
    """
    size = network.component_m[network.component[network.start]]
    large = np.flatnonzero(size >= min(ISLAND_M, float(network.component_m[0])))
    edge = _nearest(network.tree if len(large) == len(size) else shapely.STRtree(network.lines[large]), points, reach_m)
    edge = np.where(edge >= 0, large[edge], -1)
    rest = np.flatnonzero(edge < 0)
    if len(rest) and len(large) < len(size):
        edge[rest] = _nearest(network.tree, points[rest], reach_m)
    along, away = np.zeros(len(points)), np.full(len(points), np.nan)
    on = np.flatnonzero(edge >= 0)
    lines = network.lines[edge[on]]
    along[on] = np.clip(shapely.line_locate_point(lines, points[on]), 0.0, network.length[edge[on]])
    away[on] = shapely.distance(lines, points[on])
    return Snapped(edge, along, away)


def _nearest(tree: shapely.STRtree, points: Shapes, reach_m: float) -> Ints:
    """The row of the nearest line within ``reach_m`` of each point, -1 for none."""
    found = np.full(len(points), -1, np.int64)
    point, line = tree.query_nearest(points, max_distance=reach_m)
    order = np.lexsort((line, point))
    point, line = point[order], line[order]
    found[point[::-1]] = line[::-1]
    return found
