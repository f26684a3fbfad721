"""Regions: a whole division into parts of bounded size, and land cut out of land with its borders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition.groups import numbered
from gridplan.partition.model import Rule
from gridplan.partition.regions import regions, side_by_side, tasks_of, together
from tests.strategies.graphs import graphs, lattice
from tests.strategies.lands import ends_of, land_of

RULE = Rule(low=5, high=20, target=10)


@settings(max_examples=100, deadline=None)
@given(
    count=st.integers(0, 200), size=st.integers(1, 40), turn=st.integers(0, 13), seed=st.integers(0, 99),
    apart=st.sampled_from((True, False)),
)  # fmt: skip
def test_regions_are_whole_and_no_larger_than_wanted(count: int, size: int, turn: int, seed: int, apart: bool) -> None:
    rng = np.random.default_rng(seed)
    x, y = (rng.random((2, count)) if apart else rng.integers(0, 2, (2, count)).astype(float)) * 1000
    region = regions(x, y, size, turn)
    assert len(region) == count
    if count:
        held = np.bincount(region)
        assert 1 <= held.min() <= held.max() <= size


@settings(max_examples=60, deadline=None)
@given(count=st.integers(2, 200), size=st.integers(1, 40), turn=st.integers(0, 13), seed=st.integers(0, 99))
def test_the_order_of_places_does_not_matter(count: int, size: int, turn: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.random((2, count)) * 1000
    order = rng.permutation(count)
    assert (regions(x[order], y[order], size, turn) == regions(x, y, size, turn)[order]).all()


def test_borders_between_regions_move_from_turn_to_turn() -> None:
    x, y = np.divmod(np.arange(400.0), 20)
    cuts = [numbered(regions(x, y, 100, turn)) for turn in range(6)]
    assert len({cut.tobytes() for cut in cuts}) == 6


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), joined=st.booleans(), size=st.integers(1, 12), turn=st.integers(0, 5))
def test_land_cut_out_keeps_its_nodes_and_borders(graph: AtomGraph, joined: bool, size: int, turn: int) -> None:
    land, _, _ = land_of(graph, RULE, joined=joined)
    region = regions(land.x, land.y, size, turn)
    ends = ends_of(land)
    whole = zip(ends.tolist(), land.near.tolist(), land.length.tolist(), land.pair.tolist(), land.open.tolist(), strict=True)
    wanted = {(a, b): rest for a, b, *rest in whole if region[a] == region[b]}
    found: dict[tuple[int, int], list[float]] = {}
    tasks = tasks_of(land, region)
    for number, nodes, part in tasks:
        assert nodes.tolist() == np.flatnonzero(region == number).tolist()
        for name in ("households", "area", "perimeter", "own", "x", "y"):
            assert (getattr(part, name) == getattr(land, name)[nodes]).all()
        tracked = part.compound >= 0
        assert (tracked == (land.compound[nodes] >= 0)).all()
        assert numbered(part.compound[tracked]).tolist() == numbered(land.compound[nodes][tracked]).tolist()
        assert part.compound.max(initial=-1) < max(len(nodes), 1)
        own = nodes[ends_of(part)], nodes[part.near], part.length, part.pair, part.open
        found |= {(a, b): rest for a, b, *rest in zip(*(column.tolist() for column in own), strict=True)}
    assert found == wanted
    assert [number for number, _, _ in tasks] == list(range(len(tasks)))


def test_zones_of_all_regions_get_one_numbering() -> None:
    land, _, _ = land_of(lattice([[2] * 6]), RULE)
    tasks = tasks_of(land, np.array([0, 0, 1, 1, 0, 1]))
    assert together(6, tasks, [np.array([0, 0, 1]), np.array([0, 1, 1])]).tolist() == [0, 0, 2, 3, 1, 3]


def test_work_comes_back_in_order_on_any_number_of_threads() -> None:
    for threads in (-1, 0, 1, 2, 8):
        assert list(side_by_side(lambda number: number * number, list(range(50)), threads)) == [number**2 for number in range(50)]


def test_what_goes_wrong_in_a_thread_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda number: 1 // number, [2, 1, 0], 2))


def test_points_without_area_lie_where_they_are() -> None:
    graph = lattice([[2] * 4])
    flat = AtomGraph(**vars(graph) | {"area": np.array([0.0, 0.0, 1.0, 0.0]), "x": graph.x + 500_000.0})
    land, _, _ = land_of(flat, RULE)
    assert land.x.tolist() == [500_000.0, 500_001.0, 500_002.0, 500_003.0]
    joined = AtomGraph(**vars(flat) | {"compound": np.array([1, 1, 2, 2])})
    assert land_of(joined, RULE, joined=True)[0].x.tolist() == [500_000.5, 500_002.0]
