"""KaHIP's eco mode on the same weights as METIS; it knows an upper bound of zones and does not keep them connected."""

import kahip
import numpy as np

from benchmarks.partition.job import Answer, Job, timed
from benchmarks.partition.methods.borders import Metre, weighted
from gridplan.graph.atom_graph import AtomGraph, Ints


def solve(graph: AtomGraph, job: Job) -> Answer:
    """The zones of kaffpa in mode eco, its imbalance what a zone may exceed the target by."""

    def zones() -> Ints:
        csr = weighted(graph, Metre(), high=job.high)
        arrays = (graph.households.tolist(), csr.start.tolist(), csr.weight.tolist(), csr.neighbour.tolist())
        parts = job.parts(int(graph.households.sum()))
        _, zone = kahip.kaffpa(*arrays, parts, job.room, True, job.seed, kahip.ECO)
        return np.asarray(zone, dtype=np.int64)

    return Answer(*timed(zones))
