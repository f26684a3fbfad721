"""Shortest walks the plain way: a graph of networkx whose edges are cut at every place, one search a building."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from gridplan.analysis import WalkingNetwork
from gridplan.analysis.walking.snapping import snap
from gridplan.plan.land import Shapes


def naive_walks(network: WalkingNetwork, houses: Shapes, sites: Shapes, reach_m: float) -> np.ndarray:
    """Metres from each house (row) to each site (column), inf where there is no way or one of them is on no street."""
    places = np.r_[houses, sites]
    on = snap(network, places, reach_m=reach_m)
    graph = nx.Graph()
    graph.add_nodes_from(("place", row) for row in range(len(places)))
    for edge in range(len(network.length)):
        stops = [(0.0, ("node", int(network.start[edge])))]
        stops += [(float(on.along[row]), ("street", int(row))) for row in np.flatnonzero(on.edge == edge)]
        stops += [(float(network.length[edge]), ("node", int(network.end[edge])))]
        stops.sort(key=lambda stop: stop[0])
        for (before, one), (after, other) in pairwise(stops):
            known = graph.get_edge_data(one, other, {"weight": np.inf})["weight"]
            graph.add_edge(one, other, weight=min(known, after - before))
    for row in np.flatnonzero(on.edge >= 0):
        graph.add_edge(("street", int(row)), ("place", int(row)), weight=float(on.away[row]))
    found = np.full((len(houses), len(sites)), np.inf)
    for house in range(len(houses)):
        # A place is left and entered by its own way to the street alone, so it is never on the way of others.
        reached = nx.single_source_dijkstra_path_length(graph, ("place", house))
        for site in range(len(sites)):
            found[house, site] = reached.get(("place", len(houses) + site), np.inf)
    return found


def nearest_lines(lines: Shapes, points: Shapes) -> np.ndarray:
    """Metres to the nearest line of each point, one by one."""
    return np.array([min(shapely.distance(point, line) for line in lines) for point in points])


def table(ids: list[str], points: Shapes, crs: object, **columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=list(points), crs=crs)
