"""Column generation against trying everything: the sets that prices ask for, the optimum, the bound."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.generation import generate
from gridplan.partition.kernels.priced import priced_sets, room_for_priced
from gridplan.partition.kernels.worth import trail_of
from gridplan.partition.kernels.zones import BAD, VALUE, sums_of
from gridplan.partition.land import Land, Price, make_land, price_of
from gridplan.partition.measures import cost_of
from gridplan.partition.model import Effort, Objective, Rule
from tests.partition.brute import connected, legal_divisions, neighbours
from tests.strategies.graphs import graphs, lattice

UNIT = Rule(low=10, high=20, target=15)
EFFORT = Effort(exact_sets=100_000, exact_nodes=50, threads=1)


def land_of(graph: AtomGraph) -> tuple[Land, Price]:
    cost = cost_of(graph, UNIT, Objective())
    return make_land(graph, UNIT, cost, np.arange(len(graph))), price_of(cost, UNIT)


def costs(land: Land, price: Price, zone: Ints) -> np.ndarray:
    return np.array(sums_of(land, zone, price, int(zone.max()) + 1)[0][:, VALUE])


@settings(max_examples=150, deadline=None)
@given(graph=graphs(most_atoms=9, most_households=9), seed=st.integers(0, 1000), width=st.integers(1, 4))
def test_all_sets_below_their_prices_are_found_and_no_others(graph: AtomGraph, seed: int, width: int) -> None:
    land, price = land_of(graph)
    rng = np.random.default_rng(seed)
    dual = rng.normal(0.5, 0.5, len(graph)) * np.maximum(graph.households, 0.5) / 5
    limit = float(rng.normal(0.0, 0.5))
    near = neighbours(graph, UNIT)
    expected = {}
    for mask in range(1, 2 ** len(graph)):
        atoms = frozenset(row for row in range(len(graph)) if mask >> row & 1)
        if 10 <= graph.households[sorted(atoms)].sum() <= 20 and connected(atoms, near):
            inside = np.isin(np.arange(len(graph)), sorted(atoms)).astype(np.int64)
            value = costs(land, price, 1 - inside)[0]
            if value - dual[sorted(atoms)].sum() < limit - 1e-9:
                expected[atoms] = value
    room = room_for_priced(1000, 10_000)
    found, _, least = priced_sets(land, price, dual, limit, 1000, width, trail_of(land, price), room, 100_000)
    begin = room.begin[: found + 1]
    sets = {frozenset(room.node[begin[row] : begin[row + 1]].tolist()): room.cost[row] for row in range(found)}
    assert len(sets) == found
    assert set(expected) <= set(sets)
    assert all(room.over[row] < limit for row in range(found))
    assert all(abs(sets[atoms] - value) < 1e-9 for atoms, value in expected.items())
    assert least == min([limit, *room.over[:found].tolist()])


@settings(max_examples=100, deadline=None)
@given(graph=graphs(most_atoms=9, most_households=12), pick=st.integers(0, 10_000))
def test_from_any_legal_division_the_cheapest_is_found_and_proved(graph: AtomGraph, pick: int) -> None:
    assume(connected(frozenset(range(len(graph))), neighbours(graph, UNIT)))
    land, price = land_of(graph)
    legal = []
    for zones in legal_divisions(graph, UNIT):
        zone = np.zeros(len(graph), dtype=np.int64)
        for number, atoms in enumerate(zones):
            zone[sorted(atoms)] = number
        cost = costs(land, price, zone)
        if cost.sum() < BAD:
            legal.append((float(cost.sum()), zone, cost))
    assume(legal)
    least = min(total for total, _, _ in legal)
    total, zone, cost = legal[pick % len(legal)]
    answer = generate(land, price, zone, cost, EFFORT)
    assert answer.bound <= least + 1e-6
    reached = total if answer.zone is None else float(costs(land, price, answer.zone).sum())
    assert reached <= total + 1e-9
    assert answer.proved
    assert abs(reached - least) < 1e-6
    assert abs(answer.bound - least) < 1e-6


def test_a_bound_is_stated_though_nothing_is_proved() -> None:
    land, price = land_of(lattice(np.ones((8, 8), dtype=np.int64).tolist()))
    zone = np.repeat(np.arange(4), 16)
    cost = costs(land, price, zone)
    answer = generate(land, price, zone, cost, Effort(exact_sets=100, threads=1))
    reached = float(cost.sum()) if answer.zone is None else float(costs(land, price, answer.zone).sum())
    assert not answer.proved
    assert answer.bound <= reached
