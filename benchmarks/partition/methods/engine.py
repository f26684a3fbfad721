"""The engine of gridplan, cold and warm."""

import numpy as np

from benchmarks.partition.job import Answer, Job, timed
from benchmarks.partition.memory import held_mb
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Rule, partition

SMALL = 400
"""Atoms of the first call that loads the kernels, where only the second is measured."""


def solve(graph: AtomGraph, job: Job) -> Answer:
    """The zones of the second call; the first, in the same process, loads or compiles the kernels."""
    _, cold, _ = timed(lambda: _zones(graph, job))
    zone, seconds, cpu_seconds = timed(lambda: _zones(graph, job))
    return Answer(zone, seconds, cpu_seconds, cold_seconds=cold)


def solve_warm(graph: AtomGraph, job: Job) -> Answer:
    """The zones of one call after a small one that loads the kernels, and the memory held before it."""
    few = np.arange(min(SMALL, len(graph)))
    _, cold, _ = timed(lambda: _zones(graph.subgraph(few), job))
    start = held_mb()
    zone, seconds, cpu_seconds = timed(lambda: _zones(graph, job))
    return Answer(zone, seconds, cpu_seconds, cold_seconds=cold, start_mb=start)


def _zones(graph: AtomGraph, job: Job) -> Ints:
    return partition(graph, Rule(low=job.low, high=job.high, target=job.target), seed=job.seed).zone
