"""Spopt's heuristic for max-p regions: as many connected zones as reach the lower bound, near together; no upper bound."""

import geopandas as gpd
import numpy as np
from libpysal.weights import W
from spopt.region import MaxPHeuristic

from benchmarks.partition.job import Answer, Job, timed
from gridplan.graph.atom_graph import AtomGraph, Ints


def solve(graph: AtomGraph, job: Job) -> Answer:
    """The zones of ``MaxPHeuristic`` over centroids, its threshold the lower bound, its iterations as it comes."""

    def zones() -> Ints:
        np.random.seed(job.seed)  # noqa: NPY002  # spopt draws from the global state
        neighbours: dict[int, list[int]] = {atom: [] for atom in range(len(graph))}
        for a, b in zip(graph.i.tolist(), graph.j.tolist(), strict=True):
            neighbours[a].append(b)
            neighbours[b].append(a)
        columns = {"x": graph.x, "y": graph.y, "households": graph.households}
        frame = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(graph.x, graph.y))
        model = MaxPHeuristic(frame, W(neighbours, silence_warnings=True), ["x", "y"], "households", job.low)
        model.solve()
        return np.asarray(model.labels_, dtype=np.int64)

    return Answer(*timed(zones))
