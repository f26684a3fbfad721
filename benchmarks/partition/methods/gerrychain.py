"""GerryChain's recursive cuts of random spanning trees: zones in range and connected, whatever their shape."""

import networkx as nx
import numpy as np
from gerrychain import Graph
from gerrychain.partition import recursive_tree_part

from benchmarks.partition.job import Answer, Job, timed
from gridplan.graph.atom_graph import AtomGraph, Ints


def solve(graph: AtomGraph, job: Job) -> Answer:
    """The zones of ``recursive_tree_part`` with as many parts as fit the target, each within the range."""

    def zones() -> Ints:
        total = int(graph.households.sum())
        parts = job.parts(total)
        share = total / parts
        network = nx.Graph()
        network.add_nodes_from((atom, {"households": int(count)}) for atom, count in enumerate(graph.households))
        network.add_edges_from(zip(graph.i.tolist(), graph.j.tolist(), strict=True))
        zone_of = recursive_tree_part(
            Graph.from_networkx(network),
            list(range(parts)),
            share,
            "households",
            min(job.high / share - 1, 1 - job.low / share),
            rng=job.seed,
        )
        return np.array([zone_of[atom] for atom in range(len(graph))], dtype=np.int64)

    return Answer(*timed(zones))
