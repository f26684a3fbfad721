"""Land as the kernels read it, from the graphs of ``strategies.graphs``, and some odd graphs."""

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import whole_compounds
from gridplan.partition.land import Land, Price, capped, make_land, price_of
from gridplan.partition.measures import cost_of
from gridplan.partition.model import Objective, Rule
from tests.strategies.graphs import path


def land_of(graph: AtomGraph, rule: Rule, *, joined: bool = False) -> tuple[Land, Price, Ints]:
    """Land, price, and the node of each atom; ``joined``: compounds that fit are one node."""
    group = whole_compounds(graph, rule) if joined else np.arange(len(graph))
    cost = cost_of(graph, rule, Objective())
    land = make_land(graph, rule, cost, group)
    price = price_of(cost, rule)
    return capped(land, price, rule.high), price, group


def price_for(rule: Rule) -> Price:
    """A price with the usual weights."""
    return price_of(cost_of(path(rule.target), rule, Objective()), rule)


def ends_of(land: Land) -> Ints:
    """The node at which each entry of ``near`` starts."""
    return np.repeat(np.arange(len(land.households)), np.diff(land.start))


def inside(land: Land, zone: Ints) -> tuple[Ints, Ints]:
    """The ends of the open edges inside zones."""
    ends = ends_of(land)
    kept = land.open & (zone[ends] == zone[land.near])
    return ends[kept], land.near[kept]


def star(leaves: int, hub: int, leaf: int) -> AtomGraph:
    """A hub with ``hub`` households, and leaves around it that touch nothing else."""
    angle = np.arange(leaves + 1.0)
    ones, none = np.ones(leaves + 1), np.zeros(leaves)
    return AtomGraph(
        households=np.array([hub] + [leaf] * leaves, dtype=np.int64),
        compound=np.full(leaves + 1, -1, dtype=np.int64),
        area=ones,
        x=np.cos(angle),
        y=np.sin(angle),
        polar=ones / 6,
        perimeter=4 * ones,
        i=np.zeros(leaves, dtype=np.int64),
        j=np.arange(1, leaves + 1),
        length=ones[1:],
        kind=np.zeros(leaves, dtype=np.int64),
        street=none,
    )
