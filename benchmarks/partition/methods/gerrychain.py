"""GerryChain's recursive cuts of random spanning trees: zones in range and connected, whatever their shape."""

from functools import partial

import networkx as nx
import numpy as np
from gerrychain import Graph
from gerrychain.partition import recursive_tree_part
from gerrychain.tree import bipartition_tree
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks.partition.job import Answer, Job, timed
from gridplan.graph.atom_graph import MAJOR, AtomGraph, Ints

SURCHARGE = {"block": 1.0, "compound": 0.5}
"""What an edge between two road blocks or compounds weighs more in the trees, whose random weights are 0 to 1."""


def solve(graph: AtomGraph, job: Job) -> Answer:
    """The zones of ``recursive_tree_part`` with as many parts as fit the target, each within the range."""

    def zones() -> Ints:
        total = int(graph.households.sum())
        parts = job.parts(total)
        share = total / parts
        zone_of = recursive_tree_part(
            _network(graph),
            list(range(parts)),
            share,
            "households",
            min(job.high / share - 1, 1 - job.low / share),
            bipartition_tree_fn=partial(bipartition_tree, max_attempts=100_000, region_surcharge=SURCHARGE),
            rng=job.seed,
        )
        return np.array([zone_of[atom] for atom in range(len(graph))], dtype=np.int64)

    return Answer(*timed(zones))


def _network(graph: AtomGraph) -> Graph:
    """The graph as GerryChain reads it, with the road block and compound of each atom."""
    near = graph.kind < MAJOR
    links = coo_matrix((np.ones(int(near.sum())), (graph.i[near], graph.j[near])), shape=(len(graph), len(graph)))
    block = connected_components(links, directed=False)[1].tolist()
    network = nx.Graph()
    for atom, (households, compound) in enumerate(zip(graph.households.tolist(), graph.compound.tolist(), strict=True)):
        network.add_node(atom, households=households, block=block[atom], compound=None if compound < 0 else compound)
    network.add_edges_from(zip(graph.i.tolist(), graph.j.tolist(), strict=True))
    return Graph.from_networkx(network)
