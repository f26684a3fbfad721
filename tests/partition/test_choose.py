"""Connected sets of pieces and their cheapest cover, against trying every subset and every division."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import RAIL, AtomGraph, Ints
from gridplan.partition.kernels.choose import cheapest_cover, room_for_choice
from gridplan.partition.kernels.subsets import Pieces, connected_sets, room_for_pieces, room_for_sets
from gridplan.partition.kernels.window import lay_out, room_for_window
from gridplan.partition.kernels.zones import LINEAR, VALUE, sums_of
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Rule
from gridplan.partition.rules import divisible
from gridplan.partition.subsets import bits
from tests.partition.brute import connected, divisions
from tests.strategies.graphs import graphs, lattice
from tests.strategies.lands import ends_of, land_of

RULE = Rule(low=5, high=20, target=10, hard_kinds=(RAIL,))
MANY = 1 << 14


def near_of(land: Land) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(len(land.households))]
    for a, b in zip(ends_of(land)[land.open].tolist(), land.near[land.open].tolist(), strict=True):
        near[a].add(b)
    return near


def laid(land: Land, node: Ints, piece: Ints) -> tuple[Pieces, int]:
    """The pieces of a window of the nodes ``node``, and how many tracked compounds lie in it."""
    desk, pieces = room_for_window(len(land.households), len(land.near)), room_for_pieces()
    desk.node[: len(node)], desk.piece[: len(node)] = node, piece
    desk.local[node] = np.arange(len(node))
    return pieces, lay_out(land, len(node), int(piece.max()) + 1, desk, pieces)


def listed(land: Land, price: Price, *, strict: bool, upper: float = np.inf) -> dict[int, float]:
    """The sets below ``upper`` that the kernel finds where each node is a piece, with their costs."""
    count = len(land.households)
    pieces, compounds = laid(land, np.arange(count), np.arange(count))
    sets = room_for_sets(MANY)
    found, steps = connected_sets(pieces, count, compounds, price, strict, upper, sets, 1 << 20)
    assert 0 <= found <= steps
    masks = sets.mask[:found].tolist()
    assert len(set(masks)) == found, "a set is listed twice"
    return dict(zip(masks, sets.cost[:found].tolist(), strict=True))


def alone(land: Land, price: Price, nodes: frozenset[int]) -> float:
    """What ``nodes`` cost as a zone, from the sums of all land."""
    zone = np.ones(len(land.households), dtype=np.int64)
    zone[sorted(nodes)] = 0
    return float(sums_of(land, zone, price, 2)[0][0, VALUE])


def parts_of(nodes: frozenset[int], near: list[set[int]]) -> list[frozenset[int]]:
    found, left = [], nodes
    while left:
        part = frozenset({min(left)})
        while grown := frozenset().union(*(near[node] for node in part)) & left - part:
            part |= grown
        found.append(part)
        left -= part
    return found


@settings(max_examples=60, deadline=None)
@given(graph=graphs(most_atoms=9), joined=st.booleans())
def test_every_connected_set_is_found_once_at_its_cost(graph: AtomGraph, joined: bool) -> None:
    land, price, _ = land_of(graph, RULE, joined=joined)
    near, every = near_of(land), frozenset(range(len(land.households)))
    groups = [frozenset(group) for size in every for group in combinations(every, size + 1)]
    total = {group: int(land.households[sorted(group)].sum()) for group in groups}
    wanted = {group for group in groups if total[group] <= RULE.high and connected(group, near)}
    found = {frozenset(bits(mask)): cost for mask, cost in listed(land, price, strict=False).items()}
    assert set(found) == wanted
    for group, cost in found.items():
        assert cost == pytest.approx(alone(land, price, group), abs=1e-6)
    strict = {frozenset(bits(mask)): cost for mask, cost in listed(land, price, strict=True).items()}
    assert set(strict) == {
        group
        for group in wanted
        if total[group] >= RULE.low
        and all(divisible(RULE, int(land.households[sorted(part)].sum())) for part in parts_of(every - group, near))
    }
    assert all(found[group] == cost for group, cost in strict.items())
    upper = float(np.median(list(found.values()))) if found else 0.0
    cheap = listed(land, price, strict=False, upper=upper)
    assert cheap == {mask: cost for mask, cost in listed(land, price, strict=False).items() if cost < upper}


@settings(max_examples=80, deadline=None)
@given(
    graph=graphs(most_atoms=8),
    joined=st.booleans(),
    room=st.sampled_from((-1.0, 0.0, 1e-3, 5.0, np.inf)),
    most=st.sampled_from((0, 3, 10_000)),
)
def test_the_cover_is_the_cheapest_and_no_proof_is_false(graph: AtomGraph, joined: bool, room: float, most: int) -> None:
    land, price, _ = land_of(graph, RULE, joined=joined)
    count = len(land.households)
    cost = listed(land, price, strict=False)
    totals = [
        sum(cost[mask] for mask in masks)
        for masks in ([sum(1 << node for node in group) for group in groups] for groups in divisions(count))
        if all(mask in cost for mask in masks)
    ]
    best = min(totals, default=np.inf)
    upper = best + room if np.isfinite(best) else 1e9
    size, value, proved, chosen = covered(land, price, upper, most)
    if size:
        assert sorted(node for mask in chosen for node in bits(mask)) == list(range(count))
        assert value == pytest.approx(sum(cost[mask] for mask in chosen), abs=1e-6)
        assert best - 1e-6 <= value < upper
    else:
        assert value == upper
    if proved:
        assert value == pytest.approx(min(best, upper), abs=1e-6)
    assert proved or most < 10_000


def covered(land: Land, price: Price, upper: float, most: int) -> tuple[int, float, bool, list[int]]:
    count = len(land.households)
    pieces, compounds = laid(land, np.arange(count), np.arange(count))
    sets, choice = room_for_sets(MANY), room_for_choice(MANY)
    found, _ = connected_sets(pieces, count, compounds, price, False, upper, sets, 1 << 20)
    size, value, proved = cheapest_cover(pieces, count, sets, found, upper, most, choice)
    return size, value, proved, choice.chosen[:size].tolist()


@settings(max_examples=60, deadline=None)
@given(graph=graphs(most_atoms=20), joined=st.booleans(), data=st.data())
def test_compounds_and_borders_of_pieces_are_counted_right(graph: AtomGraph, joined: bool, data: st.DataObject) -> None:
    land, price, _ = land_of(graph, RULE, joined=joined)
    count = len(land.households)
    pieces_in_all = data.draw(st.integers(1, count))
    drawn = data.draw(st.lists(st.integers(0, pieces_in_all - 1), min_size=count, max_size=count))
    zone = np.unique(np.array(drawn), return_inverse=True)[1].astype(np.int64)
    pieces, compounds = laid(land, np.arange(count), zone)
    sums, _ = sums_of(land, zone, price, int(zone.max()) + 1)
    for piece, row in enumerate(sums):
        held = sum(int(pieces.compounds[compound]) >> piece & 1 for compound in range(compounds))
        whole = (pieces.households[piece], pieces.area[piece], pieces.perimeter[piece], pieces.own[piece] + price.split * held)
        assert whole == pytest.approx(row[: LINEAR + 1], abs=1e-6)
    assert (pieces.length == pieces.length.T).all()
    ends = ends_of(land)
    for a, b in combinations(range(len(sums)), 2):
        between = (zone[ends] == a) & (zone[land.near] == b)
        assert pieces.length[a, b] == pytest.approx(land.length[between].sum())
        assert bool(pieces.near[a] >> b & 1) == bool(land.open[between].any())


@pytest.mark.parametrize(("room", "work"), [(10, 1 << 20), (MANY, 10)])
def test_too_many_sets_are_told_and_not_cut_off(room: int, work: int) -> None:
    land, price, _ = land_of(lattice([[2] * 4] * 3), RULE)
    pieces, compounds = laid(land, np.arange(12), np.arange(12))
    assert connected_sets(pieces, 12, compounds, price, False, np.inf, room_for_sets(room), work)[0] == -1


def test_62_pieces_are_the_most_and_all_bits_hold() -> None:
    land, price, _ = land_of(lattice([[10] * 62]), Rule(10, 10, 10))
    assert sorted(listed(land, price, strict=True)) == [1 << piece for piece in range(62)]
    size, _, proved, chosen = covered(land, price, np.inf, 1000)
    assert (size, proved, sorted(chosen)) == (62, True, [1 << piece for piece in range(62)])


def test_a_barrier_inside_a_set_costs_as_it_does_in_a_zone() -> None:
    land, price, _ = land_of(lattice([[2, 2], [2, 2]], kinds={(2, 3): RAIL}), Rule(5, 20, 10, hard_kinds=(RAIL,)))
    assert listed(land, price, strict=False)[0b1111] == pytest.approx(alone(land, price, frozenset(range(4))))
