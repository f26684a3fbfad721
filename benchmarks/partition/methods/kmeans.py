"""k-means with sizes bounded from both sides: near places of like size; it knows neither borders nor roads."""

import numpy as np
from k_means_constrained import KMeansConstrained

from benchmarks.partition.job import Answer, Job, timed
from gridplan.graph.atom_graph import AtomGraph, Ints


def solve(graph: AtomGraph, job: Job) -> Answer:
    """Each atom's zone is that of most of its points: one a household, and one at least, since it knows no weights."""

    def zones() -> Ints:
        points = np.maximum(1, graph.households)
        atom = np.repeat(np.arange(len(graph)), points)
        parts = job.parts(int(graph.households.sum()))
        least = min(job.low, len(atom) // parts)
        most = max(job.high, -(-len(atom) // parts))
        model = KMeansConstrained(parts, size_min=least, size_max=most, n_init=1, random_state=job.seed)
        label = model.fit_predict(np.stack([graph.x, graph.y], axis=1)[atom])
        votes = np.zeros((len(graph), parts), dtype=np.int64)
        np.add.at(votes, (atom, label), 1)
        return np.asarray(np.argmax(votes, axis=1), dtype=np.int64)

    return Answer(*timed(zones))
