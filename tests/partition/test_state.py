"""Sums kept move by move equal sums from scratch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition.measures import cost_of, terms
from gridplan.partition.model import Objective, Rule
from gridplan.partition.nodes import make_nodes, whole_compounds
from gridplan.partition.state import State, sums_of
from tests.strategies.graphs import graphs

RULE = Rule(low=5, high=20, target=10)


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), joined=st.booleans(), seed=st.integers(0, 1000))
def test_after_any_moves_the_sums_are_those_from_scratch(graph: AtomGraph, joined: bool, seed: int) -> None:
    group = whole_compounds(graph, RULE) if joined else np.arange(len(graph))
    nodes = make_nodes(graph, RULE, group)
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 4, size=len(nodes))
    zones = [np.flatnonzero(label == number).tolist() for number in range(4)]
    state = State(nodes, RULE, cost_of(graph, RULE, Objective()), [zone for zone in zones if zone])
    for _ in range(30):
        node = int(rng.integers(len(nodes)))
        source, target = state.zone[node], int(rng.integers(len(state.members)))
        if source != target and len(state.members[source]) > 1:
            state.move(node, source, target, *state.after(node, source, target))
    for number, members in enumerate(state.members):
        assert state.sums[number] == pytest.approx(sums_of(nodes, sorted(members)), abs=1e-9)
    zone = np.empty(len(graph), dtype=np.int64)
    for number, group_nodes in enumerate(state.groups()):
        for node in group_nodes:
            zone[nodes.atoms[node]] = number
    assert state.total() == pytest.approx(sum(terms(graph, zone, RULE, Objective()).values()), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(graph=graphs())
def test_nodes_hold_every_atom_and_every_household_once(graph: AtomGraph) -> None:
    nodes = make_nodes(graph, RULE, whole_compounds(graph, RULE))
    assert sorted(atom for atoms in nodes.atoms for atom in atoms) == list(range(len(graph)))
    assert sum(nodes.households) == graph.households.sum()
    assert sum(nodes.area) == pytest.approx(graph.area.sum())
