"""Sums that the kernels keep move by move and window by window equal the objective from scratch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import RAIL, AtomGraph, Ints
from gridplan.partition.groups import numbered, parts, whole_compounds
from gridplan.partition.kernels.chance import state_of
from gridplan.partition.kernels.choose import room_for_choice
from gridplan.partition.kernels.flips import anneal
from gridplan.partition.kernels.recombine import recombine
from gridplan.partition.kernels.subsets import room_for_pieces, room_for_sets
from gridplan.partition.kernels.window import room_for_window
from gridplan.partition.kernels.zones import BAD, EACH, VALUE, sums_of
from gridplan.partition.land import Land, Price, make_land, price_of
from gridplan.partition.measures import cost_of, terms
from gridplan.partition.model import Objective, Rule
from gridplan.partition.rules import excess
from gridplan.partition.search import start
from tests.strategies.graphs import graphs

RULE = Rule(low=5, high=20, target=10, hard_kinds=(RAIL,))


def drawn(graph: AtomGraph, joined: bool) -> tuple[Land, Price, Ints]:
    group = whole_compounds(graph, RULE) if joined else np.arange(len(graph))
    cost = cost_of(graph, RULE, Objective())
    return make_land(graph, RULE, cost, group), price_of(cost, RULE), group


def from_scratch(graph: AtomGraph, zone: Ints) -> float:
    """The objective, with what zones out of range cost the kernels, and each compound once for every zone that holds it."""
    zone = numbered(zone)
    households = np.bincount(zone, graph.households).astype(int).tolist()
    out = [excess(RULE, number) for number in households]
    scale = price_of(cost_of(graph, RULE, Objective()), RULE).scale
    return sum(terms(graph, zone, RULE, Objective()).values()) + scale * sum(BAD + EACH * over for over in out if over)


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), joined=st.booleans(), seed=st.integers(0, 1000), noise=st.sampled_from((0.0, 1.0)))
def test_after_any_search_the_sums_are_those_from_scratch(graph: AtomGraph, joined: bool, seed: int, noise: float) -> None:
    land, price, group = drawn(graph, joined)
    zone = start(land, price, (seed,), 1)
    slots = int(zone.max()) + 3
    sums, root = sums_of(land, zone, price, slots)
    before = sums[:, VALUE].sum() - from_scratch(graph, zone[group])
    chance = state_of(seed)
    room = room_for_window(len(zone), len(land.near)), room_for_pieces(), room_for_sets(20_000), room_for_choice(20_000)
    for _ in range(3):
        anneal(land, zone, sums, root, price, 40, 1.0, 0.9, chance)
        recombine(land, zone, sums, root, price, 10, 4, 100, noise, *room, chance)
        again, _ = sums_of(land, zone, price, slots)
        assert sums == pytest.approx(again, abs=1e-6)
        # The kernels count every zone that holds a compound, the objective every one beyond the first: a fixed difference.
        assert sums[:, VALUE].sum() - from_scratch(graph, zone[group]) == pytest.approx(before, abs=1e-6)
        assert (root >= 0).sum() == len(np.unique(zone))
        assert zone[root[root >= 0]].tolist() == np.flatnonzero(root >= 0).tolist()
    assert len(np.unique(parts(len(zone), *inside(land, zone)))) == len(np.unique(zone))


def inside(land: Land, zone: Ints) -> tuple[Ints, Ints]:
    """The ends of the open edges inside zones."""
    ends = np.repeat(np.arange(len(zone)), np.diff(land.start))
    kept = land.open & (zone[ends] == zone[land.near])
    return ends[kept], land.near[kept]


@settings(max_examples=50, deadline=None)
@given(graph=graphs(), joined=st.booleans())
def test_land_holds_every_household_and_both_sides_of_every_border(graph: AtomGraph, joined: bool) -> None:
    land, _, group = drawn(graph, joined)
    assert land.households.sum() == graph.households.sum()
    assert land.area.sum() == pytest.approx(graph.area.sum())
    ends = np.repeat(np.arange(len(land.households)), np.diff(land.start))
    there = {(a, b): length for a, b, length in zip(ends.tolist(), land.near.tolist(), land.length.tolist(), strict=True)}
    assert all(there[b, a] == length for (a, b), length in there.items())
    between = group[graph.i] != group[graph.j]
    assert land.length.sum() == pytest.approx(2 * graph.length[between].sum())
