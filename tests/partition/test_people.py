"""Two measures at once, and ways to the middle: the engine against trying everything."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition import Effort, Objective, People, Rule, partition
from gridplan.partition.kernels.chance import state_of
from gridplan.partition.kernels.flips import anneal
from gridplan.partition.kernels.zones import VALUE, sums_of
from gridplan.partition.land import capped, make_land, price_of
from gridplan.partition.measures import cost_of, terms
from gridplan.partition.rules import divisible, out_of_range
from gridplan.partition.solve import exactly
from tests.partition.brute import connected, legal_divisions, neighbours
from tests.strategies.graphs import graphs, lattice, path

RULE = Rule(low=10, high=20, target=15, population=People(30, 60), service_radius_m=2.0)
EFFORT = Effort(rounds=2, moves=20, windows=20, threads=1)


@st.composite
def peopled(draw: st.DrawFn, *, most_atoms: int = 9) -> AtomGraph:
    """A random lattice with 0 to 5 people in each household, and a few where no household is counted."""
    graph = draw(graphs(most_atoms=most_atoms, most_households=12))
    each = draw(st.lists(st.integers(0, 5), min_size=len(graph), max_size=len(graph)))
    extra = draw(st.lists(st.sampled_from((0, 0, 0, 2)), min_size=len(graph), max_size=len(graph)))
    return replace(graph, population=graph.households * np.array(each, dtype=np.int64) + np.array(extra, dtype=np.int64))


def in_range(graph: AtomGraph, zones: list[frozenset[int]]) -> bool:
    label = np.zeros(len(graph), dtype=np.int64)
    for number, atoms in enumerate(zones):
        label[sorted(atoms)] = number
    return not out_of_range(graph, label, RULE).any()


@settings(max_examples=80, deadline=None)
@given(graph=peopled(), seed=st.integers(0, 99))
def test_zones_are_in_both_ranges_or_say_why_and_no_proof_is_false(graph: AtomGraph, seed: int) -> None:
    answer = partition(graph, RULE, effort=EFFORT, seed=seed)
    near = neighbours(graph, RULE)
    zones = [frozenset(np.flatnonzero(answer.zone == number).tolist()) for number in range(int(answer.zone.max()) + 1)]
    assert all(connected(zone, near) for zone in zones)
    out = np.flatnonzero(out_of_range(graph, answer.zone, RULE)).tolist()
    assert sorted(answer.verdicts) == out
    assert answer.objective == pytest.approx(sum(terms(graph, answer.zone, RULE, Objective()).values()))
    if any(verdict.proof for verdict in answer.verdicts.values()):
        assert not any(in_range(graph, division) for division in legal_divisions(graph, RULE))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(graph=peopled())
def test_the_optimum_of_both_measures_and_the_ways_is_found(graph: AtomGraph) -> None:
    assume(connected(frozenset(range(len(graph))), neighbours(graph, RULE)))
    assume((graph.households <= RULE.high).all())
    cost = cost_of(graph, RULE, Objective())
    price = price_of(cost, RULE)
    land = capped(make_land(graph, RULE, cost, np.arange(len(graph))), price, RULE.high)
    legal = [zones for zones in legal_divisions(graph, RULE) if in_range(graph, zones)]
    assume(legal)
    totals, offset = [], set()
    for zones in legal:
        label = np.zeros(len(graph), dtype=np.int64)
        for number, atoms in enumerate(zones):
            label[sorted(atoms)] = number
        kept = float(sums_of(land, label, price, len(zones))[0][:, VALUE].sum())
        totals.append((kept, label))
        # Kernels count every compound once in each of its zones: once too often each.
        offset.add(round(kept - sum(terms(graph, label, RULE, Objective()).values()), 6))
    assert len(offset) == 1
    found, gap = exactly(land, price, totals[-1][1].copy(), Effort(threads=1))
    reached = float(sums_of(land, found, price, int(found.max()) + 1)[0][:, VALUE].sum())
    assert reached == pytest.approx(min(total for total, _ in totals), abs=1e-6)
    assert gap == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(graph=peopled(most_atoms=30), seed=st.integers(0, 99))
def test_sums_kept_by_moves_are_those_from_scratch(graph: AtomGraph, seed: int) -> None:
    cost = cost_of(graph, RULE, Objective())
    price = price_of(cost, RULE)
    land = capped(make_land(graph, RULE, cost, np.arange(len(graph))), price, RULE.high)
    zone = np.arange(len(graph)) % max(len(graph), 1)
    sums, root = sums_of(land, zone, price, len(graph))
    anneal(land, zone, sums, root, price, 500, 5.0, 0.9, state_of(seed))
    scratch, _ = sums_of(land, zone, price, len(graph))
    used = np.unique(zone)
    assert np.allclose(sums[used], scratch[used], rtol=1e-9, atol=1e-6)


def test_people_decide_where_households_do_not() -> None:
    """Six blocks of 10 households: three zones of two by households alone, and people say which."""
    graph = replace(path(10, 10, 10, 10, 10, 10), population=np.array([10, 20, 10, 20, 50, 50]))
    rule = Rule(low=10, high=20, target=15, population=People(30, 60))
    answer = partition(graph, rule, effort=EFFORT)
    assert answer.verdicts == {}
    assert answer.zone.tolist() == [0, 0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("households", "people", "code", "proof"),
    [
        ((15,), (70,), "GP212", True),
        ((8, 8), (10, 10), "GP213", True),
        ((10, 10, 10), (10, 50, 10), "GP216", True),
    ],
)
def test_what_people_make_impossible(households: tuple[int, ...], people: tuple[int, ...], code: str, proof: bool) -> None:
    graph = replace(path(*households), population=np.array(people))
    answer = partition(graph, Rule(low=10, high=20, target=15, population=People(30, 60)), effort=EFFORT)
    found = {verdict.code for verdict in answer.verdicts.values()}
    assert code in found
    assert all(verdict.proof == proof for verdict in answer.verdicts.values() if verdict.code == code)


def test_ways_draw_a_zone_around_where_people_live() -> None:
    """Of two cuts of a row with the same shapes, the one with homes near each other."""
    graph = lattice([[6, 0, 0, 6, 0, 0, 6, 6], [6, 0, 0, 6, 0, 0, 6, 6]])
    rule = Rule(low=10, high=40, target=24)
    far = partition(graph, rule, objective=Objective(service=50.0), effort=EFFORT)
    near = partition(graph, replace(rule, service_radius_m=1.0), objective=Objective(service=50.0), effort=EFFORT)
    asked = replace(rule, service_radius_m=1.0)
    assert terms(graph, near.zone, asked, Objective())["service"] < terms(graph, far.zone, asked, Objective())["service"]


def test_both_measures_must_allow_the_same_number_of_zones() -> None:
    rule = Rule(low=300, high=500, target=400, population=People(1000, 1250))
    assert divisible(rule, 800, 2000)
    assert not divisible(rule, 800, 3000)
    assert not divisible(rule, 800, 1900)
    assert divisible(rule, 800)


@pytest.mark.parametrize(("people", "code"), [(People(0, 5), "GP225"), (People(6, 5), "GP225"), (People(1, 5), "GP226")])
def test_a_range_of_people_that_cannot_be_used(people: People, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        partition(path(10, 10), Rule(low=10, high=20, target=15, population=people))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("households", "people"),
    [
        ([[12, 3, 8], [8, 10, 10]], [24, 13, 32, 16, 20, 80]),
        ([[0, 3, 10], [15, 8, 5]], [0, 24, 10, 15, 0, 0]),
    ],
)
def test_no_more_zones_are_proved_than_must_be_out_of_range(households: list[list[int]], people: list[int]) -> None:
    """One zone out of range is enough on either, and what explains it is told once."""
    graph = replace(lattice(households), population=np.array(people))
    rule = Rule(low=10, high=20, target=15, population=People(30, 60))
    answer = partition(graph, rule, effort=EFFORT)
    assert sum(verdict.proof for verdict in answer.verdicts.values()) <= 1
