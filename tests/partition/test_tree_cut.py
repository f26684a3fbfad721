"""The start: a spanning forest in the order given, and its cheapest cut, against trying every cut."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import numbered, parts
from gridplan.partition.kernels.tree_cut import BAD, EACH, UNEVEN, spanning_forest, tree_cut
from gridplan.partition.land import Land
from gridplan.partition.model import Rule
from tests.strategies.graphs import graphs
from tests.strategies.lands import ends_of, land_of, price_for


@st.composite
def forests(draw: st.DrawFn) -> tuple[Ints, Ints, Ints, Ints, Rule]:
    """Up to 9 nodes with parents of any smaller number under a shuffle, their households, and costs of cutting and joining."""
    rule = draw(st.sampled_from((Rule(5, 10, 7), Rule(4, 4, 4), Rule(1, 12, 3), Rule(9, 12, 10))))
    count = draw(st.integers(1, 9))
    shuffle = draw(st.permutations(range(count)))
    parent = np.full(count, -1, dtype=np.int64)
    for node in range(1, count):
        up = draw(st.integers(-1, node - 1))
        parent[shuffle[node]] = shuffle[up] if up >= 0 else -1
    households = draw(st.lists(st.integers(0, rule.high), min_size=count, max_size=count))
    cut = draw(st.lists(st.sampled_from((0, 30)), min_size=count, max_size=count))
    join = draw(st.lists(st.sampled_from((0, 400)), min_size=count, max_size=count))
    return parent, np.array(households, np.int64), np.array(cut, np.int64), np.array(join, np.int64), rule


def zones_of_cut(parent: Ints, kept: Ints) -> Ints:
    nodes = np.flatnonzero(kept & (parent >= 0))
    return parts(len(parent), nodes, parent[nodes])


def cost_of_cut(parent: Ints, zone: Ints, households: Ints, cut: Ints, join: Ints, rule: Rule) -> int | None:
    """What the cut costs; None where a zone is above the range."""
    total = 0
    for size in np.bincount(zone, households).astype(int).tolist():
        if size > rule.high:
            return None
        out = max(rule.low - size, 0)
        total += (BAD + EACH * out if out else 0) + int(UNEVEN * ((size - rule.target) / rule.target) ** 2)
    for node, up in enumerate(parent.tolist()):
        if up >= 0:
            total += int(join[node] if zone[node] == zone[up] else cut[node])
    return total


@settings(max_examples=80, deadline=None)
@given(forest=forests())
def test_the_cut_is_the_cheapest_of_all(forest: tuple[Ints, Ints, Ints, Ints, Rule]) -> None:
    parent, households, cut, join, rule = forest
    zone = tree_cut(parent, households, cut, join, price_for(rule))
    assert sorted(set(zone.tolist())) == list(range(int(zone.max()) + 1))
    inside = np.array([up >= 0 and zone[node] == zone[up] for node, up in enumerate(parent.tolist())])
    assert numbered(zone).tolist() == zones_of_cut(parent, inside).tolist(), "a zone is in parts"
    reached = cost_of_cut(parent, zone, households, cut, join, rule)
    assert reached is not None, "a zone is above the range"
    every = (zones_of_cut(parent, np.array(kept)) for kept in product((False, True), repeat=len(parent)))
    costs = [cost_of_cut(parent, other, households, cut, join, rule) for other in every]
    assert reached == min(cost for cost in costs if cost is not None)


@pytest.mark.parametrize("rule", [Rule(1, 100_000, 1), Rule(1, 100_000, 100_000), Rule(30_000, 50_000, 40_000)])
def test_wide_ranges_do_not_overflow(rule: Rule) -> None:
    households = np.random.default_rng(1).integers(1, 50_000, 40)
    parent, none = np.arange(-1, 39), np.zeros(40, dtype=np.int64)
    zone = tree_cut(parent, households, none, none, price_for(rule))
    assert (np.diff(zone) >= 0).all()
    assert np.bincount(zone, households).max() <= rule.high


def test_a_chain_of_3000_is_cut_without_recursion() -> None:
    households, none = np.full(3000, 50), np.zeros(3000, dtype=np.int64)
    zone = tree_cut(np.arange(-1, 2999), households, none, none, price_for(Rule(300, 500, 400)))
    assert np.bincount(zone, households).tolist() == [400.0] * 375


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 99))
def test_the_forest_spans_and_takes_edges_in_the_order_given(graph: AtomGraph, seed: int) -> None:
    land, _, _ = land_of(graph, Rule(5, 10, 7, hard_kinds=(3,)))
    ends = ends_of(land)
    order = np.random.default_rng(seed).permutation(len(land.near))
    parent = spanning_forest(land, ends, order)
    linked = np.flatnonzero(parent >= 0)
    label = parts(len(parent), linked, parent[linked])
    assert label.tolist() == parts(len(parent), ends[land.open], land.near[land.open]).tolist()
    assert (parent < 0).sum() == len(set(label.tolist()))
    assert all(min(np.flatnonzero(label == label[root])) == root for root in np.flatnonzero(parent < 0).tolist())
    assert {frozenset((node, int(parent[node]))) for node in linked.tolist()} == greedy(land, ends, order)


def greedy(land: Land, ends: Ints, order: Ints) -> set[frozenset[int]]:
    """The edges that Kruskal's rule takes, with the trees as lists of nodes."""
    tree = list(range(len(land.households)))
    taken = set()
    for place in order.tolist():
        a, b = int(ends[place]), int(land.near[place])
        if land.open[place] and tree[a] != tree[b]:
            taken.add(frozenset((a, b)))
            tree = [tree[a] if number == tree[b] else number for number in tree]
    return taken
