"""Annealing and windows: never worse without noise, connected under hard edges, no further out of range, nothing else moved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import LANE, RAIL, AtomGraph, Ints
from gridplan.partition.groups import numbered, parts
from gridplan.partition.kernels.chance import state_of
from gridplan.partition.kernels.choose import room_for_choice
from gridplan.partition.kernels.flips import anneal
from gridplan.partition.kernels.recombine import recombine
from gridplan.partition.kernels.subsets import room_for_pieces, room_for_sets
from gridplan.partition.kernels.window import room_for_window
from gridplan.partition.kernels.zones import BAD, HOUSEHOLDS, VALUE, sums_of
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Rule
from gridplan.partition.rules import excess
from gridplan.partition.search import start
from tests.strategies.graphs import graphs, lattice
from tests.strategies.lands import ends_of, inside, land_of

RULE = Rule(low=5, high=20, target=10)
HARD = Rule(low=5, high=20, target=10, hard_kinds=(RAIL, LANE))


def window_search(land: Land, zone: Ints, price: Price, windows: int, noise: float, seed: int) -> Ints:
    """Zones after ``windows`` windows from ``zone``."""
    zone = zone.copy()
    sums, root = sums_of(land, zone, price, int(zone.max()) + 4)
    room = room_for_window(len(zone), len(land.near)), room_for_pieces(), room_for_sets(20_000), room_for_choice(20_000)
    recombine(land, zone, sums, root, price, windows, 4, 100, noise, *room, state_of(seed))
    return zone


def annealed(land: Land, zone: Ints, price: Price, moves: int, heat: float, seed: int) -> Ints:
    zone = zone.copy()
    sums, root = sums_of(land, zone, price, int(zone.max()) + 1)
    anneal(land, zone, sums, root, price, moves, heat, 0.9, state_of(seed))
    return zone


def cost(land: Land, zone: Ints, price: Price) -> float:
    return float(sums_of(land, numbered(zone), price, len(np.unique(zone)))[0][:, VALUE].sum())


def scattered(land: Land, seed: int) -> Ints:
    """Connected zones with no regard to range: random open edges closed."""
    ends = ends_of(land)
    rng = np.random.default_rng(seed)
    kept = land.open & (ends < land.near) & (rng.random(len(ends)) < 0.6)
    return parts(len(land.households), ends[kept], land.near[kept])


def holds(land: Land, zone: Ints) -> bool:
    return np.array_equal(numbered(zone), parts(len(zone), *inside(land, zone)))


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), joined=st.booleans(), seed=st.integers(0, 999), legal=st.booleans())
def test_without_noise_nothing_gets_worse(graph: AtomGraph, joined: bool, seed: int, legal: bool) -> None:
    land, price, _ = land_of(graph, RULE, joined=joined)
    zone = start(land, price, (seed,), 1) if legal else scattered(land, seed)
    before = cost(land, zone, price)
    for after in (window_search(land, zone, price, 15, 0.0, seed), annealed(land, zone, price, 100, 0.0, seed)):
        assert cost(land, after, price) <= before + 1e-6


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999), legal=st.booleans(), noise=st.sampled_from((0.0, 2.0)))
def test_zones_stay_connected_under_hard_edges(graph: AtomGraph, seed: int, legal: bool, noise: float) -> None:
    land, price, _ = land_of(graph, HARD)
    zone = start(land, price, (seed,), 1) if legal else scattered(land, seed)
    assert holds(land, zone)
    assert holds(land, annealed(land, zone, price, 200, 1.0, seed))
    assert holds(land, window_search(land, zone, price, 15, noise, seed))


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999), heat=st.sampled_from((0.0, 5.0)))
def test_annealing_takes_no_zone_out_of_range_or_further_out(graph: AtomGraph, seed: int, heat: float) -> None:
    land, price, _ = land_of(graph, RULE)
    zone = scattered(land, seed)
    after = annealed(land, zone, price, 300, heat, seed)
    for number in range(int(zone.max()) + 1):
        was, now = (int(land.households[of == number].sum()) for of in (zone, after))
        assert excess(RULE, now) <= excess(RULE, was)
        assert (after == number).any(), "a zone is gone"


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999), noise=st.sampled_from((0.0, 2.0)))
def test_legal_zones_stay_legal(graph: AtomGraph, seed: int, noise: float) -> None:
    land, price, _ = land_of(graph, RULE)
    zone = start(land, price, (seed,), 1)
    bad = sum(excess(RULE, int(total)) > 0 for total in np.bincount(zone, land.households))
    after = numbered(window_search(land, zone, price, 20, noise, seed))
    if not bad:
        assert not any(excess(RULE, int(total)) for total in np.bincount(after, land.households))


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999))
def test_one_window_changes_at_most_its_zones(graph: AtomGraph, seed: int) -> None:
    land, price, _ = land_of(graph, RULE)
    zone = start(land, price, (seed,), 1)
    after = window_search(land, zone, price, 1, 2.0, seed)
    moved = zone != after
    # A node may go to a zone of the window or to a number that was free: never to a zone outside.
    involved = set(zone[moved].tolist()) | (set(after[moved].tolist()) & set(zone.tolist()))
    assert len(involved) <= 4


def test_a_window_finds_what_no_single_move_reaches() -> None:
    """Two by eight squares cut lengthwise into strips of eight: squarer zones need many nodes to move at once."""
    land, price, _ = land_of(lattice([[1] * 8] * 2), Rule(8, 8, 8))
    strips = np.repeat([0, 1], 8)
    assert annealed(land, strips, price, 2000, 5.0, 1).tolist() == strips.tolist()
    assert numbered(window_search(land, strips, price, 60, 0.0, 1)).reshape(2, 8).tolist() == [[0] * 4 + [1] * 4] * 2


def test_a_zone_out_of_range_is_mended() -> None:
    land, price, _ = land_of(lattice([[1] * 9] * 4), Rule(8, 10, 9))
    zone = np.array([0, 0, 0, 1, 1, 1, 1, 2, 3] * 4)
    sums, _ = sums_of(land, zone, price, 4)
    assert sums[:, HOUSEHOLDS].tolist() == [12, 16, 4, 4]
    assert cost(land, window_search(land, zone, price, 80, 0.0, 3), price) < BAD


@pytest.mark.parametrize("windows", [0, 1])
def test_land_of_one_zone_is_left_alone(windows: int) -> None:
    land, price, _ = land_of(lattice([[2] * 5]), RULE)
    assert window_search(land, np.zeros(5, dtype=np.int64), price, windows, 1.0, 1).tolist() == [0] * 5
